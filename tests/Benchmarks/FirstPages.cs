using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CareerPlatform.Careerctl.Season;

namespace CareerPlatform.Benchmarks;

/// <summary>How long the first page of each workspace takes, asked again and again by one visitor who is signed in, through the gateway; and what a browser that comes for the first time fetches for it.</summary>
internal static partial class FirstPages
{
    private static readonly string[] Roles = ["officer", "approver", "area", "school", "institution", "inspector", "leader", "operator"];

    public static async Task<IReadOnlyList<string[]>> Measure(RunningPlatform running, Guid round, int requests)
    {
        var users = DemoUsers.Read(Path.Combine(running.Local, "demo-users.json"));
        List<string[]> rows = [];
        foreach (var role in Roles)
        {
            using var visitor = await Visitor.SignIn(running.Gateway, users.Users.First(user => user.Role == role));
            rows.Add(await visitor.Measure(role, "portal", requests));
        }
        using var family = await Visitor.OfFamily(running.Gateway, await FamilyCode(running.Platform, round));
        rows.Add(await family.Measure("family", "portal", requests));
        using var stranger = new Visitor(running.Gateway);
        rows.Add(await stranger.Measure("everybody", "portal/public/programmes", requests));
        return rows;
    }

    /// <summary>The code of the letter to a pupil without a place.</summary>
    private static async Task<string> FamilyCode(Platform platform, Guid round)
    {
        var rows = (await platform.Officer.Get<JsonObject>($"v1/rounds/{round}/rows?limit=200", default))["rows"]!.AsArray();
        var pupil = (string)rows.First(row => (string?)row!["outcome"] == "without_place")!["pupilId"]!;
        using var answer = await platform.Officer.Send(() => new(HttpMethod.Put, $"v1/pupils/{pupil}/family-code") { Content = JsonContent.Create(new { channel = "letter" }) }, default);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!;
    }

    /// <summary>One browser, as far as the server sees it.</summary>
    private sealed partial class Visitor : IDisposable
    {
        private const int WarmUp = 20;
        private readonly HttpClient http;

        public Visitor(Uri gateway)
        {
            http = new(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = gateway };
            http.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");
            http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("vi");
            http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        }

        public static async Task<Visitor> SignIn(Uri gateway, DemoUsers.User user)
        {
            var visitor = new Visitor(gateway);
            using var ask = new HttpRequestMessage(HttpMethod.Get, "signin") { Headers = { { "Accept", "application/json" } } };
            using var form = await visitor.http.SendAsync(ask);
            var token = (await form.Content.ReadFromJsonAsync<JsonObject>())!;
            using var answer = await visitor.http.PostAsync("signin", new FormUrlEncodedContent([new((string)token["field"]!, (string)token["token"]!), new("username", user.Username), new("password", user.Password)]));
            answer.EnsureSuccessStatusCode();
            return visitor;
        }

        public static async Task<Visitor> OfFamily(Uri gateway, string code)
        {
            var visitor = new Visitor(gateway);
            using var answer = await visitor.http.PostAsync("portal/family/signin", new FormUrlEncodedContent([new("code", code)]));
            answer.EnsureSuccessStatusCode();
            return visitor;
        }

        public async Task<string[]> Measure(string who, string path, int requests)
        {
            var (first, bytes, _) = await Ask(path);
            if (first.AbsolutePath.StartsWith("/signin", StringComparison.Ordinal)) throw new InvalidOperationException($"{who} is not signed in.");
            for (var n = 0; n < WarmUp; n++) await Ask(first.PathAndQuery);
            var times = new List<double>();
            for (var n = 0; n < requests; n++)
            {
                times.Add((await Ask(first.PathAndQuery)).Milliseconds);
            }
            times.Sort();
            var assets = 0;
            foreach (var asset in await Assets(first)) assets += (await Ask(asset)).Bytes;
            return [$"{who}: {first.AbsolutePath}", $"p50 {times[requests / 2]:N0} ms; p95 {times[requests * 95 / 100]:N0} ms ({requests:N0} times); page {bytes / 1024.0:N1} KiB, with style sheet and scripts {(bytes + assets) / 1024.0:N1} KiB", "", "p95 at most 150 ms; 60 KB"];
        }

        /// <summary>Where it led, how many bytes came and how long that took; who asks more often than a visitor may waits as told, which is not counted.</summary>
        private async Task<(Uri Led, int Bytes, double Milliseconds)> Ask(string path)
        {
            while (true)
            {
                var since = Stopwatch.GetTimestamp();
                using var answer = await http.GetAsync(path);
                if (answer.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
                {
                    await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1));
                    continue;
                }
                if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {answer.StatusCode}.");
                var bytes = (await answer.Content.ReadAsByteArrayAsync()).Length;
                return (answer.RequestMessage!.RequestUri!, bytes, Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
        }

        /// <summary>What the page links to; the chart library is fetched later, by who scrolls to a chart.</summary>
        private async Task<IReadOnlyList<string>> Assets(Uri page)
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, page);
            ask.Headers.AcceptEncoding.Clear();
            ask.Headers.AcceptEncoding.ParseAdd("identity");
            using var answer = await http.SendAsync(ask);
            return [.. Link().Matches(await answer.Content.ReadAsStringAsync()).Select(link => link.Groups[1].Value).Distinct()];
        }

        public void Dispose() => http.Dispose();

        [GeneratedRegex("<(?:script|link)[^>]*(?:src|href)=\"(/portal/assets/[^\"]+)\"")]
        private static partial Regex Link();
    }
}
