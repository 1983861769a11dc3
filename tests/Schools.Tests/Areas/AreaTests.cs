using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Areas;

public sealed class AreaTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task Areas_are_announced_with_their_dates_predecessors_and_whether_they_are_disadvantaged()
    {
        var province = await app.NewProvince();

        var areas = (await province.Facts<AreaRegisterChanged>()).SelectMany(fact => fact.Areas).ToDictionary(area => area.Code);

        areas.Count.ShouldBe(8);
        var merged = areas[$"{province.Code}001"];
        merged.Predecessors.Select(old => (old.Code, old.Whole)).ShouldBe([($"{province.Code}091", true), ($"{province.Code}092", true)]);
        merged.Disadvantaged.ShouldBeFalse("its listing ended in December 2025");
        areas[$"{province.Code}002"].Predecessors.Single().Whole.ShouldBeFalse();
        areas[$"{province.Code}003"].Disadvantaged.ShouldBeTrue();
        areas[$"{province.Code}091"].Disadvantaged.ShouldBeTrue("it was on the list on its last day");
        areas[$"{province.Code}091"].ValidTo.ShouldBe(new DateOnly(2025, 6, 30));
    }

    [Fact]
    public async Task The_same_list_again_announces_nothing_and_a_corrected_one_announces_what_changed()
    {
        var province = await app.NewProvince();

        var again = await province.Officer.Import("/v1/areas/imports", province.AreasCsv);
        var corrected = await province.Officer.Import("/v1/areas/imports", province.AreasCsv.Replace("Xã Đồi Mây", "Xã Đồi Mây Trắng"));

        again.State.ShouldBe("already_imported");
        (corrected.New, corrected.Changed).ShouldBe((0, 1));
        (await province.Facts<AreaRegisterChanged>()).Last().Areas.Single().Name.ShouldBe("Xã Đồi Mây Trắng");
    }

    [Fact]
    public async Task A_code_is_looked_up_as_of_a_date_and_never_without_one()
    {
        var province = await app.NewProvince();

        await (await province.Officer.GetAsync($"/v1/areas/commune/{province.Code}091")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "date_required");
        (await (await province.Officer.GetAsync($"/v1/areas/commune/{province.Code}091?date=2025-06-30")).ShouldBe(HttpStatusCode.OK)).GetProperty("name").GetString().ShouldBe("Xã Đầu Nguồn");
        var gone = await province.Officer.GetAsync($"/v1/areas/commune/{province.Code}091?date=2025-07-01");

        var text = await gone.Content.ReadAsStringAsync();
        await gone.ShouldBeRefusedWith(HttpStatusCode.NotFound, "unknown_area");
        text.ShouldContain("Xã Sông Trăng", customMessage: "the nearest names are proposed");
    }

    [Fact]
    public async Task A_whole_area_is_followed_to_its_successor_and_a_divided_one_is_not()
    {
        var province = await app.NewProvince();

        var whole = await (await province.Officer.GetAsync($"/v1/areas/commune/{province.Code}091/successor?date=2025-06-30&on=2026-07-01")).ShouldBe(HttpStatusCode.OK);
        var divided = await (await province.Officer.GetAsync($"/v1/areas/commune/{province.Code}093/successor?date=2025-06-30&on=2026-07-01")).ShouldBe(HttpStatusCode.OK);

        whole.GetProperty("successor").GetProperty("code").GetString().ShouldBe($"{province.Code}001");
        divided.GetProperty("successor").ValueKind.ShouldBe(JsonValueKind.Null);
        divided.GetProperty("partOf").EnumerateArray().Select(area => area.GetProperty("code").GetString()).ShouldBe([$"{province.Code}002", $"{province.Code}003"]);
    }

    [Fact]
    public async Task An_area_of_another_province_is_out_of_scope()
    {
        var province = await app.NewProvince();

        var answer = await province.Officer.Send("/v1/areas/imports", "code,name,kind,valid_from\n00,Tỉnh Khác,province,2025-07-01");

        await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
    }

    [Fact]
    public async Task Another_province_sees_none_of_it()
    {
        var province = await app.NewProvince();
        var other = await app.NewProvince(listed: false);

        (await other.Officer.GetFromJsonAsync<JsonElement>("/v1/areas?date=2026-01-01")).GetArrayLength().ShouldBe(0);
        (await other.Officer.GetFromJsonAsync<JsonElement>("/v1/schools")).GetArrayLength().ShouldBe(0);
        (await other.Officer.GetAsync($"/v1/schools/{province.Code}-S1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Schools_have_periods_and_the_schools_they_were_merged_from()
    {
        var province = await app.NewProvince();
        var csv = $"""
            code,name,levels,commune,valid_from,valid_to,kind,predecessors
            {province.Code}-S1,THCS Sông Trăng,lower_secondary,{province.Code}001,2010-09-01,2026-08-31,public,
            {province.Code}-S9,THCS và THPT Sông Trăng,lower_secondary+upper_secondary,{province.Code}001,2026-09-01,,public,{province.Code}-S1
            """;

        (await province.Officer.Import("/v1/schools/imports", csv)).ShouldBe(new Report("imported", 2, 1, 1, 0, 0));

        var before = await province.Officer.GetFromJsonAsync<JsonElement>("/v1/schools?level=lower_secondary&date=2026-08-31");
        var after = await province.Officer.GetFromJsonAsync<JsonElement>("/v1/schools?level=lower_secondary&date=2026-09-01");
        before.EnumerateArray().Select(school => school.GetProperty("code").GetString()).ShouldContain($"{province.Code}-S1");
        after.EnumerateArray().Select(school => school.GetProperty("code").GetString()).ShouldNotContain($"{province.Code}-S1");
        after.EnumerateArray().Single(school => school.GetProperty("code").GetString() == $"{province.Code}-S9").GetProperty("predecessors")[0].GetString().ShouldBe($"{province.Code}-S1");
    }

    [Fact]
    public async Task An_unknown_commune_of_a_school_is_answered_with_the_nearest_names_and_nothing_is_stored()
    {
        var province = await app.NewProvince();

        var answer = await province.Officer.Send("/v1/schools/imports", "code,name,levels,commune,valid_from\nX1,THCS Mới,lower_secondary,Xã Sông Trăn,2020-09-01");

        (await answer.Content.ReadAsStringAsync()).ShouldContain("Xã Sông Trăng");
        (await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "unknown_area")).Single().ShouldBe((2, "commune", "unknown_area"));
        (await province.Count("school", "code = 'X1'")).ShouldBe(0);
    }
}
