using System.Globalization;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Import;

/// <summary>What became of a list that was sent: counts, and the rows that were left out or repaired.</summary>
public sealed record ListReport
{
    /// <summary>`imported`, or `already_imported` when the same file was the last one sent for this list.</summary>
    public required string State { get; init; }

    public int Rows { get; init; }
    public int New { get; init; }
    public int Changed { get; init; }
    public int Unchanged { get; init; }

    /// <summary>Rows left out, where the caller asked to import the others.</summary>
    public int Refused { get; init; }

    public IReadOnlyList<RowFault> Faults { get; init; } = [];
    public IReadOnlyList<RowFault> Warnings { get; init; } = [];
}

/// <summary>Reads the rows of a list with declared columns and gathers what is wrong with them; by default one bad row refuses the list and nothing of it is stored.</summary>
public sealed class ListFile(bool withoutRefusedRows)
{
    const int Shown = 100;
    readonly List<RowFault> faults = [];
    readonly List<RowFault> warnings = [];

    /// <summary>Rows that could be used.</summary>
    public int Rows { get; private set; }

    public int Refused { get; private set; }

    public IReadOnlyList<RowFault> Faults => faults;

    public IReadOnlyList<RowFault> Warnings => warnings;

    public void Warn(int row, string column, string code, string hint)
    {
        if (warnings.Count < Shown) warnings.Add(new RowFault(row, column, code, hint));
    }

    /// <summary>The rows that can be used, made by <paramref name="make"/>, which says what is wrong through <see cref="RowProblems"/>.</summary>
    public IEnumerable<T> Read<T>(PlainTable table, Func<PlainRow, RowProblems, T?> make, CancellationToken ct) where T : class
    {
        var any = false;
        foreach (var row in table.Rows(ct))
        {
            any = true;
            var problems = new RowProblems(row, this);
            problems.Add(row.Faults);
            var made = problems.Any ? null : make(row, problems);
            if (problems.Any || made is null)
            {
                Refused++;
                foreach (var fault in problems.Faults.Take(Shown - faults.Count)) faults.Add(fault);
                if (!withoutRefusedRows && Refused >= 10_000) break;   // hopeless; say so early
                continue;
            }
            Rows++;
            yield return made;
        }
        if (!any) throw new FileRefused("no_rows", "Tệp không có dòng dữ liệu nào", "The file has a header and no rows.");
        if (Refused > 0 && !withoutRefusedRows) throw Refusal();
    }

    RuleBroken Refusal()
    {
        var codes = faults.Select(fault => fault.Code).Distinct().Take(2).ToList();
        return new RuleBroken(codes is [var only] ? only : "rows_refused", "Tệp có dòng không hợp lệ, chưa lưu gì",
            $"{Refused} rows cannot be used, so nothing was stored; correct them, or send withoutRefusedRows=true to import the others.", 422)
            .With([.. faults.Select(fault => new Fault(null, fault.Row, fault.Column, fault.Code, fault.Hint))]);
    }
}

/// <summary>What is wrong with the row being read.</summary>
public sealed class RowProblems(PlainRow row, ListFile file)
{
    List<RowFault>? faults;

    public bool Any => faults is not null;

    public IReadOnlyList<RowFault> Faults => faults ?? [];

    public void Add(IReadOnlyList<RowFault> more)
    {
        if (more.Count > 0) (faults ??= []).AddRange(more);
    }

    public T? Refuse<T>(string column, string code, string hint)
    {
        (faults ??= []).Add(new RowFault(row.SourceRow, column, code, hint));
        return default;
    }

    public void Warn(string column, string code, string hint) => file.Warn(row.SourceRow, column, code, hint);

    public string Required(string column) => row[column] is { Length: > 0 } value ? value : Refuse<string>(column, "value_missing", "Ô này bắt buộc") ?? "";

    /// <summary>A date written 2011-02-28 or 28/02/2011, or a worksheet's own date; never a swapped day and month, never a two-digit year.</summary>
    public DateOnly? Date(string column, bool required = false)
    {
        var written = required ? Required(column) : row[column];
        if (string.IsNullOrEmpty(written)) return null;
        if (row.Dates?.TryGetValue(column, out var day) == true) return day;
        return DateOnly.TryParseExact(written, ["yyyy-MM-dd", "d/M/yyyy", "dd/MM/yyyy", "yyyy-MM-ddTHH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 1900 and < 2100
            ? date
            : Refuse<DateOnly?>(column, "date_invalid", "Ghi ngày dạng 2011-02-28 hoặc 28/02/2011");
    }

    /// <summary>Yes, no or nothing: true/false, 1/0, x, có/không.</summary>
    public bool YesNo(string column) => row[column]?.ToLowerInvariant() switch
    {
        null or "" or "0" or "false" or "no" or "không" or "n" => false,
        "1" or "true" or "yes" or "x" or "có" or "y" => true,
        _ => Refuse<bool>(column, "value_invalid", "Ghi true hoặc false"),
    };

    /// <summary>Text that a spreadsheet would run is refused.</summary>
    public string? Text(string column, int longest = 300)
    {
        var text = row[column];
        if (string.IsNullOrEmpty(text)) return null;
        if (text[0] is '=' or '@' or '\t' || text[0] is '+' or '-' && text.Length > 1 && (char.IsAsciiDigit(text[1]) || text[1] is '(')) return Refuse<string>(column, "formula_not_allowed", "Ô không được là công thức");
        return text.Length <= longest ? text : Refuse<string>(column, "field_too_long", $"Tối đa {longest} ký tự");
    }

    /// <summary>An id of 10 or 12 digits, as text; 9 or 11 digits lost their leading zero.</summary>
    public string? PersonId(string column, bool required)
    {
        var id = required ? Required(column) : row[column];
        if (string.IsNullOrEmpty(id)) return null;
        if (!id.All(char.IsAsciiDigit)) return Refuse<string>(column, "id_invalid", "Mã gồm 10 hoặc 12 chữ số");
        return id.Length switch
        {
            10 or 12 => id,
            9 or 11 => Refuse<string>(column, "leading_zero_lost", "Mã mất số 0 ở đầu; định dạng cột là văn bản"),
            _ => Refuse<string>(column, "id_invalid", "Mã gồm 10 hoặc 12 chữ số"),
        };
    }
}
