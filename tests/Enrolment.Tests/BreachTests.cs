using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Breaches;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The breach workbench; the clock is in the test's hand.</summary>
public sealed class BreachTests(BreachTests.OwnApp app) : IClassFixture<BreachTests.OwnApp>
{
    /// <summary>The service for this class alone: its clock moves.</summary>
    public sealed class OwnApp : EnrolmentApp;

    private static readonly DateTimeOffset Detected = new(2026, 10, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task P11_detection_starts_the_24_and_the_72_hour_clock_and_each_rings_at_50_80_and_100_percent_once_until_its_notice()
    {
        var season = Begin();
        var opened = await Open(season);
        var id = opened.Id("breachId");
        ((DateTimeOffset)opened["cyberBy"]!, (DateTimeOffset)opened["agencyBy"]!).ShouldBe((Detected.AddHours(24), Detected.AddHours(72)));

        async Task<(string, int)[]> RungAfter(double hours)
        {
            app.Clock.Now = Detected.AddHours(hours);
            await app.Services.GetRequiredService<KeepBreaches>().Sweep(TestContext.Current.CancellationToken);
            return [.. (await app.Facts<BreachAlarm>(season.Province)).Select(alarm => (alarm.Clock, alarm.Percent))];
        }
        (await RungAfter(11.9)).ShouldBeEmpty();
        (await RungAfter(12)).ShouldBe([("cyber", 50)]);
        (await RungAfter(20)).ShouldBe([("cyber", 50), ("cyber", 80)]);
        (await Put(season.Officer, $"/v1/breaches/{id}/notices/cyber", new { notifiedAt = Detected.AddHours(20), number = "17/TB" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await RungAfter(36)).ShouldBe([("cyber", 50), ("cyber", 80), ("agency", 50)], "the other clock runs on, the settled one is silent");
        (await RungAfter(73)).ShouldBe([("cyber", 50), ("cyber", 80), ("agency", 50), ("agency", 100)], "the later alarm stands for one that was missed");
        (await RungAfter(80)).Length.ShouldBe(4);

        var clocks = (await Get(season.Officer, $"/v1/breaches/{id}"))["clocks"]!.AsArray().ToDictionary(clock => (string)clock!["name"]!);
        ((int)clocks["cyber"]!["alarm"]!, (bool)clocks["cyber"]!["late"]!).ShouldBe((80, false));
        ((int)clocks["agency"]!["alarm"]!, (bool)clocks["agency"]!["late"]!).ShouldBe((100, true));
    }

    [Fact]
    public async Task P11_the_children_whose_data_an_institution_read_are_found_in_one_query_by_institution_client_time_and_lead_and_the_list_is_itself_a_read()
    {
        var season = Begin();
        var (one, other) = (await season.Institution(fields: new[] { "name", "phone" }), await season.Institution(fields: new[] { "area" }));
        var (first, firstLead) = await season.Lead();
        var (second, secondLead) = await season.Lead();
        await season.Lead();
        app.Clock.Now = Detected.AddHours(1);
        (await season.Detail(one, firstLead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        app.Clock.Now = Detected.AddHours(2);
        (await season.Detail(one, firstLead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await season.Detail(one, secondLead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await season.Detail(other, secondLead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var client = (await app.Rows<string>("select distinct client_id from pii_access where organisation = @Id", new { one.Id })).Single();

        async Task<(int Found, int Reads, string Fields)> Find(object words)
        {
            var incident = (await Open(season)).Id("breachId");
            var answer = await season.Post(season.Officer, $"/v1/breaches/{incident}/affected", words);
            return ((int)answer["found"]!, (int)answer["reads"]!, string.Join(',', answer["fields"]!.AsArray().Select(field => (string)field!)));
        }
        (await Find(new { institution = one.Id })).ShouldBe((2, 3, "name,phone"));
        (await Find(new { institution = one.Id, to = Detected.AddHours(1) })).ShouldBe((1, 1, "name,phone"));
        (await Find(new { client, from = Detected.AddHours(2) })).ShouldBe((2, 2, "name,phone"));
        (await Find(new { lead = secondLead })).ShouldBe((1, 2, "area,name,phone"), "whoever read it");
        (await Find(new { institution = Guid.CreateVersion7() })).ShouldBe((0, 0, ""));
        var id = (await Open(season)).Id("breachId");
        await (await season.Send(season.Officer, $"/v1/breaches/{id}/affected", new { from = Detected })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "words_missing");

        await season.Post(season.Officer, $"/v1/breaches/{id}/affected", new { institution = other.Id });
        ((int)(await season.Post(season.Officer, $"/v1/breaches/{id}/affected", new { institution = one.Id, from = Detected.AddHours(2) }))["children"]!).ShouldBe(2, "another search adds to the list, nobody stands there twice");
        var list = await season.Officer.GetAsync($"/v1/breaches/{id}/affected");
        var lines = (await list.Content.ReadAsStringAsync()).TrimStart('\ufeff').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("pupil_id,lead_id,fields,reads,first_at,last_at,purpose");
        lines.Skip(1).Select(line => line.Split(',')[0]).ShouldBe(new[] { first.PupilId, second.PupilId }.Select(pupil => pupil.ToString()), ignoreOrder: true);
        lines.Single(line => line.StartsWith(second.PupilId.ToString(), StringComparison.Ordinal)).ShouldContain("\"area,name,phone\"");
        string.Join('\n', lines).ShouldNotContain("Học sinh");
        (await app.Rows<Guid>("select i.pupil_id from pii_access a join pii_access_item i using (tenant_id, access_id) where a.tenant_id = @Province and a.purpose = 'breach'", new { season.Province }))
            .ShouldBe([first.PupilId, second.PupilId], ignoreOrder: true);
    }

    [Fact]
    public async Task P11_an_institution_reports_a_breach_at_once_which_opens_an_incident_and_sees_nobodys()
    {
        var season = Begin();
        var institution = await season.Institution(agreement: false);
        app.Clock.Now = Detected.AddHours(3);

        var report = await season.Post(institution.Http, "/v1/breaches/reports", new { kind = "loss", detectedAt = Detected, description = "Mất máy tính có tệp danh sách" });

        var incident = (await Get(season.Officer, $"/v1/breaches/{report.Id("breachId")}"))!;
        ((Guid)incident["institution"]!, (bool)incident["reported"]!, (DateTimeOffset)incident["detectedAt"]!, (string)incident["description"]!).ShouldBe((institution.Id, true, Detected, "Mất máy tính có tệp danh sách"));
        ((DateTimeOffset)report["agencyBy"]!).ShouldBe(Detected.AddHours(72), "the institution's own detection counts");
        (await app.Facts<BreachOpened>(season.Province)).Single().Reported.ShouldBeTrue();
        (await app.Rows<string>("select sealed_description from breach where tenant_id = @Province", new { season.Province })).Single().ShouldNotContain("máy");

        foreach (var path in new[] { "/v1/breaches", $"/v1/breaches/{report.Id("breachId")}", $"/v1/breaches/{report.Id("breachId")}/affected", $"/v1/breaches/{report.Id("breachId")}/notification" })
            (await institution.Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await app.As("officer", "998").GetAsync($"/v1/breaches/{report.Id("breachId")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await (await season.Send(institution.Http, "/v1/breaches/reports", new { kind = "loss", detectedAt = app.Clock.Now.AddMinutes(1), description = "x" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "time_invalid");
        await (await season.Send(institution.Http, "/v1/breaches/reports", new { kind = "oops", detectedAt = Detected, description = "x" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "kind_invalid");
    }

    [Fact]
    public async Task P11_the_facts_of_form_08_come_in_their_order_without_a_person_and_a_closed_record_is_kept_as_it_is()
    {
        var season = Begin();
        var institution = await season.Institution(fields: new[] { "name", "phone" });
        var (pupil, lead) = await season.Lead();
        await season.Detail(institution, lead);
        var id = (await Open(season, institution.Id)).Id("breachId");
        await season.Post(season.Officer, $"/v1/breaches/{id}/affected", new { institution = institution.Id });
        var second = app.As("approver", season.Province, subject: "second-person");
        await (await Put(second, $"/v1/breaches/{id}/closing", new { outcome = "Đã thu hồi" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "notice_missing");
        app.Clock.Now = Detected.AddHours(71);
        await (await Put(season.Officer, $"/v1/breaches/{id}/notices/agency", new { notifiedAt = Detected.AddHours(72), number = "18/TB" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "time_invalid");
        await (await Put(season.Officer, $"/v1/breaches/{id}/notices/agency", new { number = "18/TB" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "notice_incomplete");
        (await Put(season.Officer, $"/v1/breaches/{id}/notices/agency", new { notifiedAt = Detected.AddHours(70), number = "18/TB" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Put(season.Officer, $"/v1/breaches/{id}/notices/cyber", new { notDueBecause = "không phải sự cố an ninh mạng" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await Put(season.Officer, $"/v1/breaches/{id}/closing", new { outcome = "Đã thu hồi" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "second_person_required");
        (await Put(second, $"/v1/breaches/{id}/closing", new { outcome = "Đã thu hồi" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var notice = await Get(season.Officer, $"/v1/breaches/{id}/notification");
        ((string)notice["form"]!).ShouldBe("Mẫu 08");
        var facts = notice["facts"]!.AsArray();
        facts.Select(fact => (int)fact!["number"]!).ShouldBe(Enumerable.Range(1, facts.Count));
        facts.Select(fact => (string)fact!["code"]!).ShouldBe([
            "controller", "processor", "reported_by_processor", "detected_at", "recorded_at", "kind", "description", "subjects", "data", "period", "agency_due", "agency_notified", "cyber_due", "cyber_notified", "outcome"]);
        string? Value(string code) => (string?)facts.Single(fact => (string)fact!["code"]! == code)!["value"];
        (Value("subjects"), Value("data"), Value("detected_at"), Value("agency_notified"), Value("outcome")).ShouldBe(("1", "name, phone", "01/10/2026 10:00", "04/10/2026 08:00, số 18/TB", "Đã thu hồi"));
        notice.ToJsonString().ShouldNotContain(pupil.PupilId.ToString());

        foreach (var answer in new[]
        {
            await Put(season.Officer, $"/v1/breaches/{id}/notices/agency", new { notDueBecause = "nghĩ lại" }), await Put(second, $"/v1/breaches/{id}/closing", new { outcome = "khác" }),
            await season.Send(season.Officer, $"/v1/breaches/{id}/affected", new { institution = institution.Id }),
        })
            await answer.ShouldBeRefusedWith(HttpStatusCode.Conflict, "already_closed");
        (await Get(season.Officer, "/v1/breaches"))["items"]!.AsArray().ShouldBeEmpty();
        ((string)(await Get(season.Officer, "/v1/breaches?state=all"))["items"]!.AsArray().ShouldHaveSingleItem()!["outcome"]!).ShouldBe("Đã thu hồi");
    }

    private Season Begin()
    {
        app.Clock.Now = Detected;
        return app.NewSeason();
    }

    private static Task<JsonObject> Open(Season season, Guid? institution = null) =>
        season.Post(season.Officer, "/v1/breaches", new { kind = "disclosure", detectedAt = Detected, description = "Danh sách bị đăng lên mạng", institution });

    private static async Task<JsonNode> Get(HttpClient http, string path) => JsonNode.Parse(await http.GetStringAsync(path))!;

    private static Task<HttpResponseMessage> Put(HttpClient http, string path, object body) => http.PutAsJsonAsync(path, body);
}
