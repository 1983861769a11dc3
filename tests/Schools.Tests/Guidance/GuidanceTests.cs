using System.Net;
using System.Net.Http.Json;
using System.Text;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Guidance;

/// <summary>What schools do for career guidance: lists and forms in, facts out, the same rules for both.</summary>
public sealed class GuidanceTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    static Guid School(Province province, string code) => StreamIds.Of("school", province.Code, $"{province.Code}-{code}");

    [Fact]
    public async Task Schools_are_announced_with_levels_area_listings_and_the_schools_they_were_formed_from()
    {
        var province = await app.NewProvince();
        await province.Officer.Import("/v1/schools/imports",
            $"code,name,levels,commune,valid_from,valid_to,kind,predecessors\n{province.Code}-N1,Trường PTDTNT Sông Trăng,lower_secondary+upper_secondary,{province.Code}001,2026-06-01,,ethnic_boarding,{province.Code}-S1|{province.Code}-S2");

        var schools = (await province.Facts<SchoolRegisterChanged>()).SelectMany(fact => fact.Schools).ToLookup(school => school.Code);

        schools.Count.ShouldBe(6);
        var merged = schools[$"{province.Code}-N1"].Single();
        (merged.Boarding, merged.Area).ShouldBe((true, $"{province.Code}001"));
        merged.Levels.ShouldBe(["lower_secondary", "upper_secondary"]);
        merged.Predecessors.Select(old => (old.School, old.On)).ShouldBe([(School(province, "S1"), new DateOnly(2026, 6, 1)), (School(province, "S2"), new DateOnly(2026, 6, 1))], ignoreOrder: true);
        merged.Disadvantaged.Select(period => (period.From, period.To)).ShouldBe([(new DateOnly(2025, 7, 1), (DateOnly?)new DateOnly(2025, 12, 31))]);
        schools[$"{province.Code}-S2"].Single().Disadvantaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commune_that_is_listed_anew_announces_its_schools_again_and_no_others()
    {
        var province = await app.NewProvince();
        var before = (await province.Facts<SchoolRegisterChanged>()).Count;

        await province.Officer.Import("/v1/areas/imports", province.AreasCsv.Replace($"{province.Code}002,Xã Đồi Mây,commune,{province.Code},2025-07-01,,,", $"{province.Code}002,Xã Đồi Mây,commune,{province.Code},2025-07-01,,2026-01-01..,"));

        var again = (await province.Facts<SchoolRegisterChanged>()).Skip(before).Single().Schools.Single();
        (again.School, again.Disadvantaged.Single().From, again.Disadvantaged.Single().To).ShouldBe((School(province, "S2"), new DateOnly(2026, 1, 1), null));
    }

    [Fact]
    public async Task A_programme_comes_by_list_or_form_and_only_what_changed_is_announced()
    {
        var province = await app.NewProvince();
        var list = $"school,school_year,programme,approved_on,approval,partners,trades,activities\n{province.Code}-S1,2025,HN9,2025-09-20,12/QĐ,HTX Sông Trăng|Xưởng mộc Bến Gió,5520227,2025-11-12 Tham quan xưởng|2026-03-20";

        (await province.Officer.Import("/v1/guidance/programmes/imports", list)).Changed.ShouldBe(1);
        (await province.Officer.Import("/v1/guidance/programmes/imports", list)).State.ShouldBe("already_imported");
        (await province.Officer.Import("/v1/guidance/programmes/imports", list + "\n")).Changed.ShouldBe(0, "another file, the same programme");
        var form = new { approvedOn = "2025-09-20", approval = "12/QĐ", partners = new[] { "HTX Sông Trăng" }, trades = new[] { "5520227" }, activities = new[] { new { on = "2025-11-12", title = "Tham quan" } } };
        await (await province.Officer.PutAsJsonAsync($"/v1/guidance/programmes/{province.Code}-S1/2025/HN9", form)).ShouldBe(HttpStatusCode.NoContent);

        var facts = await province.Facts<CareerProgrammeReported>();
        facts.Select(fact => (fact.School, fact.SchoolYear, fact.ApprovedOn, fact.Partners, string.Join('|', fact.Trades), fact.Activities.Count)).ShouldBe(
            [(School(province, "S1"), 2025, new DateOnly(2025, 9, 20), 2, "5520227", 2), (School(province, "S1"), 2025, new DateOnly(2025, 9, 20), 1, "5520227", 1)]);
    }

    [Fact]
    public async Task The_same_file_at_two_schools_is_seen_as_a_copy()
    {
        var province = await app.NewProvince();
        await province.Officer.Import("/v1/guidance/programmes/imports", $"school,school_year,programme\n{province.Code}-S1,2025,HN\n{province.Code}-S2,2025,HN\n{province.Code}-S3,2025,HN");
        foreach (var (school, file) in new[] { ("S1", "kế hoạch"), ("S2", "kế hoạch"), ("S3", "kế hoạch của riêng trường") })
            await (await province.Officer.PutAsync($"/v1/guidance/programmes/{province.Code}-{school}/2025/HN/file", new ByteArrayContent(Encoding.UTF8.GetBytes(file)))).ShouldBe(HttpStatusCode.NoContent);

        var shown = await (await province.Officer.GetAsync("/v1/guidance/programmes?schoolYear=2025")).ShouldBe(HttpStatusCode.OK);

        shown.EnumerateArray().Select(programme => (programme.GetProperty("school").GetString(), string.Join('|', programme.GetProperty("sameFileAt").EnumerateArray().Select(code => code.GetString())))).ShouldBe(
            [($"{province.Code}-S1", $"{province.Code}-S2"), ($"{province.Code}-S2", $"{province.Code}-S1"), ($"{province.Code}-S3", "")]);
        (await province.Facts<CareerProgrammeReported>()).Where(fact => fact.FileHash is not null).Select(fact => fact.FileHash).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("school,school_year,programme,approved_on\n{0}-S1,2025,HN,2027-01-01", "not_approved_yet")]
    [InlineData("school,school_year,programme,activities\n{0}-S1,2025,HN,2027-01-01 Sau này", "not_delivered_yet")]
    [InlineData("school,school_year,programme,trades\n{0}-S1,2025,HN,552", "value_invalid")]
    [InlineData("school,school_year,programme\n{0}-S9,2025,HN", "school_unknown")]
    public async Task A_list_that_cannot_be_right_is_refused_with_its_row_and_column(string list, string code)
    {
        var province = await app.NewProvince();

        var errors = await (await province.Officer.Send("/v1/guidance/programmes/imports", string.Format(System.Globalization.CultureInfo.InvariantCulture, list, province.Code))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, code);

        errors.Single().Row.ShouldBe(2);
        (await province.Facts<CareerProgrammeReported>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_school_reports_about_itself_only_and_cannot_recognise_its_own_certificates()
    {
        var province = await app.NewProvince();
        var school = app.As("school", province.Code, School(province, "S1"));

        await (await school.Send("/v1/guidance/programmes/imports", $"school,school_year,programme\n{province.Code}-S2,2025,HN")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
        await (await school.Send("/v1/guidance/counsellors/imports", "counsellor,record,from,recognised\nGV01,certificate,2025-01-01,true")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
        (await school.Import("/v1/guidance/counsellors/imports", $"counsellor,record,from,school,decided_on\nGV01,assignment,2025-09-01,{province.Code}-S1,2025-08-28")).Changed.ShouldBe(1);
        (await app.As("family", province.Code).Send("/v1/guidance/programmes/imports", "school,school_year,programme\n")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_counsellor_is_told_whole_each_time_and_keeps_the_departments_recognition()
    {
        var province = await app.NewProvince();
        var school = app.As("school", province.Code, School(province, "S1"));
        await school.Import("/v1/guidance/counsellors/imports", $"counsellor,record,from,to,school,decided_on\nGV01,assignment,2025-09-01,,{province.Code}-S1,2025-08-28\nGV01,certificate,2024-07-15,2027-07-14,,\nGV01,leave,2026-01-05,2026-07-04,,");
        await (await province.Officer.PutAsJsonAsync("/v1/guidance/counsellors/GV01/records", new { record = "certificate", from = "2024-07-15", to = "2027-07-14", recognised = true })).ShouldBe(HttpStatusCode.NoContent);
        await (await province.Officer.PutAsJsonAsync("/v1/guidance/counsellors/GV01/records", new { record = "assignment", from = "2025-09-01", school = $"{province.Code}-S2" })).ShouldBe(HttpStatusCode.NoContent);
        await school.Import("/v1/guidance/counsellors/imports", "counsellor,record,from,to\nGV01,certificate,2024-07-15,2027-07-14");

        var facts = await province.Facts<CounsellorReported>();

        facts.Count.ShouldBe(3, "the school's last list changed nothing");
        var now = facts[^1];
        now.Assignments.Select(assignment => (assignment.School, assignment.DecidedOn)).ShouldBe([(School(province, "S1"), new DateOnly(2025, 8, 28)), (School(province, "S2"), (DateOnly?)null)], ignoreOrder: true);
        now.Certificates.Single().Recognised.ShouldBeTrue();
        (now.Leaves.Single().From, now.Leaves.Single().To).ShouldBe((new DateOnly(2026, 1, 5), (DateOnly?)new DateOnly(2026, 7, 4)));
        (await app.Rows<string>("select data::text from mt_events where type = 'counsellor_reported' and tenant_id = @Code", new { province.Code })).ShouldAllBe(fact => !fact.Contains("GV01"));
    }

    [Fact]
    public async Task Reach_counts_pupils_of_the_roster_and_siblings_of_a_school_are_one_family()
    {
        var province = await app.NewProvince();
        await province.Officer.Import("/v1/rosters/imports?schoolYear=2025&grade=9", string.Join('\n', Province.RosterHeader, province.Pupil(1, phone: "0912000001"), province.Pupil(2, school: 2, phone: "0912000001")));
        await province.Officer.Import("/v1/rosters/imports?schoolYear=2025&grade=8", string.Join('\n', Province.RosterHeader, province.Pupil(3, phone: "0912000001")));
        await province.Officer.Import("/v1/guidance/sessions/imports", $"session,cluster,on,state,schools\nC1-26,C1,2026-04-12,held,{province.Code}-S1\nC2-26,C2,2026-04-20,cancelled,");

        var report = await province.Officer.Import("/v1/guidance/reach/imports?schoolYear=2025",
            $"pupil_id,kind,on,who,session\n{province.Id(1)},attended_session,2026-04-12,both,C1-26\n{province.Id(3)},sent,2026-04-13,guardian,\n{province.Id(2)},signed_minutes,2026-04-14,guardian,");

        report.Rows.ShouldBe(3);
        var listed = (await province.Facts<PupilsListed>()).SelectMany(fact => fact.Pupils.Select(pupil => (fact.School, fact.Grade, pupil.Family))).ToList();
        listed.Select(row => row.Grade).Order().ShouldBe([8, 9, 9]);
        listed.Where(row => row.School == School(province, "S1")).Select(row => row.Family).Distinct().Count().ShouldBe(1, "siblings of one school");
        listed.Select(row => row.Family).Distinct().Count().ShouldBe(2, "the key links nobody beyond the school");
        var reach = (await province.Facts<GuidanceReachRecorded>()).ToDictionary(fact => fact.Kind);
        (reach["attended_session"].Pupils.Count, reach["attended_session"].Families.Single(), reach["attended_session"].SessionId.HasValue).ShouldBe((1, listed.First(row => row.School == School(province, "S1")).Family, true));
        (reach["sent"].Pupils.Count, reach["signed_minutes"].Families.Count).ShouldBe((0, 1));
        await (await province.Officer.Send("/v1/guidance/reach/imports?schoolYear=2025", $"pupil_id,kind,on,who,session\n{province.Id(1)},attended_session,2026-04-20,both,C2-26")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "session_not_held");
        await (await province.Officer.Send("/v1/guidance/reach/imports?schoolYear=2025", $"pupil_id,kind,on,who\n{province.Id(9)},read_receipt,2026-04-20,pupil")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "not_on_roster");
    }

    [Fact]
    public async Task What_was_recorded_by_mistake_is_taken_back_from_the_record()
    {
        var province = await app.NewProvince();
        await province.Officer.Import("/v1/rosters/imports?schoolYear=2025&grade=9", string.Join('\n', Province.RosterHeader, province.Pupil(1), province.Pupil(2)));
        await province.Officer.Import("/v1/guidance/reach/imports?schoolYear=2025", $"pupil_id,kind,on,who\n{province.Id(1)},read_receipt,2026-04-12,both\n{province.Id(2)},read_receipt,2026-04-12,both");

        await (await province.Officer.PutAsJsonAsync("/v1/guidance/reach/2025", new { pupilId = province.Id(2), kind = "read_receipt", on = "2026-04-12", who = "guardian", stands = false })).ShouldBe(HttpStatusCode.NoContent);

        var facts = await province.Facts<GuidanceReachRecorded>();
        facts.Select(fact => (fact.RecordId == facts[0].RecordId, fact.Pupils.Count, fact.Families.Count)).ShouldBe([(true, 2, 2), (true, 2, 1)]);
    }

    [Fact]
    public async Task Facilities_stand_as_last_reported()
    {
        var province = await app.NewProvince();
        await province.Officer.Import("/v1/guidance/facilities/imports", $"school,kind,count,from\n{province.Code}-S1,counselling_room,1,2024-09-01\n{province.Code}-H1,stem_room,2,2025-01-01");
        await (await province.Officer.PutAsJsonAsync($"/v1/guidance/facilities/{province.Code}-H1/stem_room", new { count = 2, from = "2025-01-01", to = "2026-05-31" })).ShouldBe(HttpStatusCode.NoContent);

        (await province.Facts<GuidanceFacilityReported>()).Select(fact => (fact.School, fact.Kind, fact.Count, fact.To)).ShouldBe(
            [(School(province, "H1"), "stem_room", 2, (DateOnly?)null), (School(province, "S1"), "counselling_room", 1, null), (School(province, "H1"), "stem_room", 2, new DateOnly(2026, 5, 31))], ignoreOrder: true);
    }

    [Fact]
    public async Task Of_the_words_of_a_declaration_only_a_digest_leaves_and_a_copied_text_has_the_same_one()
    {
        var province = await app.NewProvince();
        await province.Roster(3);

        await province.Officer.Import("/v1/guidance/exam-withdrawals/imports?schoolYear=2026&closesOn=2026-05-20",
            $"pupil_id,signed_on,wording\n{province.Id(1)},2026-05-18,Gia đình tự nguyện không cho con dự thi.\n{province.Id(2)},2026-05-19,\"gia đình  tự nguyện không cho con dự thi\"\n{province.Id(3)},2026-05-01,Cháu đi học nghề điện cùng anh trai");

        var told = (await province.Facts<ExamWithdrawalsReceived>()).SelectMany(fact => fact.Withdrawals).ToList();
        told.Count.ShouldBe(3);
        told.Select(one => one.Wording).Distinct().Count().ShouldBe(2);
        (await app.Rows<string>("select data::text from mt_events where type = 'exam_withdrawals_received' and tenant_id = @Code", new { province.Code })).ShouldAllBe(fact => !fact.Contains("nguyện"));
        (await province.Count("exam_withdrawal", "wording like '%nguyện%'")).ShouldBe(0);
    }

    [Fact]
    public async Task Another_province_sees_nothing_of_it()
    {
        var (province, other) = (await app.NewProvince(), await app.NewProvince());
        await province.Officer.Import("/v1/guidance/programmes/imports", $"school,school_year,programme\n{province.Code}-S1,2025,HN");

        (await (await other.Officer.GetAsync("/v1/guidance/programmes?schoolYear=2025")).ShouldBe(HttpStatusCode.OK)).GetArrayLength().ShouldBe(0);
    }
}
