using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Domain;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>An institution's own enrolled list against leads, cohort and rolls.</summary>
public sealed class EnrolledListTests(EnrolmentApp app)
{
    private const string Header = "STT,Họ và tên,Ngày sinh,Mã định danh,Số điện thoại,Tỉnh";

    private static async Task<HttpResponseMessage> Send(Participant one, byte[] file, string? key = null, string query = "schoolYear=2026")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/enrolled-lists?{query}") { Content = new ByteArrayContent(file) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await one.Http.SendAsync(request);
    }

    private static Task<HttpResponseMessage> Send(Participant one, params string[] rows) => Send(one, Encoding.UTF8.GetBytes(string.Join('\n', rows.Prepend(Header))));

    private static async Task<JsonObject> Json(HttpResponseMessage answer)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    /// <summary>A pupil whom a ministry id names, graduate of this year.</summary>
    private static PupilWithoutPlace Named(Season season, string id) => season.Pupil() with { PupilId = StreamIds.Of("pupil", season.Province, id) };

    private PupilWithoutPlace Sealed(PupilWithoutPlace pupil, string name, string phone) =>
        pupil with { SealedContact = app.Seal.Seal(pupil.PupilId, new(name, phone, null, null, new DateOnly(2011, 5, 4))), FamilyKey = $"{app.Seal.FamilyKey(phone)}{pupil.PupilId:N}"[..24] };

    private Task Graduates(Season season, params Guid[] pupils) => app.Hear("schools", new GraduatesRecognised
    {
        Province = season.Province,
        Cohort = 2026,
        Level = "lower_secondary",
        School = Guid.CreateVersion7(),
        SchoolArea = "97001",
        SchoolDisadvantaged = false,
        Part = 1,
        Parts = 1,
        Graduates = [.. pupils.Select(pupil => new RecognisedGraduate { PupilId = pupil, Programme = "general", ResidenceArea = "97001", ResidenceDisadvantaged = false })],
        RecognisedAt = app.Clock.Now,
    }, Guid.CreateVersion7(), tenant: season.Province);

    [Fact]
    public async Task Every_row_gets_a_verdict_and_the_institution_learns_who_it_forgot()
    {
        var season = app.NewSeason();
        await app.Rows<int>("insert into area (tenant_id, kind, code, valid_from, name, disadvantaged) values (@Province, 'province', @Province, '2000-01-01', 'Tỉnh Thử Nghiệm', false) returning 1", new { season.Province });
        Participant[] two = [await season.Institution(), await season.Institution()];
        PupilWithoutPlace[] pupils =
        [
            Sealed(Named(season, "0000000001"), "Lò Văn An", "+84912000001"), Sealed(Named(season, "0000000002"), "Lò Văn Bình", "+84912000002"), Sealed(Named(season, "0000000003"), "Lò Văn Chi", "+84912000003"),
            Sealed(Named(season, "0000000004"), "Lò Văn Dũng", "+84912000004"), Sealed(Named(season, "0000000009"), "Lò Văn Giang", "+84912000009"),
        ];
        await season.Consents(pupils);
        await season.Finalize(pupils);
        await Graduates(season, [.. pupils.Select(pupil => pupil.PupilId), StreamIds.Of("pupil", season.Province, "0000000005")]);
        async Task Enrol(Participant at, PupilWithoutPlace pupil) =>
            await season.Post(at.Http, "/v1/enrolments", new { leadId = await season.LeadOf(pupil), programmeId = at.Programme, level = at.Level, startedOn = "2026-08-17" });
        await Enrol(two[0], pupils[0]);
        await Enrol(two[1], pupils[3]);
        await Enrol(two[0], pupils[4]);

        var answer = await Json(await Send(two[0],
            "1,LÒ VĂN AN,04/05/2011,0000000001,0912000001,Tỉnh Thử Nghiệm",
            "2,Lò Văn Bình,04/05/2011,,0912 000 002,",
            "3,Lò Văn Chi,04/05/2011,,,",
            "4,Lò Văn Dũng,04/05/2011,0000000004,,",
            "5,Vi Thị Hà,01/02/2011,0000000005,,Thử Nghiệm",
            "6,Vi Thị Khánh,01/02/2011,0000000077,,",
            "7,Vi Thị Linh,01/02/2011,,,Tỉnh Xa Xôi",
            "8,Lò Văn An,04/05/2011,0000000001,0912000001,Tỉnh Thử Nghiệm",
            "9,Vi Thị Mai,31/02/2011,0000000088,,"));

        ((string)answer["state"]!, (int)answer["rows"]!, (int)answer["notListed"]!).ShouldBe(("compared", 9, 1));
        var page = await Json(await two[0].Http.GetAsync($"/v1/enrolled-lists/{answer["listId"]}"));
        string[] verdicts = [.. page["items"]!.AsArray().OrderBy(item => (int)item!["row"]!).Select(item => (string)item!["verdict"]!)];
        verdicts.ShouldBe(["confirmed", "lead_not_confirmed", "uncertain", "enrolled_elsewhere", "cohort_without_lead", "unknown", "out_of_province", "duplicate", "unreadable"]);
        page["items"]![1]!["leadId"]!.GetValue<Guid>().ShouldBe(await season.LeadOf(pupils[1]));
        page["items"]!.AsArray().ShouldAllBe(item => item!["pupilId"] == null);
        page.ToJsonString().ShouldNotContain(two[1].Id.ToString());
        ((string)page["items"]![8]!["detail"]!).ShouldStartWith("date_invalid");
        (await Json(await season.Officer.GetAsync($"/v1/enrolled-lists/{answer["listId"]}?verdict=enrolled_elsewhere")))["items"]![0]!["pupilId"]!.GetValue<Guid>().ShouldBe(pupils[3].PupilId);
        (await app.Rows<long>("select count(*) from pii_access_item i join pii_access a using (tenant_id, access_id) where a.tenant_id = @Province and a.route = 'POST /v1/enrolled-lists'", new { season.Province })).ShouldBe([4]);
        (await app.Rows<string>("select t::text from enrolled_list_row t where tenant_id = @Province", new { season.Province })).ShouldAllBe(row => !row.Contains("Lò") && !row.Contains("0912"));
        (await two[1].Http.GetAsync($"/v1/enrolled-lists/{answer["listId"]}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Columns_are_found_by_the_names_that_imports_know_and_a_telephone_number_among_the_ids_is_refused_with_its_own_code()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = Sealed(Named(season, "0912000007"), "Lò Văn Phón", "+84912000008");   // an id that looks like a number of a telephone
        await season.Consents([pupil]);
        await season.Finalize(pupil);
        var lead = await season.LeadOf(pupil);

        foreach (var header in new[] { "TT,Họ tên HS,Năm sinh,Mã định danh Bộ GD&ĐT,SĐT liên hệ", "Số TT;Họ và tên học sinh;Ngày, tháng, năm sinh;Mã HS;Điện thoại" })
        {
            var answer = await Json(await Send(institution, Encoding.UTF8.GetBytes(string.Join('\n', (string[])[header, .. new[]
            {
                "1,Lò Văn Phón,04/05/2011,0912000007,0912000008", "2,Vi Thị Hà,01/02/2011,0987654321,0987654321", "3,Vi Thị Lan,01/02/2011,0000000004,",
            }.Select(row => header.Contains(';') ? row.Replace(',', ';') : row)]))));
            var rows = JsonNode.Parse(await institution.Http.GetStringAsync($"/v1/enrolled-lists/{answer["listId"]}"))!["items"]!.AsArray().OrderBy(item => (int)item!["row"]!).ToList();
            rows.Select(row => (string)row!["verdict"]!).ShouldBe(["lead_not_confirmed", "unreadable", "unknown"], header);
            ((Guid?)rows[0]!["leadId"]).ShouldBe(lead);
            ((string)rows[1]!["detail"]!).ShouldBe(EnrolledList.PhoneInIdColumn);
        }
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_a_corrected_one_is_a_list_of_its_own()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();

        var first = await Json(await Send(institution, "1,Lò Văn An,04/05/2011,0000000001,,"));
        var again = await Json(await Send(institution, "1,Lò Văn An,04/05/2011,0000000001,,"));
        var other = await Json(await Send(institution, "1,Lò Văn An,04/05/2011,0000000002,,"));

        ((string)again["state"]!, (string)again["listId"]!).ShouldBe(("already_compared", (string)first["listId"]!));
        ((string)other["listId"]!).ShouldNotBe((string)first["listId"]!);
        (await app.Rows<long>("select count(*) from enrolled_list where tenant_id = @Province", new { season.Province })).ShouldBe([2]);
        (await Json(await institution.Http.GetAsync("/v1/enrolled-lists?schoolYear=2026")))["items"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_answered_and_leaves_nothing()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        async Task Refused(byte[] file, HttpStatusCode status, string code) => await (await Send(institution, file)).ShouldBeRefusedWith(status, code);
        static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

        await Refused([], HttpStatusCode.UnprocessableEntity, "file_empty");
        await Refused(Text(Header), HttpStatusCode.UnprocessableEntity, "no_rows");
        await Refused(Text("a,b,c\n1,2,3\n4,5,6"), HttpStatusCode.UnprocessableEntity, "columns_mismatch");
        await Refused([.. Text("%PDF-1.7\n"), .. new byte[2_000]], HttpStatusCode.UnsupportedMediaType, "content_type_mismatch");
        await Refused([0x50, 0x4B, 0x03, 0x04, .. new byte[300]], HttpStatusCode.UnprocessableEntity, "archive_corrupt");
        await Refused(new byte[(16 << 20) + 1], HttpStatusCode.RequestEntityTooLarge, "body_too_large");
        await (await Send(institution, Text(Header + "\n1,A B,04/05/2011,,,"), query: "schoolYear=1")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
        (await institution.Http.PostAsync("/v1/enrolled-lists?schoolYear=2026", new ByteArrayContent(Text(Header)))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        (await app.Rows<long>("select (select count(*) from enrolled_list where tenant_id = @Province) + (select count(*) from enrolled_list_row where tenant_id = @Province)", new { season.Province })).ShouldBe([0]);
    }

    [Fact]
    public void Two_people_of_one_name_and_birth_date_are_told_apart_by_number_or_not_at_all()
    {
        var birth = new DateOnly(2011, 5, 4);
        OwnLead Lead(int n, string phone) => new(Id(n), Id(100 + n), "Nguyễn Văn An", birth, phone);
        static Guid Id(int n) => new(n, 0, 0, new byte[8]);
        var known = new KnownPupils([Lead(1, "+84912000001"), Lead(2, "+84912000002")], new HashSet<Guid>(), new HashSet<Guid>(), new HashSet<Guid>());
        ListedStudent Row(int n, params string[] phones) => new(n, [], "nguyễn văn an", birth, phones, false);

        var verdicts = EnrolledList.Judge([Row(2, "+84912000002"), Row(1), Row(3, "+84912000001", "+84912000002"), Row(4, "+84912000001")], known);

        verdicts.Select(verdict => (verdict.Row, verdict.Verdict, verdict.Lead)).ShouldBe([(1, "uncertain", null), (2, "lead_not_confirmed", Id(2)), (3, "uncertain", null), (4, "lead_not_confirmed", (Guid?)Id(1))]);
    }

    [Fact]
    public void The_order_of_the_rows_is_irrelevant_and_every_row_has_one_verdict()
    {
        static Guid Id(int n) => new(n, 0, 0, new byte[8]);
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            HashSet<Guid> Some() => [.. Enumerable.Range(0, random.Next(6)).Select(_ => Id(random.Next(12)))];
            var known = new KnownPupils([.. Some().Select((pupil, n) => new OwnLead(Id(500 + n), pupil, $"Vi Thị {n % 3}", new(2011, 1, 1), $"+8491{n % 4}"))], Some(), Some(), Some());
            var rows = Enumerable.Range(1, random.Next(15)).Select(n => new ListedStudent(n, [.. Some().Take(2)], $"Vi Thị {random.Next(4)}", new(2011, 1, 1), [$"+8491{random.Next(5)}"], random.Next(3) == 0, random.Next(9) == 0 ? "date_invalid: Ngày sinh" : null)).ToList();

            var verdicts = EnrolledList.Judge(rows, known);

            EnrolledList.Judge(rows.OrderBy(_ => random.Next()), known).ShouldBe(verdicts, $"seed {seed}");
            verdicts.Select(verdict => verdict.Row).ShouldBe(rows.Select(row => row.Row), $"seed {seed}");
            verdicts.ShouldAllBe(verdict => EnrolledList.Verdicts.Contains(verdict.Verdict), $"seed {seed}");
        }
    }
}
