using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(CareerPlatform.Browser.Tests.Province))]

namespace CareerPlatform.Browser.Tests;

/// <summary>The whole platform with a small demo province, started once as `./run` starts it, and one Chromium that visits it.</summary>
public sealed class Province : IAsyncLifetime
{
    public const int Pupils = 400;

    /// <summary>Where the demo people's school person works.</summary>
    public const string DemoSchool = Careerctl.Demo.DemoProvince.PeoplesSchool;

    private PostgresServer server = null!;
    private Testing.Platform platform = null!;
    private IPlaywright playwright = null!;

    public IBrowser Browser { get; private set; } = null!;

    /// <summary>Where pictures of the pages are kept; not committed.</summary>
    public static readonly string Pictures = Directory.CreateDirectory(Path.Combine(SharedData.Repository, "tests", "Browser.Tests", "out")).FullName;

    public Uri Gateway => platform.Gateway;

    /// <summary>The demo province's results as its office would send them.</summary>
    public string Results { get; private set; } = null!;

    /// <summary>The round that is finalised when the tests begin.</summary>
    public Guid Round { get; private set; }

    public DemoUsers Users { get; private set; } = null!;

    /// <summary>The platform's own virtual host, with credentials.</summary>
    public Uri Broker { get; private set; } = null!;

    /// <summary>Asks the services themselves, as the season's player does.</summary>
    public Careerctl.Season.Platform Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        server = await PrivateServers.StartPostgres("browser");
        Broker = new Uri(await TestServers.NewVirtualHost());
        platform = await Testing.Platform.Start([
            $"--ConnectionStrings:postgres={server.ConnectionString}", $"--ConnectionStrings:messaging={Broker.AbsoluteUri}",
            $"--Management:messaging={await TestServers.RabbitMqManagement()}", "--pupils", $"{Pupils}", "--seed", "11"], within: TimeSpan.FromMinutes(5));
        await Wait.Until(() => platform.Output.Any(line => line.Contains("the demo province is loaded") || line.Contains("the demo province was not loaded")), TimeSpan.FromMinutes(5));
        platform.Output.ShouldContain(line => line.Contains("the demo province is loaded"), string.Join('\n', platform.Output.TakeLast(60)));
        Users = DemoUsers.Read(Path.Combine(platform.Local, "demo-users.json"));
        Api = new(platform.Gateway, Users, TimeProvider.System);
        await FinaliseResults();
        await LoadTasks();

        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }

    /// <summary>The grade-10 results of the demo province are read, accepted and finalised, and everybody has heard of them.</summary>
    private async Task FinaliseResults()
    {
        var ct = CancellationToken.None;
        var demo = new Careerctl.Demo.DemoProvince(11, Pupils);
        var folder = Directory.CreateTempSubdirectory("careerplatform-browser-").FullName;
        Careerctl.Demo.DemoFiles.WriteAll(demo, folder);
        Results = await File.ReadAllTextAsync(Path.Combine(folder, Careerctl.Demo.DemoFiles.Results), ct);
        var round = Round = (Guid)(await Api.Officer.Post<JsonObject>("v1/rounds", new { schoolYear = Careerctl.Demo.DemoProvince.SchoolYear, number = 1, name = "Tuyển sinh lớp 10, đợt 1" }, ct, "browser-round"))["roundId"]!;
        var report = await Api.Officer.Upload<JsonObject>(HttpMethod.Put, $"v1/rounds/{round}/file", Path.Combine(folder, Careerctl.Demo.DemoFiles.Results), ct);
        await Api.Officer.Post($"v1/rounds/{round}/acceptance", new { uploadId = (Guid)report["uploadId"]! }, ct, "browser-acceptance");
        var counts = report["counts"]!;
        await Api.Approver.PutUnless($"v1/rounds/{round}/finalization", new { controlTotal = (int)counts["matched"]! + (int)counts["review"]! + (int)counts["unmatched"]!, resultsAreFinal = true }, ct, "round_already_final");
        var withoutPlace = (long)counts["withoutPlace"]!;
        await Wait.Until(async () => (long)(await Api.Officer.Get<JsonObject>($"v1/leads/counts?schoolYear={Careerctl.Demo.DemoProvince.SchoolYear}", ct))["pupilsWithoutPlace"]! >= withoutPlace, TimeSpan.FromMinutes(2));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The demo province's plan asks for something to be done as well: one task is late, two are not due yet.</summary>
    private async Task LoadTasks()
    {
        var plan = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(SharedData.Repository, "services", "Targets", "Plans", "demo-97-2026.json")))!.AsObject();
        plan["tasks"] = new JsonArray(
            One("1.1", "Khảo sát nguyện vọng học tiếp của học sinh lớp 9", "Survey what ninth-graders wish to do next", "05-30"),
            One("1.2", "Báo cáo kết quả phân luồng cả năm", "Report on the year's streaming", "12-28"),
            One("1.3", "Công bố cơ hội học tập sau lớp 9", "Publish the ways on after grade 9", "12-29"));
        plan["conference"] = Conference();
        var body = plan.ToJsonString();
        (await Api.Officer.Send(() => new(HttpMethod.Put, "v1/plans/demo-97-2026") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") }, CancellationToken.None)).Dispose();
        (await Api.Officer.Send(() => new(HttpMethod.Put, $"v1/tasks/years/{Careerctl.Demo.DemoProvince.SchoolYear}"), CancellationToken.None)).Dispose();

        // The area office works for one commune of the province.
        var commune = (string)(await Api.Officer.Get<JsonObject>($"v1/schools/{DemoSchool}", CancellationToken.None))["commune"]!;
        var office = Contracts.StreamIds.Of("organisation", Careerctl.Demo.DemoProvince.Code, "area_office");
        var area = JsonContent.Create(new { duties = new[] { new { function = "commune_committee", area = commune } } });
        (await Api.Officer.Send(() => new(HttpMethod.Put, $"v1/tasks/owners/{office}") { Content = area }, CancellationToken.None)).Dispose();

        static JsonNode Conference() => new JsonObject
        {
            ["title"] = Said("Hội nghị sơ kết", "Review conference"),
            ["due"] = new JsonObject { ["kind"] = "week", ["month"] = "2027-10", ["week"] = "last" },
            ["place"] = "Hội trường tỉnh mẫu",
            ["clause"] = "III",
            ["invitees"] = new JsonObject { ["items"] = new JsonArray(Said("Cơ sở giáo dục nghề nghiệp", "Vocational institutions"), Said("Trường THCS", "Lower-secondary schools")), ["clause"] = "III.1" },
            ["programme"] = new JsonObject { ["items"] = new JsonArray(Said("Khai mạc", "Opening"), Said("Tham luận", "Speeches"), Said("Bế mạc", "Closing")), ["clause"] = "IV" },
            ["speeches"] = new JsonArray(
                new JsonObject { ["author"] = Said("Trường Cao đẳng (mẫu)", "A college (fictional)"), ["kind"] = "assigned", ["topic"] = Said("Tư vấn nghề ở trường THCS", "Vocational counselling in lower-secondary schools"), ["clause"] = "V.1" },
                new JsonObject { ["author"] = Said("Một doanh nghiệp (mẫu)", "An enterprise (fictional)"), ["kind"] = "invited", ["topic"] = Said("Doanh nghiệp cần gì", "What enterprises need"), ["clause"] = "V.2" }),
        };

        static JsonObject Said(string vi, string en) => new() { ["vi"] = vi, ["en"] = en };

        static JsonNode One(string code, string vi, string en, string day) => new JsonObject
        {
            ["code"] = code,
            ["title"] = new JsonObject { ["vi"] = vi, ["en"] = en },
            ["recurrence"] = "yearly",
            ["due"] = new JsonObject { ["kind"] = "yearly", ["day"] = day },
            ["leads"] = new JsonArray("education_department"),
            ["coordinators"] = new JsonArray(),
            ["productHolder"] = "education_department",
            ["clause"] = "III.1",
        };
    }

    /// <summary>Open leads of an institution, of families that are written to through the platform only, so that they need no keys of their own; planted, since only their number matters.</summary>
    public Task PlantLeads(Guid institution, int count) => Enrolment(
        """
        with like_one as (select g.tenant_id, g.agreement_id, g.school_year, c.residence from lead_grant g join lead l using (tenant_id, lead_id)
                            join candidate c on c.tenant_id = l.tenant_id and c.school_year = l.school_year and c.pupil_id = l.pupil_id where g.institution_id = $1 and g.state <> 'withdrawn' limit 1),
          made as materialized (select o.*, gen_random_uuid() as pupil_id, gen_random_uuid() as lead_id, gen_random_uuid() as basis_id, 'planted-' || n as family_key, now() - interval '1 hour' as at
                                from like_one o cross join generate_series(1, $2) as n),
          candidates as (insert into candidate (tenant_id, school_year, pupil_id, residence, family_key, wished_trade, wished_level, sealed_contact, outcome, outcome_at)
                         select tenant_id, school_year, pupil_id, residence, family_key, '5520227', 'intermediate', '-', 'without_place', at from made),
          bases as (insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, pupil_id, scope, child_agreed, guardian_agreed, text_version, evidence, given_at)
                    select tenant_id, basis_id, 'B', 'vocational_guidance', school_year, pupil_id, 'all', true, true, '1', 'web', at from made),
          leads as (insert into lead (tenant_id, lead_id, school_year, pupil_id, basis_id, status, opened_at, changed_at, relay)
                    select tenant_id, lead_id, school_year, pupil_id, basis_id, 'open', at, at, true from made),
          places as (insert into family_place (tenant_id, school_year, family_key, slot, institution_id) select tenant_id, school_year, family_key, 1, $1 from made)
        insert into lead_grant (tenant_id, grant_id, lead_id, institution_id, agreement_id, basis_id, school_year, family_key, slot, state, reasons, granted_at, expires_at)
        select tenant_id, gen_random_uuid(), lead_id, $1, agreement_id, basis_id, school_year, family_key, 1, 'offered', array['free_seats'], at, at + interval '30 days' from made
        """, institution, count);

    /// <summary>A subscription that was active; its host is nobody's, so whatever is sent to it is not answered.</summary>
    public Task PlantSubscription(Guid institution) => Enrolment(
        """
        insert into subscription (tenant_id, subscription_id, institution_id, endpoint, purposes, sealed_contacts, state, requested_by, requested_at, approved_by, tested_at, changed_at, told_pos, withdrawn_pos)
        select h.tenant_id, gen_random_uuid(), h.institution_id, 'https://may-chu.truong-mau.example/nhan', array['vocational_guidance'], '-', 'active', 'r', now(), array['a', 'b'], now(), now(), h.pos, h.pos
        from institution_feed_head h where h.institution_id = $1
        """, institution);

    private async Task Enrolment(string sql, params object[] values)
    {
        await using var source = Npgsql.NpgsqlDataSource.Create($"{server.ConnectionString};Database=enrolmentdb");
        await using var command = source.CreateCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        (await command.ExecuteNonQueryAsync()).ShouldBeGreaterThan(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null) await Browser.DisposeAsync();
        playwright?.Dispose();
        Api?.Dispose();
        if (platform is not null) await platform.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }
}
