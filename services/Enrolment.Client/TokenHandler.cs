using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace CareerPlatform.Enrolment.Client;

/// <summary>Client credentials (RFC 6749, 4.4): one token for all requests, fetched a minute before the old one ends, and once more when it was refused.</summary>
internal sealed class TokenHandler(LeadFeedOptions options, TimeProvider clock) : DelegatingHandler
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim fetching = new(1);
    private (string Value, DateTimeOffset Until)? token;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var used = await Token(refused: null, ct);
        request.Headers.Authorization = new("Bearer", used);
        var answer = await base.SendAsync(request, ct);
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return answer;

        answer.Dispose();
        request.Headers.Authorization = new("Bearer", await Token(refused: used, ct));
        return await base.SendAsync(request, ct);
    }

    private async Task<string> Token(string? refused, CancellationToken ct)
    {
        await fetching.WaitAsync(ct);
        try
        {
            if (token is { } known && known.Value != refused && known.Until > clock.GetUtcNow()) return known.Value;

            using var request = new HttpRequestMessage(HttpMethod.Post, options.TokenEndpoint ?? new Uri(options.Platform, "connect/token")) { Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(options.ClientSecret)}")));
            using var answer = await base.SendAsync(request, ct);
            if (!answer.IsSuccessStatusCode)
                throw new PlatformRefused((int)answer.StatusCode, "token_refused", "Không lấy được mã truy cập", "The token endpoint refused these client credentials.", answer.Headers.RetryAfter?.Delta);
            var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(ct))!;
            token = ((string)said["access_token"]!, clock.GetUtcNow().AddSeconds((double)said["expires_in"]!) - Early);
            return token.Value.Value;
        }
        finally
        {
            fetching.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) fetching.Dispose();
        base.Dispose(disposing);
    }
}
