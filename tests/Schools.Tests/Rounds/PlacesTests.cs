using System.Net;
using System.Net.Http.Json;
using CareerPlatform.Schools.Domain;

namespace CareerPlatform.Schools.Tests.Rounds;

public sealed class PlacesTests
{
    static Candidate C(int row, string council, int? total, int maths = 500, int literature = 500, int language = 500, string? number = null, bool absent = false) =>
        new(row, council, number ?? $"{row:000000}", total, literature, maths, language, absent);

    [Fact]
    public void Places_are_filled_from_the_top_of_each_council_by_itself()
    {
        var admitted = Places.Fill([C(1, "A", 1500), C(2, "A", 2000), C(3, "A", 1800), C(4, "B", 900)], new Dictionary<string, int> { ["A"] = 2, ["B"] = 1 });

        admitted.ShouldBe([2, 3, 4], ignoreOrder: true);
    }

    [Fact]
    public void Equal_totals_are_decided_by_mathematics_then_literature_then_language_then_candidate_number()
    {
        Candidate[] equal = [C(1, "A", 1800, maths: 600), C(2, "A", 1800, maths: 700), C(3, "A", 1800, maths: 600, literature: 650), C(4, "A", 1800, maths: 600, number: "000000"), C(5, "A", 1800, maths: 600, language: 510)];

        for (var places = 1; places <= 5; places++)
            Places.Fill(equal, new Dictionary<string, int> { ["A"] = places }).ShouldBe(((int[])[2, 3, 5, 4, 1]).Take(places), ignoreOrder: true);
    }

    [Fact]
    public void Who_was_absent_or_has_no_total_gets_no_place_even_when_places_are_left()
    {
        Places.Fill([C(1, "A", null), C(2, "A", 2500, absent: true), C(3, "A", 100)], new Dictionary<string, int> { ["A"] = 10 }).ShouldBe([3]);
    }

    [Fact]
    public void A_council_without_places_admits_nobody() => Places.Fill([C(1, "A", 3000)], new Dictionary<string, int>()).ShouldBeEmpty();
}

public sealed class SetPlacesTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    const string Header = "SBD,Mã định danh,Họ và tên,Ngày sinh,Trường THCS,Hội đồng,Ngữ văn,Toán,Ngoại ngữ,Tổng điểm";

    [Fact]
    public async Task A_file_without_outcomes_waits_for_places_and_a_corrected_file_is_ranked_again()
    {
        var province = await app.NewProvince();
        await province.Roster(4);
        var round = await province.OpenRound();
        await (await Send(province, round, (1, 20), (2, 15), (3, 18), (4, null))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);
        await (await province.Finalize(round, 4)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "outcome_missing");

        var filled = await (await Places(province, round, ("01", 1))).ShouldBe(HttpStatusCode.OK);
        filled.ToString().ShouldBe("""{"places":1,"admitted":1,"withoutPlace":2,"absent":1,"notRanked":0}""");
        await (await Send(province, round, (1, 20), (2, 15), (3, 22), (4, null))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);
        await (await province.Finalize(round, 4)).ShouldBe(HttpStatusCode.NoContent);

        (await app.Rows<string>("select a.alias from result r join pupil_alias a using (pupil_id) where r.tenant_id = @Code and outcome = 'admitted'", new { province.Code })).ShouldBe([province.Id(3)]);
    }

    [Fact]
    public async Task Places_are_not_filled_over_a_file_that_says_itself_who_was_admitted()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        var round = await province.OpenRound();
        await (await province.Upload(round, province.Result(1, school: 2))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        await (await Places(province, round, ("01", 1))).ShouldBeRefusedWith(HttpStatusCode.Conflict, "outcomes_in_file");
    }

    [Fact]
    public async Task A_council_that_is_not_in_the_results_is_refused()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        var round = await province.OpenRound();
        await (await Send(province, round, (1, 20))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        await (await Places(province, round, ("77", 1))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "council_unknown");
    }

    static Task<HttpResponseMessage> Send(Province province, Guid round, params (int Pupil, int? Total)[] rows) => province.Upload(round, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows
        .Select(row => $"{100000 + row.Pupil},{province.Id(row.Pupil)},{Province.Name(row.Pupil)},05/03/2011,{Province.SchoolName(1 + row.Pupil % 3)},01,{(row.Total is null ? ",,," : $"5,6,7,{row.Total}")}").Prepend(Header))));

    static Task<HttpResponseMessage> Places(Province province, Guid round, params (string Council, int Places)[] councils) =>
        province.Officer.PutAsJsonAsync($"/v1/rounds/{round}/places", councils.Select(council => new { council = council.Council, places = council.Places }));
}
