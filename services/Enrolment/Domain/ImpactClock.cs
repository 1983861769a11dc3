using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>The last filing of the impact assessment.</summary>
/// <param name="FiledOn">Day of the filing.</param>
/// <param name="Digest">Digest of what it described.</param>
/// <param name="Subjects">How many children it spoke of.</param>
public sealed record Filing(DateOnly FiledOn, string Digest, long Subjects);

/// <summary>One thing that is due.</summary>
/// <param name="Code">`not_filed`, `not_updated` or `large_scale`.</param>
/// <param name="DueOn">Last day.</param>
/// <param name="Percent">50, 80 or 100: how much of the time is gone.</param>
public sealed record ImpactAlarm(string Code, DateOnly DueOn, int Percent);

/// <summary>When the impact assessment must be filed and renewed.</summary>
/// <remarks>reliability.md, L15: one original within 60 days of the first processing; an update every 6 months on change; an extra section above 100,000 subjects of basic data.</remarks>
public static class ImpactClock
{
    public const int FilingDays = 60;
    public const int UpdateMonths = 6;
    public const long LargeScale = 100_000;

    /// <param name="first">First day on which anybody's data was processed; null before.</param>
    /// <param name="last">The last filing; null before the first.</param>
    /// <param name="digest">Digest of what is processed now.</param>
    /// <param name="subjects">Children whose data is processed now.</param>
    public static IReadOnlyList<ImpactAlarm> Alarms(DateOnly? first, Filing? last, string digest, long subjects, DateOnly today)
    {
        var alarms = new List<ImpactAlarm>();
        if (last is null && first is { } began) Ring("not_filed", began, began.AddDays(FilingDays));
        if (last is not null && last.Digest != digest) Ring("not_updated", last.FiledOn, last.FiledOn.AddMonths(UpdateMonths));
        if (subjects > LargeScale && (last is null || last.Subjects <= LargeScale)) alarms.Add(new("large_scale", today, 100));
        return alarms;

        void Ring(string code, DateOnly from, DateOnly due)
        {
            if (StatutoryClock.Alarm(At(from), At(due), At(today)) is > 0 and var percent) alarms.Add(new(code, due, percent));
        }
    }

    private static DateTimeOffset At(DateOnly day) => VietnamTime.Start(day);
}
