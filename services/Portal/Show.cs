using System.Globalization;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal;

/// <summary>Numbers and days as people here write them: 1.234,5 and dd/MM/yyyy.</summary>
public static class Show
{
    /// <summary>A law or decree by its number, as the services write it (`Law 91/2025/QH15`), in the visitor's language.</summary>
    public static string Law(string source) => source.Split(' ', 2) switch
    {
        ["Law", var number] => Texts.T("LegalSource.Law", number),
        ["Decree", var number] => Texts.T("LegalSource.Decree", Texts.Language == "vi" ? number.Replace("ND-CP", "NĐ-CP", StringComparison.Ordinal) : number),
        _ => source,
    };

    /// <summary>Stands for what is not known.</summary>
    public const string None = "–";

    public static string Number(long? value) => value?.ToString("N0", CultureInfo.CurrentCulture) ?? None;

    public static string Number(decimal? value, int decimals = 1) => value is { } known ? known.ToString(decimals == 0 ? "#,0" : "#,0." + new string('#', decimals), CultureInfo.CurrentCulture) : None;

    public static string Percent(decimal? value) => value is { } known ? $"{known.ToString("0.0", CultureInfo.CurrentCulture)}\u00a0%" : None;

    public static string Day(DateOnly? day) => day?.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture) ?? None;

    /// <summary>The day on which it is here.</summary>
    public static string Day(DateTimeOffset? at) => Day(at is { } known ? VietnamTime.Day(known) : default(DateOnly?));

    public static string Time(DateTimeOffset? at) => at is { } known ? VietnamTime.Local(known).ToString("HH:mm dd/MM/yyyy", CultureInfo.InvariantCulture) : None;

    /// <summary>For a field of day and hour.</summary>
    public static string Field(DateTimeOffset at) => VietnamTime.Local(at).ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);

    /// <summary>For attributes that programs read: SVG, data.</summary>
    public static string Plain(decimal value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
