using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Rounds;

/// <summary>Rows of nobody known: a person says so, one by one or all at once, before a round can be final.</summary>
public sealed class UnmatchedTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task A_round_of_unknown_pupils_is_not_finalised_as_nothing()
    {
        var (province, round) = await Accepted(pupils: 2, results: 200, known: 0);

        await (await province.Finalize(round, 200)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "unmatched_open");

        (await province.Count("result")).ShouldBe(0);
        (await province.Facts<Grade10AdmissionFinalized>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_row_is_given_to_a_pupil_or_to_nobody_and_the_control_total_covers_both()
    {
        var (province, round) = await Accepted(pupils: 3, results: 4, known: 2);
        var unmatched = (await province.Officer.GetFromJsonAsync<JsonElement>($"/v1/rounds/{round}/rows?verdict=unmatched")).GetProperty("rows").EnumerateArray().ToList();
        unmatched.ShouldAllBe(row => !row.GetProperty("decided").GetBoolean());
        var rows = unmatched.Select(row => row.GetProperty("row").GetInt32()).ToList();

        var first = await (await Decide(province, round, new { decisions = new object[] { new { row = rows[0], pupilId = province.Id(3) } } })).ShouldBe(HttpStatusCode.OK);
        first.GetProperty("stillUnmatched").GetInt32().ShouldBe(1);
        await (await province.Finalize(round, 4)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "unmatched_open");
        await (await Decide(province, round, new { decisions = new object[] { new { row = rows[1], pupilId = (string?)null } } })).ShouldBe(HttpStatusCode.OK);
        await (await province.Finalize(round, 3)).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "control_total_mismatch");
        await (await province.Finalize(round, 4)).ShouldBe(HttpStatusCode.NoContent);

        (await province.Count("result")).ShouldBe(3);
        (await province.Count("upload_row", "verdict = 'unmatched' and decided_by = 'officer-one'")).ShouldBe(1);
    }

    [Fact]
    public async Task Many_rows_of_nobody_are_decided_at_once_and_each_decision_is_on_record()
    {
        var (province, round) = await Accepted(pupils: 2, results: 1_302, known: 2);

        var answer = await (await Decide(province, round, new { otherUnmatchedAreNobodys = true })).ShouldBe(HttpStatusCode.OK);

        answer.ToString().ShouldBe("""{"decided":1300,"stillInReview":0,"stillUnmatched":0}""");
        (await province.Count("mt_events", "type = 'review_decided'")).ShouldBe(1_300);
        await (await province.Finalize(round, 1_302)).ShouldBe(HttpStatusCode.NoContent);
        (await province.Count("result")).ShouldBe(2);
    }

    [Fact]
    public async Task Whom_a_row_was_decided_to_be_about_is_remembered_for_the_corrected_file()
    {
        var (province, round) = await Accepted(pupils: 2, results: 3, known: 2);
        await (await Decide(province, round, new { otherUnmatchedAreNobodys = true })).ShouldBe(HttpStatusCode.OK);

        await (await province.Upload(round, Lines(province, 2, 4))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        (await province.Officer.GetFromJsonAsync<JsonElement>($"/v1/rounds/{round}")).GetProperty("accepted").ToString()
            .ShouldBe("""{"results":4,"matched":2,"pupils":2,"unmatched":2,"unmatchedOpen":1,"inReview":0,"withoutOutcome":0}""");
    }

    static async Task<(Province, Guid)> Accepted(Province province, int results, int known)
    {
        var round = await province.OpenRound();
        await (await province.Upload(round, Lines(province, known, results))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);
        return (province, round);
    }

    async Task<(Province, Guid)> Accepted(int pupils, int results, int known)
    {
        var province = await app.NewProvince();
        await province.Roster(pupils);
        return await Accepted(province, results, known);
    }

    static IEnumerable<string> Lines(Province province, int known, int results) =>
        Enumerable.Range(1, results).Select(number => number <= known ? province.Result(number, school: 1 + number % 3) : province.Result(number, name: $"Khách Lạ {(char)('A' + number % 26)}", id: "", school: 2, birth: "01/01/2010"));

    static Task<HttpResponseMessage> Decide(Province province, Guid round, object command) => province.Officer.PostAsJsonAsync($"/v1/rounds/{round}/review", command.Keyed());
}
