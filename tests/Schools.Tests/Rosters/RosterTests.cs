using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Rosters;

public sealed class RosterTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task Pupils_come_with_sealed_contacts_family_keys_and_consents_per_school()
    {
        var province = await app.NewProvince();

        var report = await province.Roster(province.Pupil(1, phone: "0912345678"), province.Pupil(2, phone: "+84 912.345.678"), province.Pupil(3, school: 2, agreed: false));

        report.ShouldBe(new Report("imported", 3, 3, 0, 0, 0));
        var contacts = await app.Rows<(string Sealed, string? Family, string Source, DateOnly On)>("select sealed_contact, family_key, source, collected_on from contact where tenant_id = @Code and current order by pupil_id", new { province.Code });
        contacts.ShouldAllBe(contact => contact.Sealed.StartsWith("v2.") && contact.Source == "school_meeting" && contact.On == new DateOnly(2026, 5, 10));
        contacts.Select(contact => contact.Family).Distinct().Count().ShouldBe(2, "two pupils share a phone, so one family key");
        var consents = await province.Facts<ContactConsentChanged>();
        consents.Single().Changes.Count.ShouldBe(2);
        consents.Single().Changes.ShouldAllBe(change => change.Scope == "all" && change.TextVersion == "2026-01" && change.Evidence == "school_record");
    }

    [Fact]
    public async Task No_phone_address_or_guardian_lies_readable_in_the_database()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, phone: "0987654321"));

        foreach (var table in (string[])["contact", "pupil", "roster", "consent", "mt_events", "idempotency"])
        {
            var text = string.Concat(await app.Rows<string>($"select t::text from {table} t where tenant_id = @Code", new { province.Code }));
            text.ShouldNotContain("987654321");
            text.ShouldNotContain("Người Đỡ Đầu");
            text.ShouldNotContain("Thôn 1");
        }
    }

    [Fact]
    public async Task The_same_roster_again_is_a_no_op_and_a_corrected_one_a_difference()
    {
        var province = await app.NewProvince();
        await province.Roster(30);
        var announced = (await province.Facts<ContactConsentChanged>()).Count;

        var again = await province.Roster(30);
        var corrected = await province.Roster(Enumerable.Range(1, 31).Select(number => province.Pupil(number, school: 1 + number % 3, birth: number == 7 ? "2011-12-31" : "2011-03-05")));

        again.State.ShouldBe("already_imported");
        corrected.ShouldBe(new Report("imported", 31, 1, 1, 29, 0));
        (await province.Count("pupil", province.Born("2011-12-31"))).ShouldBe(1);
        (await province.Facts<ContactConsentChanged>()).Skip(announced).Sum(fact => fact.Changes.Count).ShouldBe(1, "only the new pupil's");
    }

    [Fact]
    public async Task One_bad_row_stores_nothing_unless_the_caller_leaves_it_out()
    {
        var province = await app.NewProvince();
        string[] lines = [province.Pupil(1), province.Pupil(2, birth: "31/02/2011"), province.Pupil(3)];
        var csv = string.Join('\n', lines.Prepend(Province.RosterHeader));

        var refused = await province.Officer.Send("/v1/rosters/imports?schoolYear=2026&grade=9", csv);

        (await refused.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "date_invalid")).ShouldBe([(3, "birth_date", "date_invalid")]);
        (await province.Count("pupil")).ShouldBe(0);
        (await province.Facts<ContactConsentChanged>()).ShouldBeEmpty();

        (await province.Officer.Import("/v1/rosters/imports?schoolYear=2026&grade=9&withoutRefusedRows=true", csv)).ShouldBe(new Report("imported", 2, 2, 0, 0, 1));
    }

    [Theory]
    [InlineData("guardian_phone", "0912345678/0987654321", "multiple_values")]
    [InlineData("birth_date", "2011-13-01", "date_invalid")]
    [InlineData("birth_date", "05/03/11", "date_invalid")]
    [InlineData("birth_date", "40567", "date_invalid")]
    [InlineData("name", "=HYPERLINK(A1)", "formula_not_allowed")]
    [InlineData("name", "Lò\u202e Thị Mai", "control_character")]
    [InlineData("pupil_id", "400000123", "leading_zero_lost")]
    [InlineData("school", "KHONG-CO", "school_unknown")]
    [InlineData("commune", "Xã Không Có", "unknown_area")]
    [InlineData("consent_text", "", "consent_text_missing")]
    public async Task A_value_that_cannot_be_right_is_refused_by_row_and_column_without_the_value(string column, string value, string code)
    {
        var province = await app.NewProvince();
        var cells = province.Pupil(1).Split(',');
        cells[Array.IndexOf(Province.RosterHeader.Split(','), column)] = value;

        var answer = await province.Officer.Send("/v1/rosters/imports?schoolYear=2026&grade=9", $"{Province.RosterHeader}\n{string.Join(',', cells)}");

        if (value.Length > 0) (await answer.Content.ReadAsStringAsync()).ShouldNotContain(value);
        (await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, code)).ShouldBe([(2, column, code)]);
        (await province.Count("pupil")).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_workbook_with_its_own_dates_is_a_roster_as_well_and_every_sheet_of_it_is_read(bool date1904)
    {
        var province = await app.NewProvince();
        object? Cell(string column, string text) => column is "birth_date" or "contact_date" ? DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture).DayNumber - (date1904 ? new DateOnly(1904, 1, 1) : new DateOnly(1899, 12, 30)).DayNumber : text;
        object?[] header = [.. Province.RosterHeader.Split(',')];
        object?[] Row(int number) => [.. province.Pupil(number).Split(',').Select((text, at) => Cell((string)header[at]!, text))];
        var schools = new Import.TestWorkbook { Date1904 = date1904 }.Sheet("Trường", [["code", "name", "levels", "commune", "valid_from"], [$"{province.Code}-S9", "THCS Mới", "lower_secondary", $"{province.Code}001", Cell("birth_date", "2020-09-01")]]);
        var roster = new Import.TestWorkbook { Date1904 = date1904 }.Sheet("9A", [header, Row(1), Row(2)]).Sheet("9B", [header, Row(3)]);

        await (await province.Officer.Send("/v1/schools/imports", schools.ToBytes())).ShouldBe(HttpStatusCode.OK);
        (await (await province.Officer.Send("/v1/rosters/imports?schoolYear=2026&grade=9", roster.ToBytes())).ShouldBe(HttpStatusCode.OK)).GetProperty("new").GetInt32().ShouldBe(3);

        (await app.Rows<DateOnly>("select valid_from from school where code = @code", new { code = $"{province.Code}-S9" })).ShouldBe([new DateOnly(2020, 9, 1)]);
        (await province.Count("pupil", province.Born("2011-03-05"))).ShouldBe(3);
        (await province.Count("contact", "collected_on = '2026-05-10'")).ShouldBe(3);
    }

    [Fact]
    public async Task An_objection_holds_against_every_later_roster()
    {
        var province = await app.NewProvince();
        await province.Roster(3);

        await (await province.Officer.PostAsJsonAsync("/v1/consents/objections", new { pupilId = province.Id(1) }.Keyed())).ShouldBe(HttpStatusCode.OK);
        await province.Roster(Enumerable.Range(1, 3).Select(number => province.Pupil(number, school: 1 + number % 3).Replace("2026-01", "2026-02")));

        var changes = (await province.Facts<ContactConsentChanged>()).SelectMany(fact => fact.Changes).ToList();
        var objected = changes.Where(change => change.Scope == "none").ShouldHaveSingleItem();
        changes.Last(change => change.PupilId == objected.PupilId).ShouldBe(objected);
        changes.Count(change => change.TextVersion == "2026-02").ShouldBe(2);
    }

    [Fact]
    public async Task Withdrawing_agreeing_again_and_withdrawing_are_three_versions_and_the_last_wins()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        Task<HttpResponseMessage> Object() => province.Officer.PostAsJsonAsync("/v1/consents/objections", new { pupilId = province.Id(1) }.Keyed());

        await (await Object()).ShouldBe(HttpStatusCode.OK);
        await (await province.Officer.PostAsJsonAsync("/v1/consents", new { pupilId = province.Id(1), scope = "all", childAgreed = true, guardianAgreed = true, textVersion = "2026-02", evidence = "paper" }.Keyed())).ShouldBe(HttpStatusCode.OK);
        await (await Object()).ShouldBe(HttpStatusCode.OK);

        (await province.Facts<ContactConsentChanged>()).SelectMany(fact => fact.Changes).Select(change => change.Scope).ShouldBe(["all", "none", "all", "none"]);
    }

    [Fact]
    public async Task One_agreement_alone_is_not_consent()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1).Replace("true,true", "true,"));

        (await province.Facts<ContactConsentChanged>()).Single().Changes.Single().Scope.ShouldBe("none");
        var answer = await province.Officer.PostAsJsonAsync("/v1/consents", new { pupilId = province.Id(1), scope = "all", childAgreed = true, guardianAgreed = false, textVersion = "1", evidence = "web" }.Keyed());
        await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "both_must_agree");
    }

    [Fact]
    public async Task A_decomposed_name_is_stored_composed()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, name: "Nguyễn Thị Đặng Ánh".Normalize(NormalizationForm.FormD)));

        using var names = app.Seal.Names(province.Code);
        names.Open((await app.Rows<byte[]>("select sealed_name from pupil where tenant_id = @Code", new { province.Code })).Single()).ShouldBe("Nguyễn Thị Đặng Ánh");
    }

    [Fact]
    public async Task A_school_sends_its_own_roster_and_no_other()
    {
        var province = await app.NewProvince();
        var own = (await province.Officer.GetFromJsonAsync<JsonElement>($"/v1/schools/{province.Code}-S1")).GetProperty("schoolId").GetGuid();
        var school = app.As("school", province.Code, own, "school-clerk");

        (await school.Import("/v1/rosters/imports?schoolYear=2026", $"{Province.RosterHeader}\n{province.Pupil(1)}")).New.ShouldBe(1);
        var other = await school.Send("/v1/rosters/imports?schoolYear=2026", $"{Province.RosterHeader}\n{province.Pupil(2, school: 2)}");

        await other.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
    }

    [Fact]
    public async Task P7_a_read_of_a_pupil_says_its_purpose_and_is_journaled()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, phone: "0912345678"));

        await (await province.Officer.GetAsync($"/v1/pupils?id={province.Id(1)}")).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "purpose_not_allowed");
        var answer = await province.Officer.GetAsync($"/v1/pupils?id={province.Id(1)}&purpose=family_request");
        var pupil = await answer.ShouldBe(HttpStatusCode.OK);
        var elsewhere = await (await app.NewProvince()).Officer.GetAsync($"/v1/pupils/{pupil.GetProperty("pupilId").GetGuid()}?purpose=family_request");

        pupil.GetProperty("phone").GetString().ShouldBe("+84912345678");
        answer.Headers.GetValues("Data-Purpose").ShouldBe(["family_request"]);
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await province.Count("pii_access", "purpose = 'family_request' and subject = 'officer-one'")).ShouldBe(1);
        (await province.Count("pii_access_item")).ShouldBe(1);
    }

    [Fact]
    public async Task S6_a_read_that_cannot_be_journaled_does_not_happen()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        await app.Rows<int>("alter table pii_access rename to pii_access_away");
        try
        {
            var answer = await province.Officer.GetAsync($"/v1/pupils/{province.Id(1)}?purpose=family_request");

            (await answer.Content.ReadAsStringAsync()).ShouldNotContain(Province.Name(1));
            await answer.ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "journal_unavailable");
        }
        finally
        {
            await app.Rows<int>("alter table pii_access_away rename to pii_access");
        }
    }

    [Fact]
    public async Task A_pupil_with_a_second_id_is_found_by_both_and_no_id_is_given_to_two_pupils()
    {
        var province = await app.NewProvince();
        await province.Roster(2);
        Task<HttpResponseMessage> Add(int pupil, string alias) => province.Officer.PostAsJsonAsync($"/v1/pupils/{province.Id(pupil)}/aliases", new { alias }.Keyed());

        await (await Add(1, "040311000001")).ShouldBe(HttpStatusCode.OK);
        await (await Add(2, "040311000001")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "id_of_another_pupil");

        var round = await province.OpenRound();
        var report = await (await province.Upload(round, province.Result(1, id: "040311000001", school: 2))).ShouldBe(HttpStatusCode.OK);
        report.GetProperty("counts").GetProperty("matched").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_whole_province_comes_in_one_file_and_is_announced_in_parts()
    {
        var province = await app.NewProvince();
        var csv = string.Join('\n', Enumerable.Range(1, 53_829).Select(number => province.Pupil(number, school: 1 + number % 3)).Prepend(Province.RosterHeader));

        var report = await province.Officer.Import("/v1/rosters/imports?schoolYear=2026", csv);

        report.New.ShouldBe(53_829);
        (await province.Facts<ContactConsentChanged>()).Sum(fact => fact.Changes.Count).ShouldBe(53_829);
        (await province.Facts<ContactConsentChanged>()).ShouldAllBe(fact => fact.Changes.Count <= 500);
    }
}
