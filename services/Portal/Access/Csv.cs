using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Portal.Access;

/// <summary>A file that a spreadsheet opens: with a byte order mark, so that it reads UTF-8.</summary>
public sealed class Csv(string header)
{
    private readonly StringBuilder text = new StringBuilder(header).Append("\r\n");

    public void Row(params IEnumerable<object?> cells) => text.AppendJoin(',', cells.Select(cell => cell switch { decimal number => Show.Plain(number), DateOnly day => day.ToString("O"), DateTimeOffset at => at.ToString("O"), string words => Cell(words), _ => cell })).Append("\r\n");

    public FileContentHttpResult File(string name) => TypedResults.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())], "text/csv; charset=utf-8", name);

    /// <summary>Quoted where needed; what a spreadsheet would take for a formula is made text.</summary>
    public static string Cell(string? value)
    {
        value ??= "";
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) value = $"'{value}";
        return value.AsSpan().ContainsAny(',', '"', '\n') || value.Contains('\r') ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }
}
