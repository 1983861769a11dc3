using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Features.Relay;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Families;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>What Enrolment asks of Schools, with both services running.</summary>
public sealed class BesideSchoolsTests(BesideSchoolsTests.Both both) : IClassFixture<BesideSchoolsTests.Both>
{
    /// <summary>Both services, each with its own database; calls between them go where they would, with a token of the tests' authority.</summary>
    public class Both : IAsyncLifetime
    {
        public ServiceApp<Round> Schools { get; } = new("schools");
        public EnrolmentApp Enrolment { get; }

        /// <summary>Where messages to families go instead of to a province's gateway.</summary>
        public string Messages { get; } = Path.Combine(Path.GetTempPath(), $"careerplatform-messages-{Guid.NewGuid():N}", "sent.txt");

        public Both() => Enrolment = new Caller(Schools);

        public virtual async ValueTask InitializeAsync()
        {
            await Enrolment.InitializeAsync();
            Schools.Settings["Contact:SealKey"] = Enrolment.Settings["Contact:SealKey"];
            SendMessages(Schools.Settings);
            Schools.Settings["Logging:LogLevel:Default"] = "None";
            await Schools.InitializeAsync();
        }

        public virtual async ValueTask DisposeAsync()
        {
            await Enrolment.DisposeAsync();
            await Schools.DisposeAsync();
            if (Directory.Exists(Path.GetDirectoryName(Messages))) Directory.Delete(Path.GetDirectoryName(Messages)!, recursive: true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Where Schools sends messages to.</summary>
        protected virtual void SendMessages(Dictionary<string, string?> settings) => settings["Messages:File"] = Messages;

        /// <summary>Another process of Enrolment on the same database.</summary>
        public EnrolmentApp Restarted()
        {
            var again = new Caller(Schools) { Existing = Enrolment.OwnerConnection };
            foreach (var (name, value) in Enrolment.Settings) again.Settings[name] = value;
            again.Clock.Now = Enrolment.Clock.Now;
            return again;
        }

        /// <summary>Schools knows the number of this pupil's family.</summary>
        public async Task Known(Season season, PupilWithoutPlace pupil, string? phone = "+84912345678")
        {
            await using var work = await Schools.Services.GetRequiredService<Database>().Begin(season.Province);
            var sealedContact = await Schools.Services.GetRequiredService<PupilKeys>().Seal(work, pupil.PupilId, new Contact("Học sinh Thử Nghiệm", phone, "Xóm 1", null, null));
            await work.Execute("insert into contact (tenant_id, pupil_id, collected_on, source, sealed_contact, print, current) values (@Tenant, @PupilId, '2026-05-01', 'roster', @sealedContact, '', true)", new { work.Tenant, pupil.PupilId, sealedContact });
            await work.Commit();
        }

        public DateTimeOffset Now
        {
            set => Enrolment.Clock.Now = Schools.Clock.Now = value;
        }

        public IReadOnlyList<string> Sent => File.Exists(Messages) ? File.ReadAllLines(Messages) : [];
    }

    private sealed class Caller(ServiceApp<Round> schools) : EnrolmentApp
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting("ServiceClient:Secret", "own-secret-for-tests-0123456789-0123456789");
            builder.ConfigureTestServices(services => services.ConfigureHttpClientDefaults(http => http.ConfigurePrimaryHttpMessageHandler(() => new Network(schools))));
        }
    }

    private sealed class Network(ServiceApp<Round> schools) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            if (request.RequestUri!.Host == "identity")
            {
                using var service = schools.As("service", "*", subject: "enrolment", client: "enrolment");
                return new(HttpStatusCode.OK) { Content = JsonContent.Create(new { access_token = service.DefaultRequestHeaders.Authorization!.Parameter, expires_in = 600 }) };
            }
            if (request.RequestUri.Host != "schools") return new(HttpStatusCode.ServiceUnavailable);
            using var server = new HttpMessageInvoker(schools.Server.CreateHandler());
            return await server.SendAsync(request, ct);
        }
    }

    private static readonly DateTimeOffset Morning = new(2026, 10, 1, 3, 0, 0, TimeSpan.Zero);

    private Task<int> Sweep() => both.Enrolment.Services.GetRequiredService<TellFamilies>().Sweep(TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_family_of_mode_B_is_told_by_message_that_somebody_wrote_once_a_day_without_who_what_or_about_whom_while_it_has_not_read_it()
    {
        both.Now = Morning;
        var season = both.Enrolment.NewSeason();
        var institution = await season.Institution();
        var (pupil, open, silent) = (season.Pupil(), season.Pupil(), season.Pupil());
        await season.Relay(pupil);
        await season.Relay(silent);
        await season.Consent(open);
        await season.Finalize(pupil, open, silent);
        await both.Known(season, pupil);
        await both.Known(season, open, "+84912345679");
        await both.Known(season, silent, null);
        async Task Write(PupilWithoutPlace to) => await season.Post(institution.Http, $"/v1/leads/{await season.LeadOf(to)}/messages", new { text = "Trường còn chỗ ngành Hàn." });

        await Write(pupil);
        await Write(open);
        (await Sweep()).ShouldBe(0, "the message gateway is away");
        (await both.Schools.Rows<long>("select count(*) from family_notice where tenant_id = @Province", new { season.Province })).ShouldBe([0]);
        Directory.CreateDirectory(Path.GetDirectoryName(both.Messages)!);
        await Write(silent);
        both.Now = Morning.AddHours(11.5);
        (await Sweep()).ShouldBe(0, "nobody is told at night");
        both.Now = Morning.AddHours(1);
        (await Sweep()).ShouldBe(2, "one was told, of the other no number is known");
        (await Sweep()).ShouldBe(0);
        both.Sent.ShouldBe([$"+84912345678 {TellFamily.Text}"], "only the family that is contacted through the platform alone");
        var name = (await both.Enrolment.Rows<string>("select name from institution where institution_id = @Id", new { institution.Id })).Single();
        foreach (var hidden in new[] { name, "Học sinh", "Hàn", "nghề" }) TellFamily.Text.ShouldNotContain(hidden);

        await Write(pupil);
        (await Sweep()).ShouldBe(0);
        both.Sent.Count.ShouldBe(1, "once a day");
        both.Now = Morning.AddDays(1);
        (await Sweep()).ShouldBe(1, "it is unread and was not told of");
        both.Sent.Count.ShouldBe(2);
        await Write(pupil);
        (await both.Enrolment.As("family", season.Province, subject: pupil.PupilId.ToString()).GetAsync($"/v1/families/{pupil.PupilId}/messages")).EnsureSuccessStatusCode();
        both.Now = Morning.AddDays(2);
        (await Sweep()).ShouldBe(0, "it has read everything");
        (await both.Schools.Rows<string>("select purpose from pii_access where tenant_id = @Province", new { season.Province })).ShouldBe(["vocational_guidance", "vocational_guidance", "vocational_guidance"], "each time the number was opened is on record, also when the gateway then was away");
    }

    [Fact]
    public async Task P12_the_file_has_what_Schools_processes_beside_what_this_service_does()
    {
        both.Now = Morning;
        var season = both.Enrolment.NewSeason();
        await season.Institution();
        await season.Lead();
        await using (var work = await both.Schools.Services.GetRequiredService<Database>().Begin(season.Province))
        {
            await work.Execute(
                """
                insert into roster (tenant_id, pupil_id, school_year, grade, school_id, commune, commune_on)
                select @Tenant, gen_random_uuid(), 2025 + n % 2, 9, gen_random_uuid(), '97001', '2026-05-01' from generate_series(1, 7) as n
                """, new { work.Tenant });
            work.Append("roster", Guid.CreateVersion7(), new RosterImported { SchoolYear = 2026, Grade = 9, New = 7, Changed = 0, Unchanged = 0, By = "x" });
            await work.Commit();
        }

        // A service that answers its first question on a busy machine may take longer than the file waits for it; then the file says so.
        JsonNode file = new JsonObject();
        await Wait.Until(async () => (file = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/impact-file"))!)["missing"]!.AsArray().Count == 0);

        file["years"]!.AsArray().Select(year => ((int)year!["schoolYear"]!, (long)year["listed"]!, (long)year["candidates"]!)).ShouldBe([(2025, 3L, 0L), (2026, 4L, 1L)]);
        file["flows"]!.AsArray().Select(flow => (string)flow!["code"]!).ShouldBe(["roster", "contact", "results", "consent", "leads", "outreach", "enrolments", "webhooks", "read_journal"]);
        ((string)file["flows"]![0]!["kept"]!).ShouldContain("36 months");
        ((string)file["firstProcessing"]!).ShouldBe("2026-10-01");
    }

    [Fact]
    public async Task P11_the_list_of_an_incident_has_whom_an_account_read_in_Schools_too_and_says_so_when_Schools_is_away()
    {
        both.Now = Morning;
        var season = both.Enrolment.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();
        var listed = Guid.CreateVersion7();
        using var thief = both.Enrolment.As("officer", season.Province, subject: "stolen-account");
        (await thief.GetAsync($"/v1/leads/{lead}/ledger")).EnsureSuccessStatusCode();
        async Task Read(string account, params Guid[] pupils)
        {
            await using var work = await both.Schools.Services.GetRequiredService<Database>().Begin(season.Province);
            await work.Journal(new Person(account, season.Province, null, new HashSet<string> { Policies.Officer }, null), "data_correction", "GET /v1/rosters/{schoolYear}", pupils, "name,birth_date", both.Schools.Clock.Now);
            await work.Commit();
        }
        await Read("stolen-account", listed, pupil.PupilId);
        await Read("somebody-else", Guid.CreateVersion7());
        await Read(pupil.PupilId.ToString(), pupil.PupilId);
        var breach = (await season.Post(season.Officer, "/v1/breaches", new { kind = "unauthorised_access", detectedAt = Morning, description = "x" })).Id("breachId");
        async Task<(long Found, long Reads, long Children, string Fields, int Missing)> Find(HttpClient officer, object words)
        {
            var answer = await season.Post(officer, $"/v1/breaches/{breach}/affected", words);
            return ((long)answer["found"]!, (long)answer["reads"]!, (long)answer["children"]!, string.Join(',', answer["fields"]!.AsArray().Select(field => (string)field!)), answer["missing"]!.AsArray().Count);
        }

        await using var alone = new EnrolmentApp { Existing = both.Enrolment.OwnerConnection };
        foreach (var (name, value) in both.Enrolment.Settings) alone.Settings[name] = value;
        await alone.InitializeAsync();
        (await Find(alone.As("officer", season.Province), new { account = "stolen-account" })).ShouldBe((1, 1, 1, "ledger", 1), "what is known here is on the list, and that something is missing is said");
        (await Find(season.Officer, new { account = "stolen-account" })).ShouldBe((2, 3, 2, "birth_date,ledger,name", 0));
        (await Find(season.Officer, new { lead })).ShouldBe((1, 2, 2, "birth_date,ledger,name", 0), "the family's own look is none");
        (await Find(season.Officer, new { institution = institution.Id })).ShouldBe((0, 0, 2, "", 0));
        (await Find(season.Officer, new { account = "stolen-account", from = Morning.AddHours(1) })).ShouldBe((0, 0, 2, "", 0));

        var lines = (await season.Officer.GetStringAsync($"/v1/breaches/{breach}/affected")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).ToDictionary(cells => Guid.Parse(cells[0]));
        lines.Keys.ShouldBe([pupil.PupilId, listed], ignoreOrder: true);
        string.Join(',', lines[pupil.PupilId]).ShouldContain("\"birth_date,ledger,name\",2,");
        lines[listed][1].ShouldBe("", "no lead");
        foreach (var other in new[] { both.Schools.As("officer", season.Province), both.Schools.As("school", season.Province, Guid.CreateVersion7()) })
            (await other.PostAsJsonAsync($"/internal/reads/{season.Province}", new { account = "stolen-account" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "for services only");
    }
}
