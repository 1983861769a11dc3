using System.Net;
using System.Text.Json;
using CareerPlatform.Testing;

namespace CareerPlatform.Schools.Tests.RealInput;

/// <summary>The five sample files of real kinds, sent over HTTP into a round of their year.</summary>
public sealed class FixtureUploadTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Theory]
    [InlineData("f1_nghean2024_style.jsonl", "json_lines", 0)]
    [InlineData("f4_trung_tuyen_lop10_utf8bom_semicolon.csv", "delimited", 200)]
    [InlineData("f5_khong_trung_tuyen_tcvn3.csv", "delimited", 200)]
    [InlineData("f7_utf8_nfd.csv", "delimited", 200)]
    [InlineData("f8_csdl_nganh_style_utf16le_tab.txt", "delimited", 200)]
    public async Task A_sample_file_goes_into_a_round_with_every_row_readable(string file, string kind, int matched)
    {
        var province = await KnownPeople();
        var round = await province.OpenRound(schoolYear: 2024);

        var report = await (await province.Upload(round, await File.ReadAllBytesAsync(SharedData.Path($"data/import_fixtures/{file}")))).ShouldBe(HttpStatusCode.OK);

        var counts = report.GetProperty("counts").Deserialize<Dictionary<string, JsonElement>>()!;
        report.GetProperty("mapping").GetProperty("kind").GetString().ShouldBe(kind);
        (counts["rows"].GetInt32(), counts["refused"].GetInt32()).ShouldBe((200, 0));
        counts["matched"].GetInt32().ShouldBe(matched, counts["review"].ToString());
    }

    /// <summary>A province whose roster holds the 200 people of the truth file, each at a school of the name given there.</summary>
    async Task<Province> KnownPeople()
    {
        var truth = (await File.ReadAllLinesAsync(SharedData.Path("data/import_fixtures/truth.csv"))).Skip(1).Select(line => line.Split(',')).ToList();
        var province = await app.NewProvince(listed: false);
        await province.Officer.Import("/v1/areas/imports", $"code,name,kind,parent,valid_from\n{province.Code},Tỉnh Nghệ An,province,,2000-01-01\n{province.Code}001,Xã Thử,commune,{province.Code},2000-01-01");
        var schools = truth.Select(person => person[10]).Distinct().ToList();
        await province.Officer.Import("/v1/schools/imports", string.Join('\n', schools.Select((school, number) => $"T{number},{school},lower_secondary,{province.Code}001,2000-09-01").Prepend("code,name,levels,commune,valid_from")));
        var roster = truth.Select(person =>
            $"{person[8]},T{schools.IndexOf(person[10])},{string.Join(' ', new[] { person[2], person[3], person[4] }.Where(part => part.Length > 0))},{person[6]},{province.Code}001,{person[7]}");
        await province.Officer.Import("/v1/rosters/imports?schoolYear=2024&grade=9", string.Join('\n', roster.Prepend("pupil_id,school,name,birth_date,commune,citizen_id")));
        return province;
    }
}
