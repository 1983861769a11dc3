using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.College;
using CareerPlatform.Enrolment.Client;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The client library against the real service, and against a platform that is away; the sample as a college would run it.</summary>
[Collection(nameof(WebhooksApp))]
public sealed class ClientTests(WebhooksApp app)
{
    [Fact]
    public async Task A_reader_that_crashes_anywhere_goes_on_and_misses_nothing()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupils = Enumerable.Range(0, 12).Select(_ => season.Pupil()).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils);
        using var platform = Client(institution);
        var (cursor, seen) = ((string?)null, new List<long>());
        var reader = new FeedReader(platform, _ => Task.FromResult(cursor), (next, _) => Task.FromResult(cursor = next), (_, _) => throw new InvalidOperationException("No resync was needed."));

        for (var crashes = 0; crashes < 5; crashes++)
        {
            var left = crashes;
            await Should.ThrowAsync<IOException>(() => reader.CatchUp((item, _) => left-- == 0 ? throw new IOException("the college's disk") : Note(item)));
        }
        (await reader.CatchUp((item, _) => Note(item))).ShouldBe(12);
        (await reader.CatchUp((item, _) => Note(item))).ShouldBe(0);
        await season.Objection(pupils[0], "family");
        (await reader.CatchUp((item, _) => Note(item))).ShouldBe(1);

        seen.Distinct().Order().ShouldBe(Enumerable.Range(1, 13).Select(position => (long)position));
        var answers = await platform.ReadLeads([.. await Task.WhenAll(pupils.Select(season.LeadOf)), Guid.NewGuid()]);
        answers.Count(answer => answer is { Status: 200, Lead.Name: not null }).ShouldBe(11);
        answers.Where(answer => answer.Lead is null).Select(answer => (answer.Status, answer.Code)).ShouldBe([(410, "lead_revoked"), (404, "not_found")], ignoreOrder: true);

        Task Note(FeedItem item)
        {
            seen.Add(item.Position!.Value);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_report_with_one_key_has_one_effect_and_a_refusal_says_its_code()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        using var platform = Client(institution);

        var letter = new Contact(lead, "letter", "interested", app.Clock.Now);
        var first = await platform.LogContact(letter, "letter-1");
        (await platform.LogContact(letter, "letter-1")).ShouldBe(first);
        var refused = await Should.ThrowAsync<PlatformRefused>(() => platform.LogContact(letter with { Outcome = "hopeful" }, "letter-2"));
        (refused.Status, refused.Code).ShouldBe((422, "contact_invalid"));
        var enrolled = await platform.ConfirmEnrolment(new(lead, institution.Programme, institution.Level, DateOnly.FromDateTime(app.Clock.Now.UtcDateTime)), "enrol-1");

        enrolled.EnrolmentId.ShouldNotBe(Guid.Empty);
        (await app.Rows<long>("select count(*) from contact_log where lead_id = @lead", new { lead })).Single().ShouldBe(1);
    }

    [Fact]
    public async Task One_token_serves_many_requests_and_a_refused_one_is_fetched_anew()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var network = new Network(app, institution);
        using var platform = Client(institution, network);

        for (var n = 0; n < 3; n++) await platform.ReadFeed(null);
        network.Tokens.ShouldBe(1);
        network.RefuseNext = true;
        await platform.ReadFeed(null);
        network.Tokens.ShouldBe(2);
    }

    [Fact]
    public async Task A_platform_that_has_too_much_to_do_is_asked_again_no_earlier_than_it_said_and_a_write_without_a_key_never()
    {
        var clock = new HandClock();
        var network = new Script(Token(), Busy(7), new(HttpStatusCode.OK) { Content = JsonContent.Create(new FeedPage([], "c", false, default)) }, Busy(1));
        using var platform = new LeadFeedClient(Options, clock, network);

        var reading = platform.ReadFeed(null);
        await Wait.Until(() => clock.Waiting == 1);
        clock.Advance(TimeSpan.FromSeconds(6.9));
        reading.IsCompleted.ShouldBeFalse();
        network.Asked.Count.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        (await reading).Next.ShouldBe("c");

        network.Asked.Count.ShouldBe(3);
        (await Should.ThrowAsync<PlatformRefused>(() => new LeadFeedClient(Options with { Attempts = 1 }, clock, new Script(Token(), Busy(1))).ReadFeed(null))).RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
        (await Should.ThrowAsync<PlatformRefused>(() => new LeadFeedClient(Options, clock, new Script(Token(), Busy(3_600))).ReadFeed(null))).RetryAfter.ShouldBe(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(409, "feed_epoch_changed")]
    [InlineData(410, "cursor_expired")]
    public async Task A_reader_that_lost_its_place_reads_the_snapshot_drops_what_is_not_in_it_and_goes_on_behind_it(int status, string code)
    {
        var (one, two, ended, later) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var network = new Script(
            Token(), new((HttpStatusCode)status) { Content = JsonContent.Create(new { code, link = "/v1/leads" }) },
            new(HttpStatusCode.OK) { Content = JsonContent.Create(new SnapshotPage([new(one, "offered", null, default), new(ended, "tombstone", "objected", default)], "page 2", "behind", default)) },
            new(HttpStatusCode.OK) { Content = JsonContent.Create(new SnapshotPage([new(two, "offered", null, default)], null, "behind", default)) },
            new(HttpStatusCode.OK) { Content = JsonContent.Create(new FeedPage([new(1, "offered", later, null, default)], "on", false, default)) });
        using var platform = new LeadFeedClient(Options, TimeProvider.System, network);
        var (cursor, handled, held) = ("lost", new List<FeedItem>(), (IReadOnlySet<Guid>)new HashSet<Guid>());
        var reader = new FeedReader(platform, _ => Task.FromResult<string?>(cursor), (next, _) => Task.FromResult(cursor = next), (leads, _) => Task.FromResult(held = leads));

        await reader.CatchUp((item, _) =>
        {
            handled.Add(item);
            return Task.CompletedTask;
        });

        held.Order().ShouldBe(new[] { one, two }.Order());
        handled.Select(item => (item.LeadId, item.MustBeDeleted)).ShouldBe([(one, false), (ended, true), (two, false), (later, false)]);
        cursor.ShouldBe("on");
        network.Asked.Skip(1).ShouldBe(["/v1/feed?limit=500&wait=0&after=lost", "/v1/leads?limit=500", "/v1/leads?limit=500&after=page%202", "/v1/feed?limit=500&wait=0&after=behind"]);
    }

    [Fact]
    public async Task After_a_restore_of_the_platform_the_reader_begins_anew_at_the_services_own_snapshot()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var ((_, first), (lost, ended), (_, third)) = (await season.Lead(), await season.Lead(), await season.Lead());
        await season.Objection(lost, "family");
        using var platform = Client(institution);
        string? cursor = new FeedCursors("cursor-key-of-the-tests-only"u8.ToArray(), epoch: 0).At(institution.Id, 2);
        var (handled, held) = (new Dictionary<Guid, bool>(), (IReadOnlySet<Guid>?)null);
        var reader = new FeedReader(platform, _ => Task.FromResult<string?>(cursor), (next, _) => Task.FromResult(cursor = next), (leads, _) => Task.FromResult(held = leads));
        Task Handle(FeedItem item, CancellationToken ct)
        {
            handled[item.LeadId!.Value] = item.MustBeDeleted;
            return Task.CompletedTask;
        }

        await reader.CatchUp(Handle);
        held!.Order().ShouldBe(new[] { first, third }.Order());
        handled.ShouldBe(new Dictionary<Guid, bool> { [first] = false, [ended] = true, [third] = false }, ignoreOrder: true);

        var (_, later) = await season.Lead();
        (await reader.CatchUp(Handle)).ShouldBe(1);
        handled.ShouldContainKey(later);
        (await reader.CatchUp(Handle)).ShouldBe(0);
    }

    [Fact]
    public void A_webhook_verifies_with_either_secret_within_five_minutes_and_not_otherwise()
    {
        var (old, current, body, now) = (WebhookSignature.NewSecret(), WebhookSignature.NewSecret(), """{"type":"subscription.test","data":{"challenge":"c1"}}"""u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(1_790_000_000));
        var headers = new Dictionary<string, string> { ["webhook-id"] = "m1", ["webhook-timestamp"] = "1790000000", ["webhook-signature"] = WebhookSignature.Sign("m1", 1_790_000_000, body, [current, old]) };
        WebhookMessage Verify(DateTimeOffset at, string secret) => Webhook.Verify([secret], headers.GetValueOrDefault, body, at);
        string Refused(Action act) => Should.Throw<WebhookRefused>(act).Code;

        Verify(now, old).Challenge.ShouldBe("c1");
        Verify(now.AddSeconds(300), current).Type.ShouldBe("subscription.test");
        Verify(now.AddSeconds(-300), current).Id.ShouldBe("m1");
        Refused(() => Verify(now.AddSeconds(301), current)).ShouldBe("timestamp_too_old");
        Refused(() => Verify(now.AddSeconds(-301), current)).ShouldBe("timestamp_in_future");
        Refused(() => Verify(now, WebhookSignature.NewSecret())).ShouldBe("signature_invalid");
        body[5] ^= 1;
        Refused(() => Verify(now, current)).ShouldBe("signature_invalid");
        headers["webhook-timestamp"] = "9999999999999";
        Refused(() => Verify(now, current)).ShouldBe("timestamp_invalid");
        headers.Remove("webhook-signature");
        Refused(() => Verify(now, current)).ShouldBe("header_missing");
    }

    [Fact]
    public void The_published_test_vector_verifies()
    {
        var headers = new Dictionary<string, string> { ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek", ["webhook-timestamp"] = "1614265330", ["webhook-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" };

        // Signed all right; only it is no event of ours.
        Should.Throw<WebhookRefused>(() => Webhook.Verify(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], headers.GetValueOrDefault, """{"test": 2432232314}"""u8.ToArray(), DateTimeOffset.FromUnixTimeSeconds(1614265330))).Code.ShouldBe("body_invalid");
    }

    [Fact]
    public async Task What_the_platform_sends_verifies_and_a_body_that_was_written_anew_is_told_where_it_differs()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var (_, lead) = await season.Lead();
        await app.Deliver(season);
        var got = college.Events.ShouldHaveSingleItem();
        WebhookMessage Verify(byte[] body) => Webhook.Verify([college.Secret], name => got.Headers.GetValueOrDefault(name), body, app.Clock.Now);

        Verify(got.Body).ShouldBe(new WebhookMessage(got.Id, "lead.offered", lead, 1, null));
        var anew = Encoding.UTF8.GetBytes(JsonNode.Parse(got.Body)!.ToJsonString(new() { WriteIndented = true }));
        Should.Throw<WebhookRefused>(() => Verify(anew)).Message.ShouldContain("at byte 1.");
        var shuffled = Encoding.UTF8.GetBytes(new JsonObject(got.Json.AsObject().Reverse().Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))).ToJsonString());
        Should.Throw<WebhookRefused>(() => Verify(shuffled)).Message.ShouldContain("at byte 2.");
    }

    [Fact]
    public async Task The_sample_runs_against_the_platform_and_holds_confirms_and_deletes_what_it_should()
    {
        var folder = Directory.CreateTempSubdirectory("college-");
        await using var replica = new WebhooksReplica(app);
        replica.UseKestrel(0);
        replica.StartServer();
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        await using var tokens = await Receiver.Start();
        tokens.Answer = (http, _) => http.Response.WriteAsJsonAsync(new { access_token = TokenOf(college.Institution), expires_in = 600 });
        await using var program = new WebApplicationFactory<FollowFeed>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("PLATFORM_URL", Address(replica));
            builder.UseSetting("PLATFORM_TOKEN_URL", $"http://127.0.0.1:{tokens.Port}/connect/token");
            builder.UseSetting("PLATFORM_CLIENT_ID", "college");
            builder.UseSetting("PLATFORM_CLIENT_SECRET", "secret-of-the-test");
            builder.UseSetting("WEBHOOK_SECRETS", college.Secret);
            builder.UseSetting("COLLEGE_FOLDER", folder.FullName);
            builder.ConfigureTestServices(services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(app.Clock)));
        });
        program.UseKestrel(0);
        program.StartServer();
        using var knock = new HttpClient { BaseAddress = new(Address(program)) };
        college.Server.Answer = async (http, got) =>
        {
            using var passed = new HttpRequestMessage(HttpMethod.Post, "/hooks") { Content = new ByteArrayContent(got.Body) };
            foreach (var name in new[] { "webhook-id", "webhook-timestamp", "webhook-signature" }) passed.Headers.Add(name, got.Headers[name]);
            using var answer = await knock.SendAsync(passed);
            http.Response.StatusCode = (int)answer.StatusCode;
            await answer.Content.CopyToAsync(http.Response.Body);
        };
        app.Clock.Now += TimeSpan.FromSeconds(2);
        (await college.Test()).ShouldBe("ok", "the sample answers the challenge");

        var (pupil, lead) = await season.Lead();
        var (_, kept) = await season.Lead();
        await app.Deliver(season);
        await Wait.Until(() => Files().Order().SequenceEqual(new[] { lead, kept }.Order()));
        await season.Objection(pupil, "family");
        await app.Deliver(season);
        await Wait.Until(() => Files().SequenceEqual([kept]));
        await Wait.Until(async () => (await app.Rows<string?>("select method from revocation where tenant_id = @Province", new { season.Province })).Single() == "erased");

        (await college.State()).ShouldBe("active");
        folder.Delete(recursive: true);

        IEnumerable<Guid> Files() => Directory.GetFiles(folder.FullName, "*.json").Select(file => Guid.Parse(Path.GetFileNameWithoutExtension(file)));
    }

    private static LeadFeedOptions Options => new() { Platform = new("http://platform.test/"), ClientId = "college", ClientSecret = "secret-of-the-test" };

    private LeadFeedClient Client(Participant institution, Network? network = null) => new(Options, app.Clock, network ?? new Network(app, institution));

    private static string TokenOf(Participant institution) => institution.Http.DefaultRequestHeaders.Authorization!.Parameter!;

    private static string Address<TEntry>(WebApplicationFactory<TEntry> server) where TEntry : class =>
        server.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.First();

    private static HttpResponseMessage Token() => new(HttpStatusCode.OK) { Content = JsonContent.Create(new { access_token = "t", expires_in = 600 }) };

    private static HttpResponseMessage Busy(int seconds)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = JsonContent.Create(new { code = "storage_unavailable" }) };
        answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        return answer;
    }

    /// <summary>The way to the service; the token is one of the test's authority.</summary>
    private sealed class Network(WebhooksApp app, Participant institution) : DelegatingHandler(app.Server.CreateHandler())
    {
        public int Tokens { get; private set; }
        public bool RefuseNext { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            if (request.RequestUri!.AbsolutePath != "/connect/token")
            {
                if (!RefuseNext) return await base.SendAsync(request, ct);
                RefuseNext = false;
                return new(HttpStatusCode.Unauthorized);
            }
            request.Headers.Authorization!.Parameter.ShouldBe(Convert.ToBase64String("college:secret-of-the-test"u8));
            Tokens++;
            return new(HttpStatusCode.OK) { Content = JsonContent.Create(new { access_token = TokenOf(institution), expires_in = 600 }) };
        }
    }

    /// <summary>A platform that answers as written, one after the other.</summary>
    private sealed class Script(params HttpResponseMessage[] answers) : HttpMessageHandler
    {
        private readonly Queue<HttpResponseMessage> answers = new(answers);

        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            Asked.Add(request.RequestUri!.PathAndQuery);
            return Task.FromResult(answers.Dequeue());
        }
    }
}
