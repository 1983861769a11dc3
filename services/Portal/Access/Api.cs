using System.Net;
using System.Text.Json;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Access;

/// <summary>Why another service gave no answer, in its own words.</summary>
/// <param name="Status">HTTP status; 503 when it is away.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Title">Vietnamese.</param>
/// <param name="Detail">English.</param>
/// <param name="Errors">The places that are wrong.</param>
public sealed record Problem(int Status, string Code, string Title, string? Detail, IReadOnlyList<Problem.Place>? Errors = null)
{
    public sealed record Place(string? Pointer, int? Row, string? Column, string Code, string? Hint);

    /// <summary>A form said something that its page does not offer.</summary>
    public static readonly Problem NotAChoice = new(422, "value_invalid", "Lựa chọn không hợp lệ", "This is not one of the choices.");

    /// <summary>In the visitor's language.</summary>
    public string Said => Texts.Language == "vi" ? Title : Detail ?? Title;

    public RuleBroken Broken => new(Code, Title, Detail ?? Title, Status);
}

/// <summary>What another service answered: a value, or a problem.</summary>
/// <param name="Raw">The problem as it came, for who needs more of it than its words.</param>
public sealed record Answer<T>(T? Value, Problem? Problem, string? Raw = null) where T : class
{
    /// <summary>For a page, or a file, that is nothing without this.</summary>
    public T MustBeThere() => Value ?? throw Problem!.Broken;
}

/// <summary>The other services, asked by name with the visitor's own token. A part of a page that cannot be had is a problem of that part, not of the page.</summary>
public sealed class Api(IHttpClientFactory http, IHttpContextAccessor visit)
{
    public const string Client = "api";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Nothing came back that is of use.</summary>
    public sealed record Nothing;

    public Task<Answer<T>> Get<T>(string address, CancellationToken ct) where T : class => Send<T>(HttpMethod.Get, address, null, null, ct);

    /// <param name="key">One key for one act, also when its form is sent twice.</param>
    public Task<Answer<T>> Post<T>(string address, object? body, string key, CancellationToken ct) where T : class => Send<T>(HttpMethod.Post, address, body, key, ct);

    public Task<Answer<T>> Put<T>(string address, object? body, CancellationToken ct) where T : class => Send<T>(HttpMethod.Put, address, body, Guid.NewGuid().ToString(), ct);

    /// <summary>Asks for what is handed on as it is, such as a file. The caller disposes of the answer.</summary>
    public async Task<HttpResponseMessage> Ask(HttpMethod method, string address, object? body, string? key, CancellationToken ct)
    {
        using var client = http.CreateClient(Client);
        using var ask = new HttpRequestMessage(method, address);
        if (visit.HttpContext!.Request.Headers.Authorization.ToString() is { Length: > 0 } token) ask.Headers.TryAddWithoutValidation("Authorization", token);
        if (key is not null) ask.Headers.Add("Idempotency-Key", key);
        if (body is HttpContent content) ask.Content = content;
        else if (body is not null) ask.Content = JsonContent.Create(body, options: StrictJson.Options);
        return await Away.Asking(() => client.SendAsync(ask, HttpCompletionOption.ResponseHeadersRead, ct), ct);
    }

    private async Task<Answer<T>> Send<T>(HttpMethod method, string address, object? body, string? key, CancellationToken ct) where T : class
    {
        try
        {
            using var answer = await Ask(method, address, body, key, ct);
            return await Read<T>(answer, ct);
        }
        catch (RuleBroken away)
        {
            return new Answer<T>(null, new Problem(away.Status, away.Code, away.Title, away.Message));
        }
    }

    /// <summary>Reads a value or a problem. A token that is no longer good sends the visitor to sign in again.</summary>
    public static async Task<Answer<T>> Read<T>(HttpResponseMessage answer, CancellationToken ct) where T : class
    {
        if (answer.StatusCode == HttpStatusCode.Unauthorized) throw new RuleBroken("session_missing", "Cần đăng nhập lại", "The session has ended; sign in again.", 401);
        if (answer.IsSuccessStatusCode)
        {
            if (typeof(T) == typeof(Nothing)) return new Answer<T>((T)(object)new Nothing(), null);
            return new Answer<T>(await answer.Content.ReadFromJsonAsync<T>(Json, ct), null);
        }
        var text = await answer.Content.ReadAsStringAsync(ct);
        return new Answer<T>(null, ProblemOf(text, (int)answer.StatusCode), text);
    }

    /// <summary>Why there is no value.</summary>
    public static async Task<Problem> ProblemOf(HttpResponseMessage answer, CancellationToken ct) => ProblemOf(await answer.Content.ReadAsStringAsync(ct), (int)answer.StatusCode);

    private static Problem ProblemOf(string text, int status)
    {
        try
        {
            if (JsonSerializer.Deserialize<Problem>(text, Json) is { Code: not null, Title: not null } problem) return problem with { Status = status };
        }
        catch (JsonException)
        {
            // an answer of something in between; said in our own words
        }
        return new Problem(status, "service_unavailable", "Dịch vụ tạm thời không trả lời", $"A service answered {status} without a reason.");
    }
}
