using System.Globalization;

namespace CareerPlatform.Portal.Access;

/// <summary>The fields of a form as the other services want them.</summary>
public static class Forms
{
    public static string Text(this IFormCollection form, string field) => form[field].ToString().Trim();

    /// <summary>Null where nothing was written.</summary>
    public static string? Given(this IFormCollection form, string field) => form.Text(field) is { Length: > 0 } value ? value : null;

    /// <summary>Null where no whole number was written.</summary>
    public static int? Number(this IFormCollection form, string field) => int.TryParse(form[field], CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>As the browser's own date field sends it; null where there is none.</summary>
    public static DateOnly? Day(this IFormCollection form, string field) => DateOnly.TryParse(form[field], CultureInfo.InvariantCulture, out var day) ? day : null;

    /// <summary>As the browser's own field for day and hour sends it, in Vietnam's time; null where there is none.</summary>
    public static DateTimeOffset? Moment(this IFormCollection form, string field) =>
        DateTime.TryParse(form[field], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), TimeSpan.FromHours(7)) : null;

    public static Guid? Id(this IFormCollection form, string field) => Guid.TryParse(form[field], out var id) ? id : null;

    public static bool Ticked(this IFormCollection form, string field) => form[field] == "true";
}
