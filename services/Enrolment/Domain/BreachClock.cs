using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>By when an incident must be notified, counted in hours from its detection.</summary>
/// <remarks>
/// reliability.md, L14 and L16: the specialised agency within 72 hours (Law 91/2025/QH15); the first notice of a serious cyber incident within 24 hours (Decree 331/2026). An institution that processes for
/// the department tells it at once; the earlier moment, its own detection, is taken as the beginning.
/// </remarks>
public static class BreachClock
{
    public const string Agency = "agency";
    public const string Cyber = "cyber";

    public static readonly string[] Kinds = ["disclosure", "unauthorised_access", "misuse", "loss", "alteration", "cyber_attack"];
    public static readonly string[] Clocks = [Cyber, Agency];

    public static DateTimeOffset Due(string clock, DateTimeOffset detected) => detected.AddHours(clock == Cyber ? 24 : 72);

    /// <summary>0, 50, 80 or 100: how much of the clock is gone; one whose notice is settled rings no more.</summary>
    public static int Alarm(string clock, DateTimeOffset detected, DateTimeOffset now) => StatutoryClock.Alarm(detected, Due(clock, detected), now);

    /// <summary>Refuses an incident of an unknown kind, from the future, or without words.</summary>
    public static void MustBeTold(string kind, DateTimeOffset detected, string? description, DateTimeOffset now)
    {
        if (!Kinds.Contains(kind)) throw Invalid("kind", "kind_invalid", $"kind is one of: {string.Join(", ", Kinds)}.");
        if (detected > now || detected < now.AddYears(-5)) throw Invalid("detectedAt", "time_invalid", "detectedAt lies in the past, at most five years ago.");
        MustBeWords("description", description);
    }

    /// <summary>Refuses what is no text of 1 to 4,000 characters, with the code `{field}_invalid`.</summary>
    public static void MustBeWords(string field, string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > 4_000 || text.Contains('\0')) throw Invalid(field, $"{field}_invalid", $"{field} has 1 to 4,000 characters.");
    }

    public static RuleBroken Invalid(string field, string code, string detail) =>
        new RuleBroken(code, "Thông tin sự cố không hợp lệ", detail, 422).With(new Fault($"/{field}", null, null, code, null));
}
