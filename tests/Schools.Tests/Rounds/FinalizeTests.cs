using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Tests.Rounds;

public sealed class FinalizeTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task Pupils_without_a_place_are_announced_per_area_of_their_school_with_sealed_contacts()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, phone: "0912345678", commune: 3), province.Pupil(2, school: 2), province.Pupil(3), province.Pupil(4));

        var round = await province.FinalRound(province.Result(1), province.Result(2, school: 2), province.Result(3, "Trúng tuyển"), province.Result(4, "Vắng thi"));

        var facts = await province.Facts<Grade10AdmissionFinalized>();
        facts.Select(fact => fact.Area).ShouldBe([$"{province.Code}001", $"{province.Code}002"]);
        facts.ShouldAllBe(fact => fact.RoundId == round && fact.RoundVersion == 1 && fact.Part == 1 && fact.Parts == 1 && fact.SchoolYear == 2026);
        var pupil = facts[0].Pupils.Single();
        (pupil.ResidenceArea, pupil.WishedTrade, pupil.WishedLevel).ShouldBe(($"{province.Code}003", "5520227", "intermediate"));
        var contact = await app.Open(province.Code, pupil.PupilId, pupil.SealedContact);
        (contact.Name, contact.Phone).ShouldBe((Province.Name(1), "+84912345678"));
        var admitted = (await province.Facts<Grade10PupilsAdmitted>()).Single();
        admitted.Pupils.Single().Programme.ShouldBe("upper_secondary");
        admitted.Pupils.Single().AdmittedTo.ShouldBe(StreamIds.Of("school", province.Code, $"{province.Code}-H1"));
        var streams = await app.Rows<Guid>("select distinct stream_id from mt_events where tenant_id = @Code and type = 'grade10_admission_finalized'", new { province.Code });
        streams.ShouldBe([StreamIds.Of("admission", round, $"{province.Code}001"), StreamIds.Of("admission", round, $"{province.Code}002")], ignoreOrder: true);
    }

    [Fact]
    public async Task Never_registered_absent_and_without_a_place_are_three_different_facts()
    {
        var province = await app.NewProvince();
        await province.Roster(Enumerable.Range(1, 20).Select(number => province.Pupil(number, school: number <= 10 ? 1 : 2)));
        var round = await province.FinalRound([.. Enumerable.Range(1, 4).Select(number => province.Result(number)), province.Result(5, "Vắng thi"), .. Enumerable.Range(11, 10).Select(number => province.Result(number, "Trúng tuyển", school: 2))]);

        var report = await province.Approver.GetFromJsonAsync<JsonElement>($"/v1/rounds/{round}/report");

        report.GetProperty("province").ToString().ShouldBe("""{"onRoster":20,"registered":15,"neverRegistered":5,"absent":1,"withoutPlace":4,"admitted":10}""");
        report.ToString().ShouldNotContain("far", Case.Insensitive, "what is far from others is for inspectors only");
        var counted = (await province.Facts<ExamParticipationCounted>()).Single();
        (counted.RoundId, counted.Round, counted.SchoolYear).ShouldBe((round, 1, 2026));
        counted.Schools.Select(school => (school.School, school.Pupils, school.NeverRegistered, school.Absent)).ShouldBe(
            [(StreamIds.Of("school", province.Code, $"{province.Code}-S1"), 10, 5, 1), (StreamIds.Of("school", province.Code, $"{province.Code}-S2"), 10, 0, 0)], ignoreOrder: true);
    }

    [Fact]
    public async Task The_person_who_checked_the_results_cannot_finalize_them()
    {
        var (province, round) = await CheckedRound();
        var both = app.As("officer+approver", province.Code, subject: "officer-one");

        await (await province.Finalize(round, 1, by: both)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "second-person-required");
        (await province.Facts<Grade10AdmissionFinalized>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_control_total_is_refused()
    {
        var (province, round) = await CheckedRound();

        await (await province.Finalize(round, 2)).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "control_total_mismatch");
    }

    [Fact]
    public async Task A_pupil_who_left_every_roster_after_the_check_is_not_lost_without_a_word()
    {
        var (province, round) = await CheckedRound();
        await app.Rows<int>("delete from roster where tenant_id = @Code returning 1", new { province.Code });

        await (await province.Finalize(round, 1)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "roster_missing");
        (await province.Facts<Grade10AdmissionFinalized>()).ShouldBeEmpty();
        (await province.Count("result")).ShouldBe(0);
    }

    [Fact]
    public async Task P19_results_that_are_not_final_are_refused()
    {
        var (province, round) = await CheckedRound();

        await (await province.Finalize(round, 1, resultsAreFinal: false)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "results_not_final");
    }

    [Fact]
    public async Task An_unchecked_round_cannot_be_finalized_and_a_final_one_takes_no_file()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        var round = await province.OpenRound();
        await (await province.Finalize(round, 0)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "round_not_checked");

        await (await province.Upload(round, province.Result(1, school: 2))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);
        await (await province.Finalize(round, 1)).ShouldBe(HttpStatusCode.NoContent);

        await (await province.Finalize(round, 1)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "round_already_final");
        await (await province.Upload(round, province.Result(1, "Trúng tuyển"))).ShouldBeRefusedWith(HttpStatusCode.Conflict, "round_already_final");
        await (await province.Accept(round)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "round_already_final");
        (await province.Facts<Grade10AdmissionFinalized>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Only_an_approver_finalizes_and_only_of_the_own_province()
    {
        var (province, round) = await CheckedRound();
        var elsewhere = await app.NewProvince(listed: false);

        (await province.Finalize(round, 1, by: province.Officer)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await province.Finalize(round, 1, by: elsewhere.Approver)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await elsewhere.Officer.GetAsync($"/v1/rounds/{round}/rows")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await elsewhere.Approver.GetAsync($"/v1/rounds/{round}/report")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_large_area_is_announced_in_parts_of_at_most_500_pupils_and_256_KiB()
    {
        var province = await app.NewProvince();
        await province.Roster(Enumerable.Range(1, 1_700).Select(number => province.Pupil(number).Replace("Thôn", new string('Đ', 250))));

        await province.FinalRound([.. Enumerable.Range(1, 1_200).Select(number => province.Result(number)), .. Enumerable.Range(1_201, 500).Select(number => province.Result(number, "Trúng tuyển"))]);

        var facts = await province.Facts<Grade10AdmissionFinalized>();
        facts.Select(fact => fact.Part).ShouldBe(Enumerable.Range(1, facts.Count));
        facts.ShouldAllBe(fact => fact.Parts == facts.Count && fact.Pupils.Count <= 500);
        facts.ShouldAllBe(fact => JsonSerializer.SerializeToUtf8Bytes(fact, EventTypes.Json).Length <= 256 * 1024);
        facts.SelectMany(fact => fact.Pupils).Select(pupil => pupil.PupilId).Distinct().Count().ShouldBe(1_200);
    }

    [Fact]
    public async Task An_amendment_is_announced_in_the_areas_own_stream_and_is_a_version_of_its_own()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var round = await province.FinalRound(province.Result(1, school: 2), province.Result(2, school: 3), province.Result(3, "Trúng tuyển"));

        var answer = await province.Officer.PostAsJsonAsync($"/v1/rounds/{round}/amendments", new object[]
        {
            new { pupilId = province.Id(1), reason = "review_upheld", outcome = "admitted", admittedTo = $"{province.Code}-G1" },
            new { pupilId = province.Id(3), reason = "error", outcome = "without_place" },
            new { pupilId = province.Id(2), reason = "opted_out" },
        }.Keyed());

        (await answer.ShouldBe(HttpStatusCode.OK)).GetProperty("version").GetInt32().ShouldBe(2);
        var changes = (await province.Facts<Grade10AdmissionAmended>()).SelectMany(fact => fact.Changes).ToDictionary(change => change.Reason);
        (changes["review_upheld"].Outcome, changes["review_upheld"].Programme, changes["review_upheld"].WithoutPlace).ShouldBe(("admitted", "continuing_education", null));
        changes["error"].WithoutPlace!.SealedContact.ShouldStartWith("v2.");
        changes["opted_out"].Outcome.ShouldBe("without_place");
        (await province.Count("result", "version = 1")).ShouldBe(3, "the frozen version never changes");
        (await province.Count("result", "version = 2")).ShouldBe(3);
        var versions = await app.Rows<(string Type, long Version)>("select type, version from mt_events where tenant_id = @Code and type like 'grade10%' order by stream_id, version", new { province.Code });
        versions.Count(row => row.Type == "grade10_admission_amended" && row.Version > 1).ShouldBe(3);
    }

    [Fact]
    public async Task Amendments_of_a_large_area_are_announced_in_parts_of_at_most_256_KiB()
    {
        var province = await app.NewProvince();
        await province.Roster(Enumerable.Range(1, 390).Select(number => province.Pupil(number).Replace("Thôn", new string('Đ', 280))));
        var round = await province.FinalRound([.. Enumerable.Range(1, 390).Select(number => province.Result(number, "Trúng tuyển"))]);

        var answer = await province.Officer.PostAsJsonAsync($"/v1/rounds/{round}/amendments", Enumerable.Range(1, 390).Select(number => new { pupilId = province.Id(number), reason = "error", outcome = "without_place" }).ToArray().Keyed());

        await answer.ShouldBe(HttpStatusCode.OK);
        var facts = await province.Facts<Grade10AdmissionAmended>();
        facts.Count.ShouldBeGreaterThan(1);
        facts.ShouldAllBe(fact => JsonSerializer.SerializeToUtf8Bytes(fact, EventTypes.Json).Length <= 256 * 1024);
        facts.SelectMany(fact => fact.Changes).Select(change => change.PupilId).Distinct().Count().ShouldBe(390);
    }

    [Fact]
    public async Task One_change_that_cannot_be_stores_none_of_the_amendment()
    {
        var province = await app.NewProvince();
        await province.Roster(2);
        var round = await province.FinalRound(province.Result(1, school: 2), province.Result(2, school: 3));

        var answer = await province.Officer.PostAsJsonAsync($"/v1/rounds/{round}/amendments", new object[]
        {
            new { pupilId = province.Id(1), reason = "extra_round", outcome = "admitted" }, new { pupilId = "4999999999", reason = "extra_round", outcome = "admitted" },
        }.Keyed());

        await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "pupil_unknown");
        (await province.Count("result", "version = 2")).ShouldBe(0);
        (await province.Facts<Grade10AdmissionAmended>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_export_carries_every_result_and_nothing_that_a_spreadsheet_runs()
    {
        var province = await app.NewProvince();
        await province.Officer.Import("/v1/schools/imports", $"code,name,levels,commune,valid_from\n\"=HYPERLINK(\"\"x\"\",1)\",THPT Công Thức,upper_secondary,{province.Code}003,2010-09-01");
        await province.Roster(2);
        var round = await province.FinalRound(province.Result(1, school: 2), province.Result(2, "Trúng tuyển", school: 3, to: "THPT Công Thức"));

        var csv = await province.Approver.GetStringAsync($"/v1/rounds/{round}/export");

        var lines = csv.TrimStart('\ufeff').Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')).ToList();
        lines.Count.ShouldBe(3);
        lines.Count(line => line.Contains($",{province.Id(1)},{province.Code}-S2,{province.Code}002,without_place,,,1,")).ShouldBe(1);
        lines.Count(line => line.Contains($",{province.Id(2)},{province.Code}-S3,{province.Code}003,admitted,\"'=HYPERLINK(\"\"x\"\",1)\",upper_secondary,1,")).ShouldBe(1);
        (await province.Count("pii_access", "route like '%export'")).ShouldBe(1);
        (await province.Count("pii_access_item")).ShouldBe(2);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+84912345678", "'+84912345678")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("=\"a\",b", "\"'=\"\"a\"\",b\"")]
    [InlineData("THPT \"Một\", Hai", "\"THPT \"\"Một\"\", Hai\"")]
    [InlineData("THPT Một = Hai", "THPT Một = Hai")]
    [InlineData(null, "")]
    public void A_cell_of_an_export_is_never_a_formula_and_stays_one_cell(string? value, string written) => Features.Results.ExportResults.Cell(value).ShouldBe(written);

    async Task<(Province, Guid)> CheckedRound()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        var round = await province.OpenRound();
        await (await province.Upload(round, province.Result(1, school: 2))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);
        return (province, round);
    }
}
