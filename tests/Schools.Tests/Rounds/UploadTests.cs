using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace CareerPlatform.Schools.Tests.Rounds;

public sealed class UploadTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task A_file_is_shown_with_its_mapping_and_a_verdict_per_row_before_anything_counts()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var round = await province.OpenRound();

        var report = await (await province.Upload(round, province.Result(1, "Trúng tuyển", school: 2), province.Result(2, school: 3), province.Result(3, "Vắng thi"))).ShouldBe(HttpStatusCode.OK);

        var counts = report.GetProperty("counts");
        (Int(counts, "matched"), Int(counts, "admitted"), Int(counts, "withoutPlace"), Int(counts, "absent")).ShouldBe((3, 1, 1, 1));
        report.GetProperty("mapping").GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("field").GetString())
            .ShouldBe(["candidate_number", "ministry_id", "full_name", "birth_date", "school", "council", "literature", "mathematics", "foreign_language", "total", "outcome", "admitted_to"]);
        var detail = await province.Officer.GetFromJsonAsync<JsonElement>($"/v1/rounds/{round}");
        detail.GetProperty("round").GetProperty("status").GetString().ShouldBe("open");
        detail.GetProperty("accepted").GetProperty("results").GetInt32().ShouldBe(0);
        var page = await province.Officer.GetFromJsonAsync<JsonElement>($"/v1/rounds/{round}/rows?limit=2");
        page.GetProperty("rows").GetArrayLength().ShouldBe(2);
        page.GetProperty("next").GetInt32().ShouldBe(3);
        (await province.Count("pii_access", "purpose = 'admission_check'")).ShouldBe(1);
    }

    [Fact]
    public async Task Without_an_id_a_pupil_is_found_by_name_birth_date_and_school_together()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, name: "Lò Thuý Hoà"), province.Pupil(2, name: "Lò Thuý Hoà", school: 2));
        var round = await province.OpenRound();

        var report = await (await province.Upload(round, province.Result(1, name: "LÒ THÚY HÒA", id: ""))).ShouldBe(HttpStatusCode.OK);

        Int(report.GetProperty("counts"), "matched").ShouldBe(1);
        (await Row(province, round)).GetProperty("matchedBy").GetString().ShouldBe("name");
    }

    [Theory]
    [InlineData("Trường THCS Không Rõ", "Lò Thị Mai", "05/03/2011")]     // name and birth date alone
    [InlineData("THCS Sông Trăng", "Lo Thi Mai", "05/03/2011")]           // accents lost
    public async Task What_is_not_certain_goes_to_a_person_with_the_candidates(string school, string name, string birth)
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, name: "Lò Thị Mai"));
        var round = await province.OpenRound();

        var report = await (await province.Upload(round, $"100001,,{name},{birth},{school},01,5,6,7,18,Không trúng tuyển,")).ShouldBe(HttpStatusCode.OK);

        Int(report.GetProperty("counts"), "review").ShouldBe(1);
        var row = await Row(province, round);
        row.GetProperty("pupilId").ValueKind.ShouldBe(JsonValueKind.Null);
        row.GetProperty("candidates")[0].GetProperty("name").GetString().ShouldBe("Lò Thị Mai");
    }

    [Fact]
    public async Task Two_pupils_with_one_name_birth_date_and_school_wait_for_a_decision_and_the_decision_lets_the_round_go_on()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, name: "Vi Minh An"), province.Pupil(2, name: "Vi Minh An"));
        var round = await province.OpenRound();
        await (await province.Upload(round, province.Result(1, name: "Vi Minh An", id: ""), province.Result(2))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        await (await province.Finalize(round, 2)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "review_open");
        await (await province.Officer.PostAsJsonAsync($"/v1/rounds/{round}/review", new { decisions = new[] { new { row = 2, pupilId = province.Id(1) } } }.Keyed())).ShouldBe(HttpStatusCode.OK);

        await (await province.Finalize(round, 2)).ShouldBe(HttpStatusCode.NoContent);
        (await province.Count("result", "outcome = 'without_place'")).ShouldBe(2);
    }

    [Fact]
    public async Task The_same_file_again_is_a_no_op()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var round = await province.OpenRound();
        string[] lines = [province.Result(1), province.Result(2), province.Result(3)];
        var first = await (await province.Upload(round, lines)).ShouldBe(HttpStatusCode.OK);
        var events = await province.Count("mt_events");

        var again = await (await province.Upload(round, lines)).ShouldBe(HttpStatusCode.OK);

        again.GetProperty("state").GetString().ShouldBe("already_imported");
        again.GetProperty("uploadId").GetGuid().ShouldBe(first.GetProperty("uploadId").GetGuid());
        (await province.Count("mt_events")).ShouldBe(events);
        (await province.Count("upload_row")).ShouldBe(3);
    }

    [Fact]
    public async Task A_corrected_file_is_shown_as_a_difference_before_it_replaces_the_accepted_one()
    {
        var province = await app.NewProvince();
        await province.Roster(4);
        var round = await province.OpenRound();
        await (await province.Upload(round, province.Result(1), province.Result(2), province.Result(3))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        var report = await (await province.Upload(round, province.Result(1), province.Result(2, "Trúng tuyển"), province.Result(4))).ShouldBe(HttpStatusCode.OK);

        report.GetProperty("counts").GetProperty("difference").ToString().ShouldBe("""{"added":1,"removed":1,"changed":1,"same":1}""");
        var changed = await province.Officer.GetFromJsonAsync<JsonElement>($"/v1/rounds/{round}/rows?difference=changed");
        changed.GetProperty("rows")[0].GetProperty("candidateNumber").GetString().ShouldBe("100002");
        await (await province.Finalize(round, 3)).ShouldBe(HttpStatusCode.NoContent);
        (await province.Count("result", "outcome = 'admitted'")).ShouldBe(0, "the corrected file was not accepted");
    }

    [Fact]
    public async Task A_bad_row_is_named_and_does_not_sink_the_list_when_it_is_left_out_knowingly()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var round = await province.OpenRound();

        var answer = await province.Upload(round, province.Result(1), province.Result(2, birth: "31/02/2011"), province.Result(3));

        (await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "date_invalid")).Single().Row.ShouldBe(3);
        await (await province.Accept(round)).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "rows_refused");
        var accepted = await (await province.Accept(round, new { withoutRefusedRows = true })).ShouldBe(HttpStatusCode.OK);
        Int(accepted.GetProperty("counts"), "matched").ShouldBe(2);
    }

    [Fact]
    public async Task One_candidate_number_twice_is_one_result_when_the_data_agree_and_refused_when_they_do_not()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var round = await province.OpenRound();

        var same = await (await province.Upload(round, province.Result(1), province.Result(2), province.Result(1))).ShouldBe(HttpStatusCode.OK);
        var differs = await province.Upload(round, province.Result(1), province.Result(2), province.Result(1, "Trúng tuyển"));

        (Int(same.GetProperty("counts"), "duplicates"), Int(same.GetProperty("counts"), "matched")).ShouldBe((1, 2));
        same.GetProperty("warnings")[0].GetProperty("code").GetString().ShouldBe("duplicate_row");
        differs.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_list_of_another_school_year_or_province_is_out_of_scope()
    {
        var province = await app.NewProvince();
        var round = await province.OpenRound();
        string[] lines = ["SỞ GIÁO DỤC VÀ ĐÀO TẠO,,,,,,,,,,,", "DANH SÁCH TRÚNG TUYỂN LỚP 10 NĂM HỌC 2023 - 2024,,,,,,,,,,,", Province.ResultsHeader, province.Result(1)];

        await (await province.Upload(round, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
        await (await province.Upload(round, "x"u8.ToArray(), "?province=01")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
        await (await province.Upload(round, "x"u8.ToArray(), "?schoolYear=2020")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
    }

    static async Task<JsonElement> Row(Province province, Guid round) => (await province.Officer.GetFromJsonAsync<JsonElement>($"/v1/rounds/{round}/rows")).GetProperty("rows")[0];

    static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
