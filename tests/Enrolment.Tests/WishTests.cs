using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Domain;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Mode A: whatever families agreed to, an institution may know how many pupils without a place live where and seek what; small counts are hidden (P16).</summary>
public sealed class WishTests(EnrolmentApp app)
{
    [Fact]
    public async Task Mode_A_an_institution_without_any_lead_sees_counts_by_former_district_and_wished_field_and_no_small_one()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(agreement: false);
        foreach (var (commune, district) in new[] { ("97001", "971"), ("97002", "971"), ("97003", "972"), ("97004", "973"), ("97005", "974") })
            await app.Rows<int>("insert into commune_district (tenant_id, commune, district) values (@Province, @commune, @district) returning 1", new { season.Province, commune, district });
        (string Commune, string? Trade, int Count)[] groups =
        [
            ("97001", "52", 4), ("97002", "5520227", 5), ("97001", "48", 3), ("97001", "62", 12), ("97002", null, 7),   // 971: 31, of them 3 in field 48, which takes another with it
            ("97003", "52", 6), ("97003", "48", 5),                                                                    // 972: 11, none of them small
            ("97004", "52", 2),                                                                                        // 973: two pupils, who take 974 with them
            ("97005", "52", 9),
        ];
        var pupils = groups.SelectMany(group => Enumerable.Range(0, group.Count).Select(_ => season.Pupil(group.Commune, trade: group.Trade))).ToArray();
        await season.Finalize(pupils);   // no family has said anything

        var answer = await Read(institution.Http);

        ((long)answer["pupils"]!, (int)answer["smallestShown"]!).ShouldBe((53, 5));
        Told(answer).ShouldBe(["971 31: 52=9 62=12", "972 11: 48=5 52=6"], "three and two are hidden, and with them the smallest that would give them away");
        foreach (var pupil in pupils) answer.ToJsonString().ShouldNotContain(pupil.PupilId.ToString());
        (await app.Rows<long>("select count(*) from pii_access where tenant_id = @Province", new { season.Province })).ShouldBe([0], "nobody's data was read");
    }

    [Fact]
    public async Task Who_got_a_place_is_counted_no_more_and_a_few_are_nobody()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupils = Enumerable.Range(0, 7).Select(_ => season.Pupil()).ToArray();
        await season.Finalize(pupils);
        Told(await Read(institution.Http)).ShouldBe(["- 7: -=7"]);

        await season.Amend(new() { PupilId = pupils[0].PupilId, Outcome = "admitted", Reason = "review_upheld" });
        await app.Rows<int>("insert into placement (tenant_id, pupil_id, placed, at) values (@Province, @PupilId, true, now()) returning 1", new { season.Province, pupils[1].PupilId });
        Told(await Read(institution.Http)).ShouldBe(["- 5: -=5"]);

        await app.Rows<int>("insert into placement (tenant_id, pupil_id, placed, at) values (@Province, @PupilId, true, now()) returning 1", new { season.Province, pupils[2].PupilId });
        var few = await Read(institution.Http);
        few["pupils"].ShouldBeNull();
        Told(few).ShouldBeEmpty();
    }

    [Fact]
    public async Task Institutions_and_who_sees_figures_may_ask()
    {
        var season = app.NewSeason();
        foreach (var role in new[] { "institution", "officer", "approver", "area", "inspector", "leader" })
            (await app.As(role, season.Province, Guid.CreateVersion7()).GetAsync("/v1/leads/wishes?schoolYear=2026")).StatusCode.ShouldBe(HttpStatusCode.OK, role);
        foreach (var role in new[] { "family", "school", "operator" })
            (await app.As(role, season.Province, Guid.CreateVersion7()).GetAsync("/v1/leads/wishes?schoolYear=2026")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
    }

    [Fact]
    public void P16_what_is_left_out_is_never_one_part_and_never_few_people_so_that_no_sum_gives_it_away()
    {
        var random = new Random(16);
        for (var n = 0; n < 20_000; n++)
        {
            var parts = Enumerable.Range(0, random.Next(1, 9)).Select(part => (Part: part, Count: (long)random.Next(0, random.Next(2) == 0 ? 7 : 40))).ToList();
            var all = parts.Sum(part => part.Count);
            if (SmallCells.Small(all)) continue;   // then the sum itself is not shown

            var hidden = SmallCells.Hidden(parts);

            parts.Where(part => !hidden.Contains(part.Part)).ShouldAllBe(part => part.Count == 0 || part.Count >= 5);
            var left = all - parts.Where(part => !hidden.Contains(part.Part)).Sum(part => part.Count);
            (left == 0 ? hidden.Count == 0 : left >= 5 && hidden.Count > 1).ShouldBeTrue(string.Join(' ', parts));
            if (parts.TrueForAll(part => !SmallCells.Small(part.Count))) hidden.ShouldBeEmpty("nothing is left out for nothing");
        }
    }

    private static async Task<JsonNode> Read(HttpClient http) => JsonNode.Parse(await http.GetStringAsync($"/v1/leads/wishes?schoolYear={Season.Year}"))!;

    private static string[] Told(JsonNode answer) => [.. answer["districts"]!.AsArray().Select(district =>
        $"{(string?)district!["code"] ?? "-"} {(long)district["pupils"]!}: {string.Join(' ', district["wishes"]!.AsArray().Select(wish => $"{(string?)wish!["field"] ?? "-"}={(long)wish["pupils"]!}").Order(StringComparer.Ordinal))}")];
}
