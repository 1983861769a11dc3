using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CareerPlatform.ServiceDefaults;
using Microsoft.Extensions.Caching.Memory;

namespace CareerPlatform.Portal.Access;

/// <summary>Exchanges the browser's session for the bearer token that the other services ask for; the browser never sees it.</summary>
/// <remarks>
/// Kept in memory for a minute under the hash of the cookie: a session that ends is over here within that time, and a token is never used near its end.
/// A family's sign-in has no session: its cookie holds the token itself, for as long as that lives.
/// </remarks>
public sealed class SessionTokens(IHttpClientFactory http, IMemoryCache cache)
{
    public const string Client = "session";
    public const string Family = "careerplatform-family";

    private static readonly string[] Sessions = ["__Host-careerplatform", "careerplatform"];
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private sealed record Token(string access_token);

    /// <summary>The visitor's token; null when nobody is signed in. Refused with 403 or 503 when there is a session and no token for it.</summary>
    public async Task<string?> Of(HttpRequest request, CancellationToken ct)
    {
        if (Sessions.FirstOrDefault(request.Cookies.ContainsKey) is not { } name) return request.Cookies[Family];

        var session = request.Cookies[name]!;
        var key = (nameof(SessionTokens), Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(session))));
        if (cache.TryGetValue(key, out string? known)) return known;

        var fresh = await Ask($"{name}={session}", ct);
        if (fresh is not null) cache.Set(key, fresh, Kept);
        return fresh ?? request.Cookies[Family];
    }

    private async Task<string?> Ask(string cookie, CancellationToken ct)
    {
        using var client = http.CreateClient(Client);
        using var ask = new HttpRequestMessage(HttpMethod.Post, "http://identity/session/token");
        ask.Headers.Add("Cookie", cookie);
        ask.Headers.Add("Idempotency-Key", "token");   // may be tried again at another replica
        ask.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var answer = await Away.Asking(() => client.SendAsync(ask, ct), ct);
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => (await answer.Content.ReadFromJsonAsync<Token>(ct))!.access_token,
            HttpStatusCode.Unauthorized => null,
            HttpStatusCode.Forbidden => throw new RuleBroken("no_role", "Tài khoản chưa được cấp vai trò ở đơn vị này", "This person holds no role in this organisation; the organisation above grants it.", 403),
            _ => throw Away.From("identity"),
        };
    }
}

/// <summary>What is said when another service does not answer.</summary>
public static class Away
{
    public static RuleBroken From(string service) =>
        new RuleBroken("service_unavailable", "Dịch vụ tạm thời không trả lời", $"{service} does not answer; nothing is lost, try again in a moment.", 503).After(5);

    /// <summary>Turns every way of not answering into one.</summary>
    public static async Task<HttpResponseMessage> Asking(Func<Task<HttpResponseMessage>> ask, CancellationToken ct)
    {
        try
        {
            return await ask();
        }
        catch (Exception away) when (away is HttpRequestException or Polly.ExecutionRejectedException || (away is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw From("A service");
        }
    }
}
