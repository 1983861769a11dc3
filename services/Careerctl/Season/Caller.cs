using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace CareerPlatform.Careerctl.Season;

/// <summary>Someone who calls the platform through the gateway: gets tokens, keeps them fresh, waits when told to, and explains refusals.</summary>
public sealed class Caller(HttpClient http, string who, Func<CancellationToken, Task<Token>> signIn, TimeProvider clock)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly SemaphoreSlim gate = new(1);
    Token? token;

    public string Who => who;

    public Task<T> Get<T>(string path, CancellationToken ct) => Ask<T>(() => new(HttpMethod.Get, path), ct);

    public Task<T> Post<T>(string path, object body, CancellationToken ct, string? key = null) => Ask<T>(() => Write(HttpMethod.Post, path, JsonContent.Create(body, options: Json), key), ct);

    public async Task Post(string path, object body, CancellationToken ct, string? key = null) => (await Send(() => Write(HttpMethod.Post, path, JsonContent.Create(body, options: Json), key), ct)).Dispose();

    /// <summary>Sends a file as it is, as a stream.</summary>
    public Task<T> Upload<T>(HttpMethod method, string path, string file, CancellationToken ct, string? key = null) => Ask<T>(() =>
    {
        var content = new StreamContent(File.OpenRead(file));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv") { CharSet = "utf-8" };
        return Write(method, path, content, key);
    }, ct);

    /// <summary>Null when it is done; the code when the platform refuses with one of these; every other refusal stops the season.</summary>
    public Task<string?> PostUnless(string path, object body, CancellationToken ct, string key, params string[] codes) => SendUnless(HttpMethod.Post, path, body, key, codes, ct);

    /// <inheritdoc cref="PostUnless"/>
    public Task<string?> PutUnless(string path, object body, CancellationToken ct, params string[] codes) => SendUnless(HttpMethod.Put, path, body, null, codes, ct);

    async Task<string?> SendUnless(HttpMethod method, string path, object body, string? key, string[] codes, CancellationToken ct)
    {
        using var answer = await Send(() => Write(method, path, JsonContent.Create(body, options: Json), key), ct, mustSucceed: false);
        if (answer.IsSuccessStatusCode) return null;
        var reason = await Reason(answer, ct);
        return codes.FirstOrDefault(code => reason.Contains($" {code}:", StringComparison.Ordinal)) ?? throw new SeasonStopped($"{method} {path} as {who} was refused: {reason}");
    }

    /// <summary>The status only, whatever it is.</summary>
    public async Task<HttpStatusCode> Status(string path, CancellationToken ct)
    {
        using var answer = await Send(() => new(HttpMethod.Get, path), ct, mustSucceed: false);
        return answer.StatusCode;
    }

    /// <summary>Sends, and tries again while the platform says that it is busy, unreachable, still at it or wants less.</summary>
    public async Task<HttpResponseMessage> Send(Func<HttpRequestMessage> request, CancellationToken ct, bool mustSucceed = true)
    {
        var since = clock.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            using var message = request();
            var (path, method) = (message.RequestUri!.OriginalString, message.Method);
            var again = clock.GetElapsedTime(since) < Patience;
            HttpResponseMessage answer;
            try
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Bearer(ct));
                answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            }
            catch (Exception broken) when (again && (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !ct.IsCancellationRequested)))
            {
                await Task.Delay(Pause(attempt), clock, ct);
                continue;
            }

            if (answer.IsSuccessStatusCode) return answer;
            if (again && MayComeRight(answer, attempt))
            {
                if (answer.StatusCode == HttpStatusCode.Unauthorized) token = null;
                var pause = answer.Headers.RetryAfter?.Delta ?? Pause(attempt);
                answer.Dispose();
                await Task.Delay(pause, clock, ct);
                continue;
            }

            if (!mustSucceed) return answer;
            using (answer) throw new SeasonStopped($"{method} {path.Split('?')[0]} as {who} was refused: {await Reason(answer, ct)}");
        }
    }

    /// <summary>Too many, not there yet, a first request with the same key still running; a token that has just run out.</summary>
    static bool MayComeRight(HttpResponseMessage answer, int attempt) => answer.StatusCode switch
    {
        HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => true,
        HttpStatusCode.Conflict => answer.Headers.RetryAfter is not null,
        HttpStatusCode.Unauthorized => attempt == 1,
        _ => false,
    };

    async Task<T> Ask<T>(Func<HttpRequestMessage> request, CancellationToken ct)
    {
        using var answer = await Send(request, ct);
        return (await answer.Content.ReadFromJsonAsync<T>(Json, ct))!;
    }

    async Task<string> Bearer(CancellationToken ct)
    {
        if (token is { } good && good.GoodUntil > clock.GetUtcNow()) return good.Value;
        await gate.WaitAsync(ct);
        try
        {
            if (token is not { } known || known.GoodUntil <= clock.GetUtcNow()) token = await signIn(ct);
            return token!.Value;
        }
        finally
        {
            gate.Release();
        }
    }

    static HttpRequestMessage Write(HttpMethod method, string path, HttpContent content, string? key)
    {
        var message = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null) message.Headers.Add("Idempotency-Key", key);
        return message;
    }

    static TimeSpan Pause(int attempt) => TimeSpan.FromMilliseconds(Math.Min(4_000, 100 << attempt));

    /// <summary>Status, code, detail and the first faults of a problem; problems never carry personal values.</summary>
    internal static async Task<string> Reason(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        try
        {
            var problem = JsonSerializer.Deserialize<Problem>(text, Json);
            var faults = problem?.Errors is { Count: > 0 } errors ? " " + string.Join("; ", errors.Take(3).Select(fault => $"{fault.Row}{fault.Pointer} {fault.Column} {fault.Code}")) : "";
            return $"{(int)answer.StatusCode} {problem?.Code}: {problem?.Detail}{faults}";
        }
        catch (JsonException)
        {
            return $"{(int)answer.StatusCode}";
        }
    }

    sealed record Problem(string? Code, string? Detail, IReadOnlyList<Fault>? Errors);

    sealed record Fault(string? Pointer, int? Row, string? Column, string? Code);
}

/// <summary>A bearer token and how long it may be used.</summary>
public sealed record Token(string Value, DateTimeOffset GoodUntil);
