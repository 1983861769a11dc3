using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.Benchmarks;

/// <summary>How fast a commit reaches an institution: its waiting feed request, its endpoint, and what twenty endpoints that hang do to the others.</summary>
internal static class Feeds
{
    private const int Endpoints = 100;
    private const int Hanging = 20;

    public static async Task<IReadOnlyList<string[]>> Measure(bool quick)
    {
        await using var app = new FeedApp();
        await app.InitializeAsync();
        app.UseKestrel(0);
        app.StartServer();
        var institutions = await app.Institutions(Endpoints);
        return
        [
            await CommitToFeed(app, institutions[0], quick ? 50 : 300),
            .. await CommitToPoke(app, institutions, quick ? 5 : 30),
            await ReadAgain(app, institutions[1], quick ? 10_000 : 100_000),
            await ForeignAndUnknown(app, institutions[2], institutions[3], quick ? 100 : 1_000),
            await WrapAnew(app, quick ? 10_000 : 100_000),
        ];
    }

    private static async Task<string[]> CommitToFeed(FeedApp app, Guid institution, int commits)
    {
        using var reader = app.As("institution", organisation: institution);
        var times = new List<double>();
        string? after = null;
        for (var n = 0; n < commits; n++)
        {
            var waiting = reader.GetStringAsync($"/v1/feed?wait=25{(after is null ? "" : $"&after={after}")}");
            await app.Tell([institution]);
            var since = Stopwatch.GetTimestamp();
            after = (string)JsonNode.Parse(await waiting)!["next"]!;
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        return ["W2 commit until the item is in the hands of a waiting reader", Spread(times), "", "p99 at most 500 ms"];
    }

    private static async Task<IReadOnlyList<string[]>> CommitToPoke(FeedApp app, IReadOnlyList<Guid> institutions, int rounds)
    {
        await using var server = await EndpointServer.Start();
        await app.Subscribe(institutions, server.Port);
        var healthy = institutions.Skip(Hanging).ToList();
        await Rounds(app, server, institutions, institutions, 2);   // connections are made

        var alone = await Rounds(app, server, institutions, healthy, rounds);
        server.Hang(institutions.Take(Hanging));
        var beside = await Rounds(app, server, institutions, healthy, rounds);

        return
        [
            [$"W3 commit until the first poke arrives, {Endpoints} endpoints", Spread(alone), "", "p99 at most 5 s"],
            [$"W7 the same for the other {Endpoints - Hanging} while {Hanging} hang", Spread(beside), Ratio(At(beside, .99) / At(alone, .99)), "p99 grows by at most 0.10"],
        ];
    }

    /// <summary>News for every institution in one commit; the times until those counted heard of it. A round begins when they all have.</summary>
    private static async Task<List<double>> Rounds(FeedApp app, EndpointServer server, IReadOnlyList<Guid> told, IReadOnlyList<Guid> counted, int rounds)
    {
        var times = new List<double>();
        for (var n = 0; n < rounds; n++)
        {
            server.Arrived.Clear();
            await app.Tell(told);
            var since = Stopwatch.GetTimestamp();
            await Wait.Until(() => counted.All(server.Arrived.ContainsKey), TimeSpan.FromMinutes(2));
            times.AddRange(counted.Select(institution => Stopwatch.GetElapsedTime(since, server.Arrived[institution]).TotalMilliseconds));
        }
        return times;
    }

    private static async Task<string[]> ReadAgain(FeedApp app, Guid institution, int items)
    {
        for (var n = 0; n < items; n += 1_000) await app.Tell([.. Enumerable.Repeat(institution, 1_000)]);
        using var reader = app.As("institution", organisation: institution);
        var since = Stopwatch.GetTimestamp();
        var read = 0;
        for (string? after = null; ;)
        {
            var page = JsonNode.Parse(await reader.GetStringAsync($"/v1/feed?limit=500{(after is null ? "" : $"&after={after}")}"))!;
            read += page["items"]!.AsArray().Count;
            after = (string)page["next"]!;
            if (!(bool)page["hasMore"]!) break;
        }
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        return [$"W9 {read:N0} items read again", $"{seconds:N1} s = {read / seconds:N0} items/s", "", "100,000 in at most 60 s"];
    }

    /// <summary>Another institution's lead and one that does not exist are answered alike, and after the same time.</summary>
    private static async Task<string[]> ForeignAndUnknown(FeedApp app, Guid holder, Guid asker, int requests)
    {
        var leads = await app.Grant(holder, requests);
        using var reader = app.As("institution", organisation: asker);
        var (foreign, unknown) = (new List<double>(), new List<double>());
        foreach (var lead in leads)
        {
            foreign.Add(await Ask(lead));
            unknown.Add(await Ask(Guid.CreateVersion7()));
        }
        return [$"S1 {requests:N0} foreign and as many unknown lead ids", $"p50 {At(foreign, .5):N2} and {At(unknown, .5):N2} ms", Ratio(At(foreign, .5) / At(unknown, .5)), "0.90 to 1.10"];

        async Task<double> Ask(Guid lead)
        {
            var since = Stopwatch.GetTimestamp();
            using var answer = await reader.GetAsync($"/v1/leads/{lead}?purpose=vocational_guidance");
            var took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            return answer.StatusCode == HttpStatusCode.NotFound ? took : throw new InvalidOperationException($"A lead of another institution was answered with {answer.StatusCode}.");
        }
    }

    /// <summary>A province's key is changed: every pupil's key is wrapped under the new one.</summary>
    private static async Task<string[]> WrapAnew(FeedApp app, int pupils)
    {
        var (db, keys) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<PupilKeys>());
        for (var n = 0; n < pupils; n += 10_000) await db.Run("97", work => Make(work, Math.Min(10_000, pupils - n)));
        await db.Run("97", keys.Rotate);
        var since = Stopwatch.GetTimestamp();
        var wrapped = 0;
        while (await db.Run("97", keys.Rewrap) is > 0 and var some) wrapped += some;
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        return wrapped == pupils ? [$"S9 {wrapped:N0} pupils' keys wrapped under a new key of the province", $"{wrapped / seconds:N0} keys/s", "", "at least 1,000/s"]
            : throw new InvalidOperationException($"{wrapped} of {pupils} keys were wrapped anew.");

        async Task Make(Work work, int count)
        {
            var province = await keys.Current(work);
            var made = Enumerable.Range(0, count).Select(_ => province.For(Guid.CreateVersion7(), Guid.CreateVersion7())).ToList();
            await work.Execute(
                """
                insert into pupil_key (tenant_id, pupil_id, version, province_version, wrapped)
                select @Tenant, pupil_id, version, @Province, wrapped from unnest(@Pupils, @Versions, @Wrapped) as k (pupil_id, version, wrapped)
                """,
                new { work.Tenant, Province = province.Version, Pupils = made.Select(one => one.Key.Pupil).ToArray(), Versions = made.Select(one => one.Key.Version).ToArray(), Wrapped = made.Select(one => one.Wrapped).ToArray() });
        }
    }

    private static string Spread(List<double> times) => $"p50 {At(times, .5):N0} ms; p99 {At(times, .99):N0} ms; max {times.Max():N0} ms ({times.Count:N0} times)";

    private static double At(List<double> times, double share) => times.Order().ElementAt((int)(times.Count * share));

    private static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>The service as it runs, without a broker, with receivers on this machine.</summary>
    private sealed class FeedApp : ServiceApp<GrantLeads>
    {
        public FeedApp() : base("enrolment")
        {
            Settings["Contact:SealKey"] = Convert.ToBase64String(new byte[32]);
            Settings["Feed:CursorKey"] = "cursor-key-of-the-benchmark";
            Settings["Leads:SweepSeconds"] = "0";
            Settings["Webhooks:Off"] = "false";
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services
                .Replace(ServiceDescriptor.Singleton(TimeProvider.System))
                .Replace(ServiceDescriptor.Singleton(new OutboundRules { Loopback = true, Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Loopback }) })));
        }

        public async Task<IReadOnlyList<Guid>> Institutions(int count)
        {
            using var officer = As("officer");
            List<Guid> made = [];
            for (var n = 0; n < count; n++)
            {
                made.Add(Guid.Parse((string)(await Post(officer, "/v1/institutions", new { code = $"B{n}", name = $"Trường B{n}", commune = "97001", kind = "other", boarding = false }))["institutionId"]!));
                await Post(officer, "/v1/agreements", new
                {
                    institutionId = made[n],
                    validFrom = new DateOnly(2020, 1, 1),
                    validTo = new DateOnly(2099, 1, 1),
                    contents = new { purpose = "a", dataTypes = "b", period = "c", legalBasis = "d", protection = "e", subjectRights = "f", violations = "g" },
                });
            }
            return made;
        }

        public Task Tell(IReadOnlyList<Guid> institutions) => Services.GetRequiredService<Database>().Run("97", async work =>
        {
            await work.AsProvince();
            await work.Tell([.. institutions.Select(institution => new FeedEntry(institution, "offered", Guid.CreateVersion7(), Guid.CreateVersion7()))], TimeProvider.System.GetUtcNow());
        });

        /// <summary>Leads of pupils of no school, each offered to this institution.</summary>
        public async Task<IReadOnlyList<Guid>> Grant(Guid institution, int count)
        {
            var leads = Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7()).ToArray();
            await Services.GetRequiredService<Database>().Run("97", async work =>
            {
                await work.AsProvince();
                await work.Execute(
                    """
                    insert into candidate (tenant_id, school_year, pupil_id, residence, family_key, sealed_contact, outcome, outcome_at)
                    select @Tenant, 2026, lead, '97001', lead::text, '-', 'without_place', @Now from unnest(@Leads) lead;
                    insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, pupil_id, scope, child_agreed, guardian_agreed, text_version, evidence, given_at)
                    select @Tenant, lead, 'A', 'vocational_guidance', 2026, lead, 'all', true, true, '1', 'benchmark', @Now from unnest(@Leads) lead;
                    insert into lead (tenant_id, lead_id, school_year, pupil_id, basis_id, status, opened_at, changed_at) select @Tenant, lead, 2026, lead, lead, 'open', @Now, @Now from unnest(@Leads) lead;
                    insert into family_place (tenant_id, school_year, family_key, slot, institution_id) select @Tenant, 2026, lead::text, 1, @Institution from unnest(@Leads) lead;
                    insert into lead_grant (tenant_id, grant_id, lead_id, institution_id, agreement_id, basis_id, school_year, family_key, slot, state, reasons, granted_at, expires_at)
                    select @Tenant, lead, lead, @Institution, a.agreement_id, lead, 2026, lead::text, 1, 'offered', array['area'], @Now, @Now + interval '90 days'
                    from unnest(@Leads) lead, agreement a where a.tenant_id = @Tenant and a.institution_id = @Institution
                    """, new { work.Tenant, Leads = leads, Institution = institution, Now = TimeProvider.System.GetUtcNow() });
            });
            return leads;
        }

        public Task Subscribe(IReadOnlyList<Guid> institutions, int port) => Services.GetRequiredService<Database>().Run("97", async work =>
        {
            await work.AsProvince();
            foreach (var institution in institutions)
            {
                var (id, now) = (Guid.CreateVersion7(), TimeProvider.System.GetUtcNow());
                await work.Execute(
                    """
                    insert into subscription (tenant_id, subscription_id, institution_id, endpoint, purposes, sealed_contacts, state, requested_by, requested_at, approved_by, tested_at, changed_at)
                    values (@Tenant, @Id, @Institution, @Endpoint, array['vocational_guidance'], '-', 'active', 'r', @Now, array['a', 'b'], @Now, @Now)
                    """, new { work.Tenant, Id = id, Institution = institution, Endpoint = $"http://college.test:{port}/{institution}", Now = now });
                await work.NewSecret(Services.GetRequiredService<SecretSeal>(), id, institution, now, now);
            }
        });

        private static async Task<JsonNode> Post(HttpClient http, string path, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = System.Net.Http.Json.JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            using var answer = await http.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        }
    }

    /// <summary>The colleges' servers: one process, one path each.</summary>
    private sealed class EndpointServer : IAsyncDisposable
    {
        private readonly WebApplication app;
        private readonly ConcurrentDictionary<Guid, bool> hanging = [];

        private EndpointServer(WebApplication app) => this.app = app;

        public ConcurrentDictionary<Guid, long> Arrived { get; } = [];
        public int Port => new Uri(app.Urls.Single()).Port;

        public static async Task<EndpointServer> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var server = new EndpointServer(app);
            app.MapPost("/{institution:guid}", async (Guid institution, CancellationToken gone) =>
            {
                server.Arrived.TryAdd(institution, Stopwatch.GetTimestamp());
                if (server.hanging.ContainsKey(institution)) await Task.Delay(TimeSpan.FromSeconds(30), gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            });
            await app.StartAsync();
            return server;
        }

        public void Hang(IEnumerable<Guid> institutions)
        {
            foreach (var institution in institutions) hanging[institution] = true;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
