using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Testing;

namespace CareerPlatform.Schools.Tests.RealInput;

/// <summary>The 44,689 real rows of one province's exam go through a round: fictional pupils carry the real marks, places are filled from the top of each council's ranking.</summary>
public sealed class NgheAnTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    sealed record Sat(int Number, string Council, decimal? Literature, decimal? Mathematics, decimal? Language, decimal? Total);

    [Fact]
    public async Task Seventy_percent_of_each_council_get_a_place_and_the_rest_are_announced()
    {
        var rows = await Read();
        rows.Count.ShouldBe(44_689);
        var province = await app.NewProvince();
        await Send(province, rows);
        var round = await province.OpenRound();

        var since = Stopwatch.GetTimestamp();
        var report = await (await province.Upload(round, Results(province, rows))).ShouldBe(HttpStatusCode.OK);
        var upload = Stopwatch.GetElapsedTime(since);
        report.GetProperty("counts").GetProperty("matched").GetInt32().ShouldBe(44_689);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);
        var absent = rows.Count(row => row.Literature is null && row.Mathematics is null && row.Language is null);
        var places = rows.GroupBy(row => row.Council).Select(council => new { council = council.Key, places = (int)Math.Round(council.Count() * 0.70m, MidpointRounding.AwayFromZero) }).ToList();
        var filled = await (await province.Officer.PutAsJsonAsync($"/v1/rounds/{round}/places", places)).ShouldBe(HttpStatusCode.OK);
        since = Stopwatch.GetTimestamp();
        await (await province.Finalize(round, 44_689)).ShouldBe(HttpStatusCode.NoContent);
        TestContext.Current.SendDiagnosticMessage($"44,689 rows: upload {upload.TotalSeconds:0.0} s, finalisation {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");

        (places.Count, absent).ShouldBe((69, 132));
        var admitted = places.Sum(council => council.places);
        filled.ToString().ShouldBe($$"""{"places":{{admitted}},"admitted":{{admitted}},"withoutPlace":{{44_689 - admitted - absent}},"absent":{{absent}},"notRanked":10}""");
        ((double)admitted / 44_689).ShouldBe(0.70, tolerance: 0.001);
        (await province.Count("result", "outcome = 'admitted'")).ShouldBe(admitted);
        (await province.Count("result", "outcome = 'absent'")).ShouldBe(absent);
        var without = await province.Facts<Grade10AdmissionFinalized>();
        without.Sum(fact => fact.Pupils.Count).ShouldBe(44_689 - admitted - absent);
        without.ShouldAllBe(fact => fact.Pupils.Count <= 500);
        (await province.Facts<Grade10PupilsAdmitted>()).Sum(fact => fact.Pupils.Count).ShouldBe(admitted);
        (await Narrowest(province)).ShouldBeGreaterThanOrEqualTo(0);
    }

    /// <summary>Smallest distance, over the councils, between the last admitted and the first without a place.</summary>
    async Task<decimal> Narrowest(Province province) => (await app.Rows<decimal>(
        """
        select min(a.lowest - w.highest) from
          (select council, min(total) as lowest from upload_row where tenant_id = @Code and outcome = 'admitted' group by council) a
          join (select council, max(total) as highest from upload_row where tenant_id = @Code and outcome = 'without_place' group by council) w using (council)
        """, new { province.Code })).Single();

    static async Task<List<Sat>> Read()
    {
        var lines = await File.ReadAllLinesAsync(SharedData.Path("data/grade10_scores/nghe_an_2024_scores_deid.csv"));
        return [.. lines.Skip(1).Select((line, at) => line.Split(',') is [var council, var literature, var mathematics, var language, var total]
            ? new Sat(at + 1, council, Mark(literature), Mark(mathematics), Mark(language), Mark(total))
            : throw new InvalidDataException($"Row {at + 2} has another number of cells."))];
    }

    static decimal? Mark(string cell) => cell.Length == 0 ? null : decimal.Parse(cell, CultureInfo.InvariantCulture);

    static async Task Send(Province province, List<Sat> rows) => (await province.Officer.Import("/v1/rosters/imports?schoolYear=2026",
        string.Join('\n', rows.Select(row => province.Pupil(row.Number, name: Name(row.Number), school: 1 + row.Number % 3)).Prepend(Province.RosterHeader)))).New.ShouldBe(rows.Count);

    static byte[] Results(Province province, List<Sat> rows)
    {
        var text = new StringBuilder("SBD,Mã định danh,Họ và tên,Ngày sinh,Trường THCS,Ngữ văn,Toán,Ngoại ngữ,Tổng điểm\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{row.Council}{row.Number % 10_000:0000},{province.Id(row.Number)},{Name(row.Number)},05/03/2011,{Province.SchoolName(1 + row.Number % 3)},{row.Literature},{row.Mathematics},{row.Language},{row.Total}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static string Name(int number) => $"{Province.Name(number)} {(char)('A' + number % 26)}{(char)('a' + number / 26 % 26)}{(char)('a' + number / 676 % 26)}";
}
