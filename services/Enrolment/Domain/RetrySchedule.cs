namespace CareerPlatform.Enrolment.Domain;

/// <summary>When an endpoint that did not answer well is tried again: the published schedule of Standard Webhooks, ±20 %, and what the receiver asks for.</summary>
public static class RetrySchedule
{
    /// <summary>Attempts in a row that failed before an endpoint counts as failing.</summary>
    public const int FailingAfter = 4;

    /// <summary>Without one success for so long, an endpoint is disabled.</summary>
    public static readonly TimeSpan DisabledAfter = TimeSpan.FromHours(120);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private static readonly TimeSpan Throttled = TimeSpan.FromSeconds(60);

    // The first attempt is at once; after the last of these it is once a day until the endpoint is disabled.
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>How long to wait after this many failures in a row.</summary>
    /// <param name="failures">From 1.</param>
    /// <param name="slowDown">The receiver said it has too much to do, or did not answer in time.</param>
    /// <param name="retryAfter">What it asked for; obeyed up to 24 hours, ignored when it makes no sense.</param>
    /// <param name="random">0 to 1, spreads the attempts of many endpoints.</param>
    public static TimeSpan Pause(int failures, bool slowDown, TimeSpan? retryAfter, double random)
    {
        var pause = Pauses[Math.Min(failures, Pauses.Length) - 1] * (0.8 + 0.4 * random);
        if (slowDown && pause < Throttled) pause = Throttled;
        if (retryAfter > pause) pause = retryAfter.Value < Longest ? retryAfter.Value : pause > Longest ? pause : Longest;
        return pause;
    }
}
