using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Rosters;

/// <summary>A school sees its own pupils in the order people look for them, confirms how families are reached, and enters what its pupils wish.</summary>
public sealed class ListRosterTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    async Task<HttpClient> School(Province province, int school) =>
        app.As("school", province.Code, (await app.Rows<Guid>("select school_id from school where tenant_id = @Code and code = @School", new { province.Code, School = $"{province.Code}-S{school}" })).Single());

    static async Task<JsonElement> List(HttpClient client, string query = "") => JsonDocument.Parse(await client.GetStringAsync($"/v1/rosters/2026{query}")).RootElement;

    static IReadOnlyList<string> Names(JsonElement answer) => [.. answer.GetProperty("pupils").EnumerateArray().Select(pupil => pupil.GetProperty("name").GetString()!)];

    Task<IReadOnlyList<T>> Of<T>(Province province, int number, string columns, string table) =>
        app.Rows<T>($"select {columns} from {table} t join pupil_alias a using (pupil_id) where a.tenant_id = @Code and a.alias = @Id", new { province.Code, Id = province.Id(number) });

    [Fact]
    public async Task Pupils_stand_by_given_name_as_Vietnamese_letters_do_and_only_those_of_the_school()
    {
        var province = await app.NewProvince();
        await province.Roster(
            province.Pupil(1, "Vi Thị Ước"), province.Pupil(2, "Lò Văn Út"), province.Pupil(3, "Mùa A Ân"), province.Pupil(4, "Cầm Bá Đức"), province.Pupil(5, "Sùng A Dế"), province.Pupil(6, "Lò Thị An"),
            province.Pupil(7, "Vi Văn An"), province.Pupil(8, "Người Trường Khác", school: 2));

        var own = await List(await School(province, 1));

        Names(own).ShouldBe(["Lò Thị An", "Vi Văn An", "Mùa A Ân", "Sùng A Dế", "Cầm Bá Đức", "Lò Văn Út", "Vi Thị Ước"]);
        own.GetProperty("counts").GetProperty("all").GetInt32().ShouldBe(7);
        Names(await List(await School(province, 2), $"?school={province.Code}-S1")).ShouldBe(["Người Trường Khác"], "a school cannot name another");
        Names(await List(province.Officer, $"?school={province.Code}-S2")).ShouldBe(["Người Trường Khác"]);
        (await province.Officer.GetAsync("/v1/rosters/2026")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "an officer says which school");
    }

    [Fact]
    public async Task An_areas_office_sees_the_pupils_of_its_areas_schools_and_of_no_other()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, "Lò Thị An"), province.Pupil(2, "Mùa A Ân", school: 2));
        var office = Guid.CreateVersion7();
        var area = app.As("area", province.Code, office);
        var commune = (await app.Rows<string>("select commune from school where tenant_id = @Code and code = @School", new { province.Code, School = $"{province.Code}-S1" })).Single();
        (await area.GetAsync($"/v1/rosters/2026?school={province.Code}-S1")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "no area yet");

        await (await province.Officer.PutAsJsonAsync($"/v1/areas/offices/{office}", new { areas = new[] { commune } })).ShouldBe(HttpStatusCode.NoContent);

        Names(await List(area, $"?school={province.Code}-S1")).ShouldBe(["Lò Thị An"]);
        var known = JsonDocument.Parse(await area.GetStringAsync($"/v1/areas/offices/{office}")).RootElement;
        foreach (var school in known.GetProperty("schools").EnumerateArray()) school.GetProperty("commune").GetString().ShouldBe(commune);
        await (await province.Officer.PutAsJsonAsync($"/v1/areas/offices/{office}", new { areas = Array.Empty<string>() })).ShouldBe(HttpStatusCode.NoContent);
        (await area.GetAsync($"/v1/rosters/2026?school={province.Code}-S1")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "it is not its area any more");
        (await area.GetAsync($"/v1/areas/offices/{Guid.CreateVersion7()}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await area.PutAsJsonAsync($"/v1/areas/offices/{office}", new { areas = new[] { commune } })).StatusCode.ShouldBe(HttpStatusCode.Forbidden, "nobody widens their own rights");
        await (await province.Officer.PutAsJsonAsync($"/v1/areas/offices/{office}", new { areas = new[] { "nowhere" } })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "unknown_area");
        (await area.GetAsync($"/v1/pupils/{province.Id(1)}?purpose=data_correction")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_page_holds_fifty_and_only_those_who_were_shown_are_journaled()
    {
        var province = await app.NewProvince();
        await province.Roster(Enumerable.Range(1, 60).Select(number => province.Pupil(number)));
        var school = await School(province, 1);

        var (first, second) = (await List(school), await List(school, "?page=2"));

        (Names(first).Count, Names(second).Count, first.GetProperty("pages").GetInt32()).ShouldBe((50, 10, 2));
        Names(first).Concat(Names(second)).Distinct().Count().ShouldBe(60);
        (await app.Rows<long>("select count(*) from pii_access_item i join pii_access a using (tenant_id, access_id) where a.tenant_id = @Code and a.route = 'GET /v1/rosters/{schoolYear}' group by a.access_id order by 1", new { province.Code })).ShouldBe([10, 50]);
        (await school.GetAsync("/v1/rosters/2026?page=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await school.GetAsync("/v1/rosters/2026?need=money")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_contact_that_is_still_right_gets_a_new_date_and_source_and_nobody_is_told()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1), province.Pupil(2, school: 2));
        var school = await School(province, 1);

        await (await school.PutAsJsonAsync($"/v1/pupils/{province.Id(1)}/contact/confirmation", new { source = "family" })).ShouldBe(HttpStatusCode.NoContent);
        await (await school.PutAsJsonAsync($"/v1/pupils/{province.Id(1)}/contact/confirmation", new { source = "family" })).ShouldBe(HttpStatusCode.NoContent);

        var contacts = await Of<(string Source, DateOnly On, bool Current)>(province, 1, "source, collected_on, current", "contact");
        contacts.OrderBy(contact => contact.On).ShouldBe([("school_meeting", new(2026, 5, 10), false), ("family", new(2026, 7, 1), true)]);
        (await province.Facts<ContactCorrected>()).ShouldBeEmpty();
        (await school.PutAsJsonAsync($"/v1/pupils/{province.Id(2)}/contact/confirmation", new { source = "family" })).StatusCode.ShouldBe(HttpStatusCode.NotFound, "another school's pupil");
        await (await school.PutAsJsonAsync($"/v1/pupils/{province.Id(1)}/contact/confirmation", new { source = "hearsay" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "value_invalid");
    }

    [Fact]
    public async Task The_survey_of_wishes_comes_as_a_list_or_one_by_one_and_a_roster_without_wishes_leaves_it_alone()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, agreed: false), province.Pupil(2, agreed: false), province.Pupil(3, school: 2));
        var school = await School(province, 1);

        (await school.Import("/v1/guidance/wishes/imports?schoolYear=2026", $"pupil_id,wish_trade,wish_level\n{province.Id(1)},5520227,intermediate\n{province.Id(2)},52,\n")).ShouldBe(new Report("imported", 2, 0, 2, 0, 0));
        await (await school.PutAsJsonAsync("/v1/guidance/wishes/2026", new { pupilId = province.Id(2), trade = (string?)null, level = "college" })).ShouldBe(HttpStatusCode.NoContent);
        await province.Roster(province.Pupil(1, agreed: false, birth: "2011-04-01"), province.Pupil(2, agreed: false), province.Pupil(3, school: 2));

        (await Of<(string?, string?)>(province, 1, "wish_trade, wish_level", "roster")).ShouldBe([("5520227", "intermediate")]);
        (await Of<(string?, string?)>(province, 2, "wish_trade, wish_level", "roster")).ShouldBe([(null, "college")]);
        Names(await List(school, "?need=no_wish")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("3,5520227,", "wrong_scope")]
    [InlineData("9,5520227,", "not_on_roster")]
    public async Task A_wish_of_a_pupil_who_is_not_the_schools_refuses_the_list(string line, string code)
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, agreed: false), province.Pupil(3, school: 2));
        var (number, rest) = (line[0] - '0', line[1..]);

        var answer = await (await School(province, 1)).Send("/v1/guidance/wishes/imports?schoolYear=2026", $"pupil_id,wish_trade,wish_level\n{province.Id(1)},5520227,\n{province.Id(number)}{rest}\n");

        await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, code);
        (await Of<string?>(province, 1, "wish_trade", "roster")).ShouldBe([null], "nothing was stored");
    }
}
