using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static CareerPlatform.Targets.Tests.PlannedProvince;

namespace CareerPlatform.Targets.Tests;

/// <summary>Quarterly numbers of Vĩnh Long's plan: institutions and areas enter them, the department sees who has not, the quarter's report holds them.</summary>
public sealed class LabourTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private static readonly Guid College = Guid.CreateVersion7();
    private readonly PlannedProvince province = new(app);

    [Fact]
    public async Task Institutions_and_areas_enter_their_own_numbers_and_the_department_sees_the_sums_and_who_is_missing()
    {
        await Planned();
        await Ok(await Enter(Institution, new { items = new[] { Number("capacity", "intermediate", 300), Number("graduated", "intermediate", 120), Number("employed", "intermediate", 90) } }));
        await Ok(await Enter(await Office("971"), new { area = "971", items = new[] { Number("vacancies", "untrained", 500) } }));
        await Ok(await Enter(province.As("officer"), new { area = "972", items = new[] { Number("vacancies", "untrained", 70), Number("placed", "elementary", 12) } }));

        var answer = await Show("?from=2&to=2");

        Lines(answer).ShouldBe([("capacity", "intermediate", 300), ("graduated", "intermediate", 120), ("employed", "intermediate", 90), ("vacancies", "untrained", 570), ("placed", "elementary", 12)]);
        ((decimal)answer["employedShare"]!, (int)answer["missing"]!).ShouldBe((75m, 0));
        ((int)(await Show("?from=1&to=1"))["missing"]!).ShouldBe(3, "one institution and two districts");
    }

    [Fact]
    public async Task What_happened_adds_up_over_quarters_and_how_things_stand_is_that_of_the_last()
    {
        await Planned();
        foreach (var (quarter, places, admitted) in new[] { (1, 250, 30), (2, 300, 45) })
            await Ok(await Enter(Institution, new { items = new[] { Number("capacity", "college", places), Number("admitted", "college", admitted) } }, quarter));

        Lines(await Show("?from=1&to=2")).ShouldBe([("capacity", "college", 300), ("admitted", "college", 75)]);
    }

    [Fact]
    public async Task The_report_of_the_quarter_holds_the_numbers_beside_those_of_a_year_before_and_closes_it()
    {
        await Planned();
        await Ok(await Enter(Institution, new { items = new[] { Number("graduated", "college", 80), Number("employed", "college", 40) } }, year: 2019));
        await Ok(await Enter(Institution, new { items = new[] { Number("graduated", "college", 100), Number("employed", "college", 61) } }));
        var report = (Guid)(await Ok(await province.As("officer").PutAsync("/v1/reports/labour_quarter?year=2020&part=2", null)))["reportId"]!;
        await Ok(await province.As("officer").PutAsync($"/v1/reports/{report}/submission", null));

        var figures = (await Read(province.As("officer"), $"/v1/reports/{report}"))["figures"]!;
        figures["labour"]!.AsArray().Select(line => ((string)line!["measure"]!, (long)line["number"]!, (long?)line["before"])).ShouldBe([("graduated", 100, 80), ("employed", 61, 40)]);
        ((int)figures["labourReporters"]!["told"]!, (int)figures["labourReporters"]!["all"]!).ShouldBe((1, 3));
        await Enter(Institution, new { items = new[] { Number("graduated", "college", 200) } }).ShouldBeRefused("quarter_closed");
        await Ok(await Enter(Institution, new { items = new[] { Number("graduated", "college", 5) } }, quarter: 1));
        (await province.As("officer").GetAsync($"/v1/reports/{report}/document?format=docx")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await province.As("officer").GetAsync($"/v1/reports/{report}/document?format=xlsx")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("labour_half_year?year=2020&part=1", "2020-H1", 1)]
    [InlineData("labour_year?year=2020", "2020", 0)]
    public async Task The_half_year_and_the_year_sum_their_quarters_count_who_told_each_of_them_and_close_them(string kind, string period, int told)
    {
        await Planned();
        province.At(2021, 1, 5);
        foreach (var (quarter, places, graduated) in new[] { (1, 250, 30), (2, 300, 45), (3, 320, 5) })
            await Ok(await Enter(Institution, new { items = new[] { Number("capacity", "college", places), Number("graduated", "college", graduated) } }, quarter));
        await Ok(await Enter(await Office("971"), new { area = "971", items = new[] { Number("vacancies", "untrained", 500) } }, quarter: 2));
        var report = (Guid)(await Ok(await province.As("officer").PutAsync($"/v1/reports/{kind}", null)))["reportId"]!;
        await Ok(await province.As("officer").PutAsync($"/v1/reports/{report}/submission", null));

        var shown = await Read(province.As("officer"), $"/v1/reports/{report}");
        ((string)shown["period"]!).ShouldBe(period);
        shown["figures"]!["labour"]!.AsArray().Select(line => ((string)line!["measure"]!, (long)line["number"]!)).ShouldBe(
            told == 1 ? [("capacity", 300), ("graduated", 75), ("vacancies", 500)] : [("graduated", 80)], "how things stand is what the last quarter says");
        ((int)shown["figures"]!["labourReporters"]!["told"]!).ShouldBe(told);
        await Enter(Institution, new { items = new[] { Number("graduated", "college", 200) } }).ShouldBeRefused("quarter_closed");
        if (told == 1) await Ok(await Enter(Institution, new { items = new[] { Number("graduated", "college", 6) } }, quarter: 3));
        else await Enter(Institution, new { items = new[] { Number("graduated", "college", 6) } }, quarter: 4).ShouldBeRefused("quarter_closed");
    }

    [Fact]
    public async Task A_whole_entry_replaces_the_earlier_one_and_what_a_reporter_cannot_tell_is_refused_with_its_place()
    {
        await Planned();
        await Ok(await Enter(Institution, new { items = new[] { Number("capacity", "college", 10), Number("admitted", "college", 4) } }));
        await Ok(await Enter(Institution, new { items = new[] { Number("capacity", "college", 12) } }));
        Lines(await Show("?from=2&to=2")).ShouldBe([("capacity", "college", 12)]);

        var refused = await Enter(Institution, new { items = new[] { Number("capacity", "college", 1), Number("vacancies", "college", 1), Number("capacity", "college", 1), Number("capacity", "untrained", -1), Number("employed", "elementary", 5) } });
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        ((int)refused.StatusCode, (string)problem["code"]!).ShouldBe((422, "numbers_invalid"));
        problem["errors"]!.AsArray().Select(error => ((string)error!["pointer"]!, (string)error["code"]!)).ShouldBe(
            [("/items/1/measure", "unknown_measure"), ("/items/2", "duplicate_row"), ("/items/3/level", "unknown_level"), ("/items/3/count", "value_invalid"), ("/items", "employed_over_graduated")]);
        Lines(await Show("?from=2&to=2")).ShouldBe([("capacity", "college", 12)], "nothing was stored");
    }

    [Fact]
    public async Task A_reporter_sees_its_own_entry_before_it_enters_anew_and_nobody_elses()
    {
        await Planned();
        await Ok(await Enter(Institution, new { items = new[] { Number("capacity", "college", 10) } }));
        var office = await Office("971");
        await Ok(await Enter(office, new { area = "971", items = new[] { Number("vacancies", "untrained", 5) } }));

        var own = await Read(Institution, "/v1/labour/2020/2");
        own["items"]!.AsArray().Select(item => ((string)item!["measure"]!, (string)item["level"]!, (int)item["count"]!)).ShouldBe([("capacity", "college", 10)]);
        var areas = await Read(office, "/v1/labour/2020/2");
        ((string?)areas["area"], areas["items"]!.AsArray().Count).ShouldBe(("971", 1));
        (await Read(Institution, "/v1/labour/2020/1"))["items"]!.AsArray().ShouldBeEmpty();
        (await Read(province.As("officer"), "/v1/labour/2020/2?area=971"))["items"]!.AsArray().Count.ShouldBe(1);
        (await office.GetAsync("/v1/labour/2020/2?area=972")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Institution.GetAsync($"/v1/labour/2020/2?institution={Guid.CreateVersion7()}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Nobody_enters_for_another()
    {
        await Planned();
        await Enter(await Office("971"), new { area = "972", items = Array.Empty<object>() }).ShouldBeRefused("area_not_yours", HttpStatusCode.Forbidden);
        await Enter(Institution, new { institution = Guid.CreateVersion7(), items = Array.Empty<object>() }).ShouldBeRefused("institution_not_yours", HttpStatusCode.Forbidden);
        await Enter(await Office("971"), new { items = Array.Empty<object>() }).ShouldBeRefused("institution_not_yours", HttpStatusCode.Forbidden);
        await Enter(province.As("officer"), new { items = Array.Empty<object>() }).ShouldBeRefused("reporter_invalid", HttpStatusCode.UnprocessableEntity);
        await Enter(Institution, new { items = Array.Empty<object>() }, quarter: 4).ShouldBeRefused("period_invalid", HttpStatusCode.UnprocessableEntity);
        (await Enter(province.As("leader"), new { items = Array.Empty<object>() })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Institution.GetAsync("/v1/labour/2020")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private HttpClient Institution => province.As("institution", "somebody-of-the-college", College);

    private static object Number(string measure, string level, int count) => new { measure, level, count };

    private async Task Planned()
    {
        province.At(2020, 7, 10);
        await province.Register();
        await province.Load("vinh-long-394-2019");
        await Ok(await province.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{College}", new { duties = new[] { new { function = "vocational_institution" } } }));
    }

    private async Task<HttpClient> Office(string area)
    {
        var office = Guid.CreateVersion7();
        await Ok(await province.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{office}", new { duties = new[] { new { function = "district_committee", area } } }));
        return province.As("area", $"somebody-of-{area}", office);
    }

    private static Task<HttpResponseMessage> Enter(HttpClient caller, object body, int quarter = 2, int year = 2020) => caller.PutAsJsonAsync($"/v1/labour/{year}/{quarter}", body);

    private Task<JsonObject> Show(string query) => Read(province.As("leader"), $"/v1/labour/2020{query}");

    private static List<(string, string, long)> Lines(JsonNode answer) => [.. answer["lines"]!.AsArray().Select(line => ((string)line!["measure"]!, (string)line["level"]!, (long)line["number"]!))];
}
