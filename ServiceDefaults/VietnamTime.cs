namespace CareerPlatform.ServiceDefaults;

/// <summary>Days begin at midnight in Asia/Ho_Chi_Minh, wherever the server stands.</summary>
public static class VietnamTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    public static DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    /// <summary>Midnight at which the day begins.</summary>
    public static DateTimeOffset Start(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Zone.GetUtcOffset(day.ToDateTime(TimeOnly.MinValue)));

    public static DateOnly Today(this TimeProvider clock) => Day(clock.GetUtcNow());
}

/// <summary>Times that the law sets: whoever must act is told when 50, 80 and 100 percent are gone.</summary>
public static class StatutoryClock
{
    /// <summary>Shares of a clock, in percent, at which somebody is told.</summary>
    public static readonly int[] Alarms = [50, 80, 100];

    /// <summary>The highest alarm that a clock has reached; 0 before the first.</summary>
    public static int Alarm(DateTimeOffset from, DateTimeOffset due, DateTimeOffset now) => Alarms.LastOrDefault(share => (now - from) * 100 >= (due - from) * share);
}
