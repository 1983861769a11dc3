using System.Net;

namespace CareerPlatform.Enrolment.Client;

/// <summary>Tries again what is safe to repeat when the platform is away or has too much to do: later and later, spread, and never earlier than `Retry-After` says.</summary>
internal sealed class CalmHandler(LeadFeedOptions options, TimeProvider clock) : DelegatingHandler
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        if (request.Content is not null) await request.Content.LoadIntoBufferAsync(ct);   // so that it can be sent again
        for (var attempt = 1; ; attempt++)
        {
            HttpResponseMessage? answer = null;
            try
            {
                answer = await base.SendAsync(request, ct);
            }
            catch (HttpRequestException) when (attempt < options.Attempts && IsSafe(request))
            {
                // The network; nothing says how long.
            }
            if (answer is not null && (!IsPassing(answer) || attempt >= options.Attempts || !IsSafe(request))) return answer;

            var pause = First * Math.Pow(2, attempt - 1) * (0.8 + 0.4 * Random.Shared.NextDouble());
            var asked = answer?.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - clock.GetUtcNow() : null;
            if (asked > options.LongestWait) return answer!;
            if (asked > pause) pause = asked.Value;
            answer?.Dispose();
            await Task.Delay(pause < options.LongestWait ? pause : options.LongestWait, clock, ct);
        }
    }

    /// <summary>Reads, and writes with a key. The token endpoint and batch reads change nothing.</summary>
    private static bool IsSafe(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get || request.Headers.Contains("Idempotency-Key") || request.RequestUri!.AbsolutePath is var path && (path.EndsWith(":batchGet", StringComparison.Ordinal) || path.EndsWith("/connect/token", StringComparison.Ordinal));

    /// <summary>409 is passing only with `Retry-After`: a first request with the same key is still running.</summary>
    private static bool IsPassing(HttpResponseMessage answer) => answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        || (answer.StatusCode == HttpStatusCode.Conflict && answer.Headers.RetryAfter is not null);
}
