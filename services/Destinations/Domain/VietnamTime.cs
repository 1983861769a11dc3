namespace CareerPlatform.Destinations.Domain;

/// <summary>Days as the school office counts them.</summary>
public static class VietnamTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);

    public static DateOnly Today(this TimeProvider clock) => Day(clock.GetUtcNow());
}
