namespace CareerPlatform.ServiceDefaults;

/// <summary>Days begin at midnight in Asia/Ho_Chi_Minh, wherever the server stands.</summary>
public static class VietnamTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh");

    public static DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    public static DateOnly Today(this TimeProvider clock) => Day(clock.GetUtcNow());
}
