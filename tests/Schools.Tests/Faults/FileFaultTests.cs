using System.Diagnostics;
using System.Net;
using System.Text;
using CareerPlatform.Schools.Tests.Import;

namespace CareerPlatform.Schools.Tests.Faults;

/// <summary>Bad files over HTTP: the stated code, and nothing stored.</summary>
public sealed class FileFaultTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    static readonly string[] Header = Province.ResultsHeader.Split(',');

    public static TheoryData<string, HttpStatusCode, string, byte[]> BadFiles()
    {
        static byte[] Csv(params string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines.Prepend(Province.ResultsHeader)));
        const string good = "100001,4110000001,Lò Thị Mai,05/03/2011,THCS Sông Trăng,01,5,6,7,18,Không trúng tuyển,";
        object?[] row = ["100001", "4110000001", "Lò Thị Mai", "05/03/2011", "THCS Sông Trăng", "01", 5, 6, 7, 18, "Không trúng tuyển"];
        static TestWorkbook Workbook(params object?[][] rows) => new TestWorkbook().Sheet("Kết quả", [Header, .. rows]);

        var many = Workbook(row);
        for (var entry = 0; entry < 3_000; entry++) many.Part($"xl/extra/{entry}.xml", "x");
        return new()
        {
            { "C1 empty file", HttpStatusCode.UnprocessableEntity, "file_empty", [] },
            { "C2 header only", HttpStatusCode.UnprocessableEntity, "no_rows", Csv() },
            { "C5 bytes of no encoding", HttpStatusCode.UnprocessableEntity, "encoding_invalid", [.. Csv(good), 0xC3, 0x28, 0xFF, 0x81, 0x8D] },
            { "C10 control character", HttpStatusCode.UnprocessableEntity, "control_character", Csv(good.Replace("Thị", "Th\u202eị")) },
            { "C11 ten megabytes in one field", HttpStatusCode.UnprocessableEntity, "field_too_long", Csv(good.Replace("Mai", new string('x', 10_000_000))) },
            { "C13 no column of the kind", HttpStatusCode.UnprocessableEntity, "columns_mismatch", Encoding.UTF8.GetBytes("a,b,c\n1,2,3\n4,5,6\n7,8,9") },
            { "C20 impossible date", HttpStatusCode.UnprocessableEntity, "date_invalid", Csv(good.Replace("05/03/2011", "31/02/2011")) },
            { "X2 very many entries", HttpStatusCode.UnprocessableEntity, "archive_too_many_entries", many.ToBytes() },
            { "X5 document type", HttpStatusCode.UnprocessableEntity, "xml_dtd_forbidden",
                new TestWorkbook { SharedStringsXml = "<?xml version=\"1.0\"?><!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>" }.Sheet("Kết quả", [Header, row]).ToBytes() },
            { "X6 macros", HttpStatusCode.UnprocessableEntity, "active_content", Workbook(row).Part("xl/vbaProject.bin", "x").ToBytes() },
            { "X8 old workbook", HttpStatusCode.UnsupportedMediaType, "content_type_mismatch", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]] },
            { "X8 page named workbook", HttpStatusCode.UnsupportedMediaType, "content_type_mismatch", Encoding.UTF8.GetBytes("<!DOCTYPE html><html><body><table><tr><td>SBD</td></tr></table></body></html>") },
            { "X8 PDF named CSV", HttpStatusCode.UnsupportedMediaType, "content_type_mismatch", Encoding.ASCII.GetBytes("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n") },
            { "X15 truncated", HttpStatusCode.UnprocessableEntity, "archive_corrupt", Workbook(row).ToBytes()[..900] },
        };
    }

    [Theory]
    [MemberData(nameof(BadFiles), DisableDiscoveryEnumeration = true)]
    public async Task S10_a_results_file_that_cannot_be_right_gets_its_stated_answer_and_nothing_counts(string kind, HttpStatusCode status, string code, byte[] file)
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        var round = await province.OpenRound();
        var since = Stopwatch.GetTimestamp();

        var answer = await province.Upload(round, file);

        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(20), kind);
        await answer.ShouldBeRefusedWith(status, code);
        (await province.Count("round", "accepted_upload is not null")).ShouldBe(0);
        (await province.Count("upload_row", "verdict in ('matched', 'review', 'unmatched')")).ShouldBe(0);
        (await province.Count("result")).ShouldBe(0);
    }

    [Theory]
    [InlineData("", "file_empty")]
    [InlineData("pupil_id,school,name,birth_date,commune", "no_rows")]
    [InlineData("pupil_id,school,name,birth_date\n1,2,3,4", "columns_mismatch")]
    [InlineData("pupil_id,school,name,birth_date,commune,commune\n1,2,3,4,5,6", "columns_mismatch")]
    [InlineData("pupil_id,school,name,birth_date,commune,blood_type\n1,2,3,4,5,6", "columns_mismatch")]
    public async Task A_roster_of_another_shape_is_refused(string csv, string code)
    {
        var province = await app.NewProvince();

        await (await province.Officer.Send("/v1/rosters/imports?schoolYear=2026", csv)).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task A_workbook_and_other_encodings_and_delimiters_of_the_same_rows_read_the_same()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        string[] lines = [Province.ResultsHeader, province.Result(1, school: 2), province.Result(2, "Trúng tuyển", school: 3), province.Result(3, "Vắng thi")];
        var cells = lines.Select(line => Cells(line)).ToList();
        var text = string.Join('\n', lines);
        byte[][] files =
        [
            Encoding.UTF8.GetBytes(text), [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(string.Join("\r\n", cells.Select(row => string.Join('\t', row))))],
            Encoding.UTF8.GetBytes(text.Normalize(NormalizationForm.FormD)), OldEncodings.Encode(string.Join("\r\n", cells.Select(row => string.Join(';', row))), "vni"),
            new TestWorkbook().Sheet("Kết quả", cells.Select(row => row.Cast<object?>().ToArray())).ToBytes(),
        ];

        for (var number = 1; number <= files.Length; number++)
        {
            var report = await (await province.Upload(await province.OpenRound(number: number), files[number - 1])).ShouldBe(HttpStatusCode.OK);
            var counts = report.GetProperty("counts");
            (counts.GetProperty("matched").GetInt32(), counts.GetProperty("admitted").GetInt32(), counts.GetProperty("withoutPlace").GetInt32(), counts.GetProperty("absent").GetInt32()).ShouldBe((3, 1, 1, 1), $"file {number}");
        }

        static string[] Cells(string line) => [.. System.Text.RegularExpressions.Regex.Matches(line, "(?:^|,)(?:\"([^\"]*)\"|([^,]*))").Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value)];
    }

    [Fact]
    public async Task The_name_of_a_form_file_is_never_looked_at()
    {
        var province = await app.NewProvince();
        foreach (var name in (string[])["../../x.csv", "a.csv%00.exe", new string('n', 300), "💥.csv"])
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes($"{Province.RosterHeader}\n{province.Pupil(1)}")), "file", name } };
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/rosters/imports?schoolYear=2026") { Content = form };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());

            await (await province.Officer.SendAsync(request)).ShouldBe(HttpStatusCode.OK);
        }
        (await province.Count("pupil")).ShouldBe(1);
    }
}
