using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Figures that are frozen stay; later facts are restated with a reason and both numbers; any figure opens down to its facts; any day can be asked for.</summary>
public sealed class FreezeTests(TargetsApp app) : InProvince(app)
{
    private const string Lower = "enrolment_after_lower_secondary";

    [Fact]
    public async Task A_frozen_figure_never_changes_and_a_late_fact_is_restated_with_its_reason_and_both_numbers()
    {
        await AProvince(trade: 12, of: 40);
        var freeze = await Freeze();

        await Say(Recorded(20, 2025, "lower_secondary", false, ("gdnn_elementary", "2025-09-01")));
        var differs = Line(await Show(freeze));
        var restated = await Post($"/v1/indicators/freezes/{freeze}/restatements", new { code = Lower, variant = "general", reason = "late_fact", note = "Báo cáo muộn của một cơ sở" });
        var after = await Show(freeze);

        ((long)differs["frozen"]!["figure"]!["n"]!, (long)differs["now"]!["n"]!, (bool)differs["differs"]!).ShouldBe((12, 13, true));
        restated.StatusCode.ShouldBe(HttpStatusCode.OK, await restated.Content.ReadAsStringAsync());
        var line = Line(after);
        ((long)line["frozen"]!["figure"]!["n"]!, (long)line["restated"]!["n"]!, (bool)line["differs"]!).ShouldBe((12, 13, false));
        ((bool)after["intact"]!, (long)after["restatementSize"]!).ShouldBe((true, 1));
        var made = after["restatements"]!.AsArray().Single()!;
        ((string)made["reason"]!, (long)made["before"]!["n"]!, (long)made["after"]!["n"]!).ShouldBe(("late_fact", 12, 13));
    }

    [Fact]
    public async Task Who_enrols_on_16_November_changes_nothing_that_was_frozen_of_the_census()
    {
        await AProvince(trade: 3, of: 10);
        var freeze = await Freeze();

        await Say(Recorded(5, 2025, "lower_secondary", false, ("gdnn_intermediate", "2025-11-16")));

        var line = Line(await Show(freeze));
        ((string)line["frozen"]!["figure"]!["maturity"]!, (bool)line["differs"]!).ShouldBe(("census", false));
        var nothing = await Post($"/v1/indicators/freezes/{freeze}/restatements", new { code = Lower, variant = "general", reason = "late_fact" });
        ((int)nothing.StatusCode, (string)JsonNode.Parse(await nothing.Content.ReadAsStringAsync())!["code"]!).ShouldBe((409, "nothing_changed"));
    }

    [Fact]
    public async Task Only_an_approver_freezes_a_reason_is_needed_and_the_database_itself_keeps_frozen_rows()
    {
        await AProvince(trade: 3, of: 10);
        var freeze = await Freeze();

        (await Post("/v1/indicators/freezes", new { year = 2025, purpose = "annual_report" }, "officer")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Post($"/v1/indicators/freezes/{freeze}/restatements", new { code = Lower, variant = "general", reason = "because" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await As("leader").GetAsync($"/v1/indicators/freezes/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Should.ThrowAsync<PostgresException>(() => App.Rows<int>("update frozen_figures set body = '[]' where freeze_id = @freeze returning 1", new { freeze }));
        await Should.ThrowAsync<PostgresException>(() => App.Rows<int>("delete from frozen_figures where freeze_id = @freeze returning 1", new { freeze }));
    }

    [Fact]
    public async Task As_of_a_day_everybody_counts_where_they_were_on_that_day()
    {
        await Hear("schools", Recognised("97001", [1, 2, 3, 4]));
        await Hear("schools", Recognised("97002", [5], at: "2026-09-15"));
        await Say(Recorded(1, ("gdnn_intermediate", "2026-08-20"), ("not_known", "2026-09-20")));
        await Say(Recorded(2, ("upper_secondary", "2026-08-01"), ("gdnn_elementary", "2026-09-10")));

        (await On("2026-08-19")).ShouldBe((0, 4, 3));
        (await On("2026-08-20")).ShouldBe((1, 4, 2));
        (await On("2026-09-10")).ShouldBe((2, 4, 2));
        (await On("2026-09-15")).ShouldBe((2, 5, 3));
        (await On("2026-09-20")).ShouldBe((1, 5, 4));
        (await As("leader").GetAsync("/v1/indicators?year=2026&asOf=2026-10-02")).StatusCode.ShouldBe(HttpStatusCode.BadRequest, "tomorrow");
        (await As("family").GetAsync("/v1/indicators?year=2026&asOf=2026-09-01")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        async Task<(long, long, long)> On(string day) => Counts((await Item(Lower, query: $"?year=2026&plan=demo-97-2026&asOf={day}"))["figure"]);
    }

    [Fact]
    public async Task P16_a_figure_opens_down_to_the_people_it_counts_for_officers_and_inspectors_only_and_the_read_is_journaled()
    {
        await AProvince(trade: 3, of: 10);

        var counted = await Facts("&counted=true");
        var first = await Facts("&limit=4");
        var second = await Facts($"&limit=4&after={first["next"]}");

        counted["graduates"]!.AsArray().Select(one => ((Guid)one!["graduateId"]!, (string)one["status"]!, (string)one["since"]!)).ShouldBe(
            Enumerable.Range(1, 3).Select(number => (Pupil(number), "gdnn_intermediate", "2025-09-01")), ignoreOrder: true);
        first["graduates"]!.AsArray().Concat(second["graduates"]!.AsArray()).Select(one => (Guid)one!["graduateId"]!).Distinct().Count().ShouldBe(8);
        (await App.Rows<int>("select count(distinct pupil_id)::int from pii_access_item i join pii_access a using (tenant_id, access_id) where tenant_id = @Province and purpose = 'figure_check'", new { Province })).Single()
            .ShouldBe(counted["graduates"]!.AsArray().Concat(first["graduates"]!.AsArray()).Concat(second["graduates"]!.AsArray()).Select(one => (Guid)one!["graduateId"]!).Distinct().Count());
        foreach (var role in new[] { "leader", "family", "school", "area" }) (await As(role).GetAsync($"/v1/indicators/{Lower}/facts?year=2025")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
    }

    [Fact]
    public async Task A_figure_about_schools_opens_down_to_each_school_and_what_makes_it_count()
    {
        await Hear("schools", SchoolSeason.Schools(SchoolSeason.ASchool("A1"), SchoolSeason.ASchool("A2")));
        var programme = SchoolSeason.Programme("A1");
        await Hear("schools", programme, programme.ProgrammeId);

        var schools = (await Facts("", "career_programme_local_production", 2026))["schools"]!.AsArray();

        schools.Select(school => ((string)school!["code"]!, (bool)school["counts"]!, school["by"]!.AsArray().Select(id => (Guid)id!).SingleOrDefault())).ShouldBe([("A1", true, programme.ProgrammeId), ("A2", false, Guid.Empty)]);
    }

    private async Task AProvince(int trade, int of)
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, of), cohort: 2025, at: "2025-06-05"));
        for (var pupil = 1; pupil <= trade; pupil++) await Say(Recorded(pupil, 2025, "lower_secondary", false, ("gdnn_intermediate", "2025-09-01")));
    }

    private async Task<Guid> Freeze()
    {
        var answer = await Post("/v1/indicators/freezes", new { year = 2025, plan = Demo, purpose = "annual_report" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (Guid)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["freezeId"]!;
    }

    private Task<HttpResponseMessage> Post(string path, object body, string role = "approver")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return As(role).SendAsync(request);
    }

    private async Task<JsonNode> Show(Guid freeze) => (await As("leader").GetFromJsonAsync<JsonNode>($"/v1/indicators/freezes/{freeze}"))!;

    private static JsonNode Line(JsonNode shown) =>
        shown["figures"]!.AsArray().Single(line => (string)line!["frozen"]!["code"]! == Lower && (string)line["frozen"]!["variant"]! == "general")!;

    private async Task<JsonNode> Facts(string query, string code = Lower, int year = 2025) =>
        (await As("inspector").GetFromJsonAsync<JsonNode>($"/v1/indicators/{code}/facts?year={year}&plan={Demo}{query}"))!;
}
