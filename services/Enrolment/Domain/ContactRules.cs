using System.Globalization;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>When and how often a family may be contacted: (rule) 7:00 to 21:00, at most three attempts a week over all institutions, and none by another while the family cools after a refusal.</summary>
/// <param name="From">First permitted minute of the day, Vietnamese time.</param>
/// <param name="To">First minute that is no longer permitted.</param>
/// <param name="PerWeek">Attempts in any seven days.</param>
/// <param name="Cooling">How long no other institution turns to a family that refused one, and how long the lead waits for the next (`Contacts__CoolingDays`).</param>
/// <param name="CodeHolds">How long the code of an announced call holds (`Contacts__CodeMinutes`).</param>
/// <param name="Stop">Words after which nobody contacts the family any more.</param>
public sealed record ContactRules(TimeSpan From, TimeSpan To, int PerWeek, TimeSpan Cooling, TimeSpan CodeHolds, StopWords Stop)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public static ContactRules Read(IConfiguration configuration)
    {
        var hours = (configuration["Contacts:Hours"] ?? "07:00-21:00").Split('-');
        return new(
            Hour(hours[0]), Hour(hours[1]), configuration.GetValue("Contacts:PerWeek", 3), TimeSpan.FromDays(configuration.GetValue("Contacts:CoolingDays", 7)),
            TimeSpan.FromMinutes(configuration.GetValue("Contacts:CodeMinutes", 30)), new StopWords(configuration));
    }

    /// <summary>Refuses a time that cannot be true, a time at which nobody may call, and the attempt that is one too many.</summary>
    public void MustAllow(string channel, DateTimeOffset contactedAt, DateTimeOffset offeredAt, DateTimeOffset now, IReadOnlyList<Attempt> earlier)
    {
        MustBeTrue(contactedAt, offeredAt, now);
        var time = VietnamTime.Local(contactedAt).TimeOfDay;
        if (channel != "letter" && (time < From || time >= To))
            throw new RuleBroken("outside_contact_hours", "Ngoài giờ được phép liên hệ gia đình", $"Families may be contacted from {From:hh\\:mm} to {To:hh\\:mm}, Asia/Ho_Chi_Minh.");
        if (earlier.Any(attempt => attempt.RefusedAnother && attempt.At <= contactedAt && contactedAt - attempt.At < Cooling))
            throw new RuleBroken("family_cooling", "Gia đình vừa từ chối, chưa được liên hệ lại", $"This family said no to another institution; it is left alone for {Cooling.TotalDays:0} days.");
        if (earlier.Count(attempt => (attempt.At - contactedAt).Duration() < Week) >= PerWeek)
            throw new RuleBroken("contact_limit_reached", "Gia đình đã được liên hệ đủ số lần trong tuần", $"At most {PerWeek} attempts in seven days, over all institutions.");
    }

    /// <summary>Refuses a time that cannot be true.</summary>
    public static void MustBeTrue(DateTimeOffset contactedAt, DateTimeOffset offeredAt, DateTimeOffset now)
    {
        if (contactedAt > now.AddMinutes(1) || contactedAt < offeredAt)
            throw new RuleBroken("contact_time_invalid", "Thời điểm liên hệ không hợp lệ", "The contact lies in the future or before the lead was offered.", 422);
    }

    /// <summary>Until when nobody may contact this family; null when somebody may.</summary>
    public DateTimeOffset? CoolingUntil(IReadOnlyList<Attempt> attempts, DateTimeOffset now)
    {
        var recent = attempts.Select(attempt => attempt.At).Where(at => at > now - Week).Order().ToList();
        DateTimeOffset?[] ends = [recent.Count < PerWeek ? null : recent[^PerWeek] + Week, attempts.Where(attempt => attempt.RefusedAnother).Max(attempt => (DateTimeOffset?)attempt.At) + Cooling];
        return ends.Where(end => end > now).Max();
    }

    /// <summary>From when on attempts matter.</summary>
    public DateTimeOffset Since(DateTimeOffset at) => at - (Cooling > Week ? Cooling : Week);

    private static TimeSpan Hour(string text) => text == "24:00" ? TimeSpan.FromDays(1) : TimeSpan.ParseExact(text, "hh\\:mm", CultureInfo.InvariantCulture);
}

/// <summary>One attempt to reach a family.</summary>
/// <param name="At">When.</param>
/// <param name="RefusedAnother">The family said no, to another institution than the one that asks.</param>
public sealed record Attempt(DateTimeOffset At, bool RefusedAnother)
{
    public static IReadOnlyList<Attempt> From(IEnumerable<(DateTime At, string Outcome, Guid Institution)> rows, Guid? asks) =>
        [.. rows.Select(row => new Attempt(new DateTimeOffset(row.At, TimeSpan.Zero), row.Outcome == "refused" && row.Institution != asks))];
}
