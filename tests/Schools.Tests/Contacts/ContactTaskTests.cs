using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Contacts;

/// <summary>A number that proved wrong goes back to the school as a task; the school finds the right one.</summary>
public sealed class ContactTaskTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    sealed record Pupil(Guid Id, Guid School);

    async Task<Pupil> PupilOf(Province province) => (await app.Rows<Pupil>("select pupil_id as id, school_id as school from roster where tenant_id = @Code order by pupil_id limit 1", new { province.Code })).Single();

    Task Wrong(Province province, Guid pupil, DateTimeOffset? at = null) => app.Hear("enrolment", new ContactNumberFoundWrong
    {
        Province = province.Code,
        LeadId = Guid.CreateVersion7(),
        PupilId = pupil,
        SchoolYear = 2026,
        FoundAt = at ?? app.Clock.Now,
    }, Guid.CreateVersion7(), tenant: province.Code);

    static async Task<JsonArray> Tasks(HttpClient client) => JsonNode.Parse(await client.GetStringAsync("/v1/contact-tasks"))!["items"]!.AsArray();

    static Task<HttpResponseMessage> Correct(HttpClient client, Guid pupil, object command) => client.PutAsJsonAsync($"/v1/pupils/{pupil}/contact", command);

    [Fact]
    public async Task A_wrong_number_is_one_task_of_the_pupils_school_until_the_number_is_corrected()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, phone: "0912345678"));
        var pupil = await PupilOf(province);
        var (own, other) = (app.As("school", province.Code, pupil.School), app.As("school", province.Code, Guid.CreateVersion7()));

        await Wrong(province, pupil.Id);
        await Wrong(province, pupil.Id);

        (await Tasks(own)).ShouldHaveSingleItem()!["pupilId"]!.GetValue<Guid>().ShouldBe(pupil.Id);
        (await Tasks(province.Officer)).Count.ShouldBe(1);
        (await Tasks(other)).ShouldBeEmpty();
        (await Correct(other, pupil.Id, new { phone = "0987000111" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Correct(own, pupil.Id, new { phone = "0912345678" })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, "the same number is no answer");

        var answer = JsonNode.Parse(await (await Correct(own, pupil.Id, new { phone = "0987 000 111" })).Content.ReadAsStringAsync())!;

        ((bool)answer["changed"]!, (bool)answer["taskClosed"]!).ShouldBe((true, true));
        (await Tasks(own)).ShouldBeEmpty();
        var fact = (await province.Facts<ContactCorrected>()).ShouldHaveSingleItem();
        fact.PupilId.ShouldBe(pupil.Id);
        var stored = (await app.Rows<(string Sealed, string Key, string Source)>("select sealed_contact, family_key, source from contact where pupil_id = @Id and current", new { pupil.Id })).Single();
        (fact.SealedContact, fact.FamilyKey, stored.Source).ShouldBe((stored.Sealed, stored.Key, "family"));
        var shown = JsonNode.Parse(await own.GetStringAsync($"/v1/pupils/{pupil.Id}?purpose=data_correction"))!;
        ((string)shown["phone"]!, (string)shown["guardian"]!, (string)shown["address"]!).ShouldBe(("+84987000111", "Người Đỡ Đầu 1", "Thôn 1"), "what was not corrected stays");
    }

    [Fact]
    public async Task A_message_from_before_the_correction_asks_for_nothing_and_the_same_correction_says_nothing_twice()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1));
        var pupil = await PupilOf(province);
        await Wrong(province, pupil.Id, app.Clock.Now.AddMinutes(-2));

        await Correct(province.Officer, pupil.Id, new { phone = "0987000222" });
        await Wrong(province, pupil.Id, app.Clock.Now.AddMinutes(-1));
        var again = JsonNode.Parse(await (await Correct(province.Officer, pupil.Id, new { phone = "+84987000222" })).Content.ReadAsStringAsync())!;

        (await Tasks(province.Officer)).ShouldBeEmpty();
        ((bool)again["changed"]!).ShouldBeFalse();
        (await province.Facts<ContactCorrected>()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("0987000111 / 0987000112", "multiple_values")]
    [InlineData("12345", "phone_invalid")]
    public async Task A_number_that_cannot_be_one_is_refused_and_nothing_is_stored(string phone, string code)
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1));
        var pupil = await PupilOf(province);

        var answer = await Correct(province.Officer, pupil.Id, new { phone });

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!).ShouldBe(code);
        (await province.Facts<ContactCorrected>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_family_corrects_its_own_number_and_nobody_elses()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, phone: "0912345678"), province.Pupil(2));
        var pupils = (await app.Rows<Guid>("select p.pupil_id from pupil p join contact c using (pupil_id) where p.tenant_id = @Code order by (c.collected_on, p.pupil_id)", new { province.Code })).ToList();
        var family = app.As("family", province.Code, subject: pupils[0].ToString());

        await (await Correct(family, pupils[1], new { phone = "0987000222" })).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
        await (await Correct(family, pupils[0], new { phone = "0987000222", source = "school_record" })).ShouldBe(HttpStatusCode.OK);

        (await app.Rows<string>("select source from contact where pupil_id = @Pupil and current", new { Pupil = pupils[0] })).ShouldBe(["family"], "what a family says is its own word");
        (await province.Facts<ContactCorrected>()).ShouldHaveSingleItem().PupilId.ShouldBe(pupils[0]);
    }
}
