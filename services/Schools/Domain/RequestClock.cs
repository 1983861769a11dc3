using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Domain;

/// <summary>How long a request about one's own data may take.</summary>
/// <remarks>
/// Law 91/2025/QH15 and Decree 356/2025/ND-CP: an answer within 2 working days; withdraw, restrict, object 15 days, 20 when a third party must stop, one extension of up to 15; access, correct,
/// provide 10 (15), extension 10; delete 20 (30), extension 20. Days end at midnight in Viet Nam; the day of receipt is not counted.
/// </remarks>
public static class RequestClock
{
    public const int AnswerWorkingDays = 2;

    static readonly Dictionary<string, (int Days, int WithThirdParty, int Extension)> Limits = new()
    {
        ["withdraw"] = (15, 20, 15),
        ["restrict"] = (15, 20, 15),
        ["object"] = (15, 20, 15),
        ["access"] = (10, 15, 10),
        ["correct"] = (10, 15, 10),
        ["provide"] = (10, 15, 10),
        ["delete"] = (20, 30, 20),
    };

    public static IReadOnlyCollection<string> Kinds => Limits.Keys;

    public static DateTimeOffset AnswerBy(DateTimeOffset received, IReadOnlySet<DateOnly> holidays)
    {
        var day = VietnamTime.Day(received);
        for (var working = 0; working < AnswerWorkingDays;)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !holidays.Contains(day)) working++;
        }
        return EndOf(day);
    }

    public static DateTimeOffset DoneBy(DateTimeOffset received, string kind, bool thirdParty) =>
        EndOf(VietnamTime.Day(received).AddDays(thirdParty ? Limits[kind].WithThirdParty : Limits[kind].Days));

    /// <summary>One extension, with its reason, of so many days at most; refuses what is longer.</summary>
    public static DateTimeOffset Extended(DateTimeOffset due, string kind, int days) => days >= 1 && days <= Limits[kind].Extension
        ? due.AddDays(days)
        : throw new RuleBroken("extension_too_long", "Thời gian gia hạn vượt mức cho phép", $"A request to {kind} may be extended once, by 1 to {Limits[kind].Extension} days.", 422);

    static DateTimeOffset EndOf(DateOnly day) => VietnamTime.Start(day.AddDays(1));
}
