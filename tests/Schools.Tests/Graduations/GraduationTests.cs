using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Graduations;

public sealed class GraduationTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    const string Path = "/v1/graduations/imports?cohort=2026&level=lower_secondary";

    [Fact]
    public async Task Graduates_are_announced_per_school_with_the_areas_and_lists_valid_on_the_day()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, commune: 3), province.Pupil(2).Replace($"{province.Code}001,,", $"{province.Code}001,{province.Code}091,"), province.Pupil(3, school: 3));

        var report = await province.Officer.Import(Path, $"pupil_id,programme\n{province.Id(1)},general\n{province.Id(2)},general\n{province.Id(3)},continuing_education");

        report.New.ShouldBe(3);
        var facts = await province.Facts<GraduatesRecognised>();
        facts.Count.ShouldBe(2);
        var first = facts.Single(fact => fact.SchoolArea == $"{province.Code}001");
        (first.Cohort, first.Level, first.SchoolDisadvantaged, first.Graduates.Count).ShouldBe((2026, "lower_secondary", false, 2));
        first.Graduates.Count(graduate => graduate.ResidenceDisadvantaged && graduate.ResidenceArea == $"{province.Code}003").ShouldBe(1);
        first.Graduates.Count(graduate => graduate.ResidenceAreaBefore == $"{province.Code}091").ShouldBe(1);
        facts.Single(fact => fact.SchoolArea == $"{province.Code}003").SchoolDisadvantaged.ShouldBeTrue();
    }

    [Fact]
    public async Task A_repeated_file_announces_nothing_and_a_longer_one_only_who_is_new()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var csv = $"pupil_id,programme\n{province.Id(1)},general\n{province.Id(2)},general";
        await province.Officer.Import(Path, csv);
        var before = (await province.Facts<GraduatesRecognised>()).Count;

        (await province.Officer.Import(Path, csv)).State.ShouldBe("already_imported");
        (await province.Officer.Import(Path, $"{csv}\n{province.Id(3)},general")).New.ShouldBe(1);

        (await province.Facts<GraduatesRecognised>()).Skip(before).SelectMany(fact => fact.Graduates).Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_late_recognition_joins_the_stream_of_the_school_and_cohort()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1), province.Pupil(2));
        await province.Officer.Import(Path, $"pupil_id,programme\n{province.Id(1)},general");

        var late = await province.Officer.PostAsJsonAsync("/v1/graduations", new { pupilId = province.Id(2), cohort = 2026, level = "lower_secondary", programme = "general" }.Keyed());

        (await late.ShouldBe(HttpStatusCode.OK)).GetProperty("recognised").GetBoolean().ShouldBeTrue();
        (await app.Rows<long>("select version from mt_events where tenant_id = @Code and type = 'graduates_recognised' order by seq_id", new { province.Code })).ShouldBe([1, 2]);
        (await province.Officer.GetFromJsonAsync<JsonElement>("/v1/graduations/2026")).GetProperty("graduates").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_person_stays_in_the_first_cohort()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        await province.Officer.Import(Path, $"pupil_id,programme\n{province.Id(1)},general");

        var next = await province.Officer.Send("/v1/graduations/imports?cohort=2027&level=lower_secondary", $"pupil_id,programme\n{province.Id(1)},general");

        await next.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "already_recognised");
        (await province.Facts<GraduatesRecognised>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_pupil_refuses_the_list_and_nothing_is_stored()
    {
        var province = await app.NewProvince();
        await province.Roster(1);

        var answer = await province.Officer.Send(Path, $"pupil_id,programme\n{province.Id(1)},general\n4999999999,general");

        (await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "pupil_unknown")).Single().Row.ShouldBe(3);
        (await province.Count("graduation")).ShouldBe(0);
    }
}
