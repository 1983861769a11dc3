using System.Net;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Testing;

namespace CareerPlatform.Schools.Tests.Areas;

public sealed class OfficialListTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    static readonly (string List, string File)[] Lists =
    [
        ("provinces-before-2025-07", "pre_2025-07/provinces.csv"), ("districts-before-2025-07", "pre_2025-07/districts.csv"), ("wards-before-2025-07", "pre_2025-07/wards.csv"),
        ("provinces-from-2025-07", "from_2025-07/provinces_2025-07-01.csv"), ("wards-from-2025-07", "from_2025-07/wards_2025-07-01.csv"),
        ("province-mapping", "mapping/province_old_to_new.csv"), ("ward-mapping", "mapping/ward_old_to_new.csv"),
    ];

    [Fact]
    public async Task The_official_lists_of_both_eras_are_read_whole_and_only_the_own_province_is_announced()
    {
        var officer = app.As("officer", "40");
        var rows = new List<int>();
        foreach (var (list, file) in Lists)
        {
            var csv = await File.ReadAllTextAsync(SharedData.Path($"data/admin_units/{file}"));
            rows.Add((await officer.Import($"/v1/areas/official-lists/{list}", csv)).Rows);
        }

        rows.ShouldBe([63, 696, 10_035, 34, 3_321, 63, 10_602]);
        (await Count("area", "kind = 'commune' and valid_to = '2025-06-30'")).ShouldBe(10_035);
        (await Count("area", "kind = 'commune' and valid_to is null")).ShouldBe(3_321);
        (await Count("area_succession", "new_kind = 'commune'")).ShouldBe(10_602);
        (await Count("area_succession", "suspect is not null")).ShouldBe(30);
        (await Count("area_succession", "new_kind = 'commune' and not whole")).ShouldBe(1_033);

        var told = (await app.Facts<AreaRegisterChanged>()).Where(fact => fact.Province == "40").ToList();
        told.ShouldAllBe(fact => fact.Areas.Count <= 500);
        var last = told.SelectMany(fact => fact.Areas).GroupBy(area => (area.Kind, area.Code, area.ValidFrom)).Select(area => area.Last()).ToList();
        last.Count(area => area is { Kind: "commune", ValidTo: null }).ShouldBe(130, "communes of Nghệ An since July 2025");
        last.Count(area => area is { Kind: "commune", ValidTo: not null }).ShouldBe(412, "communes of Nghệ An before");
        last.Where(area => area is { Kind: "commune", ValidTo: null }).Sum(area => area.Predecessors.Count).ShouldBe(412);
    }

    [Fact]
    public async Task A_suspect_row_is_kept_and_shown_and_never_followed()
    {
        var officer = app.As("officer", "25");
        foreach (var (list, file) in Lists) await officer.Import($"/v1/areas/official-lists/{list}", await File.ReadAllTextAsync(SharedData.Path($"data/admin_units/{file}")));

        var traced = await (await officer.GetAsync("/v1/areas/commune/04957/successor?date=2025-06-30&on=2026-01-01")).ShouldBe(HttpStatusCode.OK);
        var whole = await (await officer.GetAsync("/v1/areas/commune/00004/successor?date=2025-06-30&on=2026-01-01")).ShouldBe(HttpStatusCode.OK);

        traced.GetProperty("partOf").EnumerateArray().Select(area => area.GetProperty("code").GetString()).ShouldNotContain("04924");
        whole.GetProperty("area").GetProperty("name").GetString().ShouldBe("Phường Trúc Bạch", "a reused code means something else before July 2025");
        whole.GetProperty("successor").GetProperty("name").GetString().ShouldBe("Phường Ba Đình");
    }

    [Fact]
    public async Task A_later_edition_keeps_respelled_areas_and_begins_anew_those_that_changed_their_kind()
    {
        var officer = app.As("officer", "75");
        foreach (var (list, file) in Lists.Where(list => list.List is "provinces-from-2025-07" or "wards-from-2025-07"))
            await officer.Import($"/v1/areas/official-lists/{list}", await File.ReadAllTextAsync(SharedData.Path($"data/admin_units/{file}")));

        (await Later("provinces-from-2025-07", "provinces_2026-07-25")).ShouldBe(34);
        (await Later("wards-from-2025-07", "wards_2026-07-25")).ShouldBe(3_321);

        (await app.Rows<int>("select count(*)::int from area where tenant_id = '75' and kind = 'commune' and valid_to is null")).Single().ShouldBe(3_321);
        (await app.Rows<string>("select name from area where tenant_id = '75' and valid_to = '2026-04-29' order by kind, name")).Count.ShouldBe(11, "ten communes and the province");
        (await app.Rows<string>("select name from area where tenant_id = '75' and kind = 'province' and code = '75' order by valid_from")).ShouldBe(["Tỉnh Đồng Nai", "Thành phố Đồng Nai"]);
        var longThanh = (await app.Rows<string>("select code from area where tenant_id = '75' and name = 'Phường Long Thành'")).Single();
        var traced = await (await officer.GetAsync($"/v1/areas/commune/{longThanh}/successor?date=2026-04-29&on=2026-05-01")).ShouldBe(HttpStatusCode.OK);
        (traced.GetProperty("area").GetProperty("name").GetString(), traced.GetProperty("successor").GetProperty("name").GetString()).ShouldBe(("Xã Long Thành", "Phường Long Thành"));

        async Task<int> Later(string list, string file) =>
            (await officer.Import($"/v1/areas/official-lists/{list}?validFrom=2026-04-30", await File.ReadAllTextAsync(SharedData.Path($"data/admin_units/from_2025-07/{file}.csv")))).Rows;
    }

    async Task<int> Count(string table, string where) => (await app.Rows<int>($"select count(*)::int from {table} where tenant_id = '40' and {where}")).Single();
}
