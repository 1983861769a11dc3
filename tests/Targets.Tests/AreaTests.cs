using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Figures by area, with new and old borders: three communes of today made of five former ones of two former districts.</summary>
public sealed class AreaTests(TargetsApp app) : InProvince(app)
{
    private const string Lower = "enrolment_after_lower_secondary";

    [Fact]
    public async Task New_borders_count_by_the_commune_of_the_school()
    {
        await AProvince();

        var answer = await Areas("");

        Rows(answer).ShouldBe([("97001", 2, 10), ("97002", 1, 10), ("97003", 0, 5)]);
        ((string)answer["areas"]![0]!["name"]!).ShouldBe("Commune 97001");
    }

    [Fact]
    public async Task A_parent_is_the_sum_of_its_parts_never_a_mean()
    {
        await AProvince();

        foreach (var query in new[] { "", "&areaOf=residence", "&border=old", "&border=old&kind=district", "&border=old&areaOf=school&kind=district", "&variant=disadvantaged" })
        {
            var answer = await Areas(query);

            var rows = Rows(answer);
            (rows.Sum(row => row.N), rows.Sum(row => row.D)).ShouldBe(((long)answer["total"]!["n"]!, (long)answer["total"]!["d"]!), query);
        }
        var total = (await Areas(""))["total"]!;
        ((decimal)total["share"]!).ShouldBe(12m);   // 3 of 25, where the mean of 20, 10 and 0 would be 10
    }

    [Fact]
    public async Task Old_borders_count_by_the_former_commune_of_residence_and_by_former_district()
    {
        await AProvince();

        Rows(await Areas("&border=old")).ShouldBe([("97901", 1, 5), ("97902", 1, 5), ("97903", 1, 5), ("97904", 0, 5), ("97905", 0, 5)]);
        Rows(await Areas("&border=old&kind=district")).ShouldBe([("971", 2, 10), ("972", 1, 15)]);
    }

    [Fact]
    public async Task A_schools_former_district_follows_from_the_succession_of_areas_and_what_it_cannot_tell_stands_apart()
    {
        await AProvince();
        await Hear("schools", Register(Commune("97004", false, "97902", "97903")), Contracts.StreamIds.Of("areas", 2), 2);   // made of two districts
        await Hear("schools", Recognised("97004", [101, 102]));

        var answer = await Areas("&border=old&areaOf=school&kind=district");

        Rows(answer).ShouldBe([("971", 2, 10), ("972", 1, 15), (null, 0, 2)]);
    }

    [Fact]
    public async Task One_area_is_asked_for_by_its_code_within_the_borders()
    {
        await AProvince();

        async Task<(long, long, long)> Of(string query) => Counts((await Item(Lower, query: "?year=2026&plan=demo-97-2026" + query))["figure"]);

        (await Of("&area=97001")).ShouldBe((2, 10, 8));
        (await Of("&area=971&border=old")).ShouldBe((2, 10, 8));
        (await Of("&area=97903&border=old")).ShouldBe((1, 5, 4));
    }

    [Fact]
    public async Task There_are_no_districts_within_the_borders_of_today()
    {
        var answer = await As("leader").GetAsync($"/v1/indicators/{Lower}/areas?year=2026&kind=district");

        ((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!).ShouldBe("no_districts");
    }

    [Fact]
    public async Task A_single_small_area_takes_the_smallest_other_with_it_so_that_the_total_does_not_give_it_away()
    {
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 3)));
        await Hear("schools", Recognised("97002", Enumerable.Range(11, 20)));
        await Hear("schools", Recognised("97003", Enumerable.Range(41, 30)));

        var rows = (await Areas("", "family"))["areas"]!.AsArray();

        rows.Select(row => ((string)row!["code"]!, (bool)row["figure"]!["suppressed"]!)).ShouldBe([("97001", true), ("97002", true), ("97003", false)]);
        (await Areas("", "leader"))["areas"]!.AsArray().ShouldAllBe(row => !(bool)row!["figure"]!["suppressed"]!);
    }

    [Fact]
    public async Task An_older_register_never_replaces_a_newer()
    {
        var stream = Contracts.StreamIds.Of("areas", 3);
        await Hear("schools", Register(Commune("97001") with { Name = "New" }), stream, 2);
        await Hear("schools", Register(Commune("97001") with { Name = "Old" }), stream, 1);

        (await App.Rows<string>("select name from areas where tenant_id = @Province", new { Province })).ShouldBe(["New"]);
    }

    private async Task AProvince()
    {
        await Hear("schools", Register(
            Commune("97001", true, "97901", "97902"), Commune("97002", false, "97903", "97904"), Commune("97003", false, "97905"),
            FormerCommune("97901", "971"), FormerCommune("97902", "971"), FormerCommune("97903", "972"), FormerCommune("97904", "972"), FormerCommune("97905", "972"),
            FormerDistrict("971"), FormerDistrict("972")));
        await Hear("schools", Recognised("97001", Enumerable.Range(1, 10), before: pupil => pupil <= 5 ? "97901" : "97902", disadvantaged: _ => true));
        await Hear("schools", Recognised("97002", Enumerable.Range(11, 10), before: pupil => pupil <= 15 ? "97903" : "97904", disadvantaged: _ => false));
        await Hear("schools", Recognised("97003", Enumerable.Range(21, 5), before: _ => "97905", disadvantaged: _ => false));
        foreach (var pupil in new[] { 1, 6, 11 }) await Say(Recorded(pupil, ("gdnn_elementary", "2026-09-01")));
    }

    private async Task<JsonObject> Areas(string query, string role = "leader") =>
        (await As(role).GetFromJsonAsync<JsonObject>($"/v1/indicators/{Lower}/areas?year=2026&plan=demo-97-2026{query}"))!;

    private static List<(string? Code, long N, long D)> Rows(JsonObject answer) =>
        [.. answer["areas"]!.AsArray().Select(row => ((string?)row!["code"], (long)row["figure"]!["n"]!, (long)row["figure"]!["d"]!))];
}
