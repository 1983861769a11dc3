using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CareerPlatform.Testing;

namespace CareerPlatform.Schools.Tests.Privacy;

/// <summary>Marked names, numbers, addresses and guardians go through a roster, a results file with faults and an amendment; a dump of the database holds none of them in clear.</summary>
public sealed partial class CanaryTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task S8_no_canary_lies_in_a_dump_in_clear_whether_as_text_or_as_bytes()
    {
        var province = await app.NewProvince();
        const int pupils = 400;
        await province.Roster(Enumerable.Range(1, pupils).Select(n => Line(province, n)));
        var round = await province.OpenRound();
        var results = Enumerable.Range(1, pupils).Select(n => province.Result(n, name: Name(n))).ToList();
        results.AddRange([
            province.Result(501, name: Name(501)),                                   // nobody of the roster
            province.Result(1, name: Name(502), id: province.Id(1)),                 // the same number with another name
            province.Result(503, name: Name(503), birth: "31/02/2011"),              // a day that is none
            province.Result(504, name: $"{Name(504)} {Phone(504)}", outcome: "???"), // what belongs elsewhere
            $"{Name(505)},{Name(505)} {Phone(505)}"]);                                           // a line cut off
        var report = await (await province.Upload(round, results)).Content.ReadAsStringAsync();
        Canary().Matches(report).Select(match => match.Value).ShouldBeEmpty("the report of a file names nobody");

        var dump = await Dumps.Text(app.OwnerConnection);

        (await province.Count("pupil")).ShouldBe(pupils);
        (await province.Count("upload_row")).ShouldBeGreaterThan(pupils);
        Canary().Matches(dump).Select(match => match.Value).Distinct().ShouldBeEmpty();
        Canary().Matches(Readable(dump)).Select(match => match.Value).Distinct().ShouldBeEmpty();
        (await (await province.Officer.GetAsync($"/v1/rounds/{round}/rows?verdict=matched&limit=5")).ShouldBe(HttpStatusCode.OK)).GetProperty("rows")[0].GetProperty("name").GetString()!.ShouldMatch("(?i)kn[0-9]{6}n");   // the canaries are alive
    }

    private static string Line(Province province, int n) =>
        $"{province.Id(n)},{province.Code}-S1,{Name(n)},2011-03-05,male,Kinh,{province.Code}001,,Phụ huynh kn{n:000000}g,{Phone(n)},Xóm kn{n:000000}a,true,true,2026-01,school_meeting,2026-05-10,5520227,intermediate";

    private static string Name(int n) => $"Học Sinh kn{n:000000}n";

    private static string Phone(int n) => $"098{n:0000000}";

    /// <summary>Every run of bytes of the dump as the text it would be.</summary>
    private static string Readable(string dump) => string.Join('\n', Bytes().Matches(dump).Select(match => Encoding.UTF8.GetString(Convert.FromHexString(match.Groups[1].Value.Length % 2 == 0 ? match.Groups[1].Value : match.Groups[1].Value[..^1]))));

    [GeneratedRegex("kn[0-9]{6}[nag]|(?:\\+84|(?<![0-9a-zA-Z])0)980000[0-9]{3}(?![0-9a-zA-Z])", RegexOptions.IgnoreCase)]
    private static partial Regex Canary();

    [GeneratedRegex("\\\\x([0-9a-f]{16,})")]
    private static partial Regex Bytes();
}
