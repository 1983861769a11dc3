using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CareerPlatform.Careerctl.Season;

/// <summary>The people and systems that play the season, from the JSON file that a development start writes.</summary>
public sealed record DemoUsers(IReadOnlyList<DemoUsers.User> Users, IReadOnlyList<DemoUsers.Client> Clients)
{
    public sealed record User(string Role, string Username, string Password);

    public sealed record Client(string? InstitutionCode, string Role, string ClientId, string Secret);

    /// <summary>Reads the file; who plays is a secret, so it is never printed.</summary>
    public static DemoUsers Read(string file)
    {
        if (!File.Exists(file)) throw new SeasonStopped($"{file} is missing. It is written by ./run in Development; set CAREERPLATFORM_DEMO_USERS to its place.");
        return JsonSerializer.Deserialize<DemoUsers>(File.ReadAllText(file), Caller.Json)!;
    }
}

/// <summary>The platform as its users see it: the gateway, and who may call it.</summary>
public sealed class Platform : IDisposable
{
    readonly Uri gateway;
    readonly TimeProvider clock;
    readonly List<HttpClient> clients = [];
    readonly HttpClient machines;

    public Platform(Uri gateway, DemoUsers users, TimeProvider clock)
    {
        (this.gateway, this.clock) = (gateway, clock);
        machines = Client(new SocketsHttpHandler { MaxConnectionsPerServer = 32 });
        Officer = PersonOf(users, "officer");
        Approver = PersonOf(users, "approver");
    }

    public Caller Officer { get; }
    public Caller Approver { get; }

    /// <summary>An institution's own system: client credentials at the token endpoint.</summary>
    public Caller System(string name, string clientId, string secret) => new(machines, name, async ct =>
    {
        for (var attempt = 1; ; attempt++)
        {
            using var answer = await AskToken(clientId, secret, ct);
            if (answer.IsSuccessStatusCode) return await TokenOf(answer, ct);
            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway) || attempt == 12)
                throw new SeasonStopped($"No token for {name}: {await Caller.Reason(answer, ct)}");
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), clock, ct);
        }
    }, clock);

    /// <summary>Whether the platform still knows a client of an earlier run.</summary>
    public async Task<bool> IsKnown(string clientId, string secret, CancellationToken ct)
    {
        using var answer = await AskToken(clientId, secret, ct);
        return answer.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest);
    }

    async Task<HttpResponseMessage> AskToken(string clientId, string secret, CancellationToken ct)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", clientId), new("client_secret", secret)]);
        return await machines.PostAsync("connect/token", form, ct);
    }

    /// <summary>A person at a browser: signed in with a cookie, with the short token of that session.</summary>
    public Caller PersonOf(DemoUsers users, string role)
    {
        var user = users.Users.FirstOrDefault(user => user.Role == role) ?? throw new SeasonStopped($"The demo users have no {role}.");
        var http = Client(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false, MaxConnectionsPerServer = 16 });
        http.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        return new Caller(http, role, async ct =>
        {
            var form = await http.GetFromJsonAsync<FormToken>("signin", ct);
            using var signIn = await http.PostAsync("signin", new FormUrlEncodedContent([new(form!.Field, form.Token), new("username", user.Username), new("password", user.Password)]), ct);
            if (!signIn.IsSuccessStatusCode) throw new SeasonStopped($"The {role} could not sign in: {await Caller.Reason(signIn, ct)}");
            using var answer = await http.PostAsync("session/token", null, ct);
            if (!answer.IsSuccessStatusCode) throw new SeasonStopped($"The {role} got no token: {await Caller.Reason(answer, ct)}");
            return await TokenOf(answer, ct);
        }, clock);
    }

    HttpClient Client(SocketsHttpHandler handler)
    {
        var client = new HttpClient(handler) { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(5) };
        clients.Add(client);
        return client;
    }

    async Task<Token> TokenOf(HttpResponseMessage answer, CancellationToken ct)
    {
        var json = await answer.Content.ReadFromJsonAsync<JsonObject>(ct);
        return new Token((string)json!["access_token"]!, clock.GetUtcNow().AddSeconds((int)json["expires_in"]! - 30));
    }

    sealed record FormToken(string Field, string Token);

    public void Dispose()
    {
        foreach (var client in clients) client.Dispose();
    }
}
