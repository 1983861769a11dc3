using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Enrolment.Features.Workbooks;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;
using OfficeOpenXml;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Leads as an encrypted workbook, and what comes back filled in.</summary>
public sealed class WorkbookTests(WorkbookTests.OwnApp app) : IClassFixture<WorkbookTests.OwnApp>
{
    /// <summary>The service for this class alone: its tests move the clock and break the journal.</summary>
    public sealed class OwnApp : EnrolmentApp;

    private sealed record Made(Guid Id, string Password, byte[] File);

    [Fact]
    public async Task P6_P7_a_workbook_is_encrypted_and_holds_the_agreed_fields_tokens_and_a_watermark_and_its_reading_is_journaled()
    {
        var season = NewSeason();
        var institution = await season.Institution(fields: new[] { "name", "phone" });
        var leads = new List<Guid>();
        for (var n = 0; n < 3; n++) leads.Add((await season.Lead()).Lead);

        var made = await Make(season, institution);

        made.File[..4].ShouldBe([0xD0, 0xCF, 0x11, 0xE0]);
        Encoding.UTF8.GetString(made.File).ShouldNotContain("Học sinh");
        using var package = new ExcelPackage(new MemoryStream(made.File), made.Password);
        var sheet = package.Workbook.Worksheets["Hồ sơ"];
        var header = Row(sheet, 5);
        header.ShouldBe(["Mã hồ sơ", "Họ và tên", "Điện thoại", "Hạn liên hệ", "Hình thức", "Ngày liên hệ", "Giờ liên hệ", "Kết quả", "Bước tiếp theo", "Mã ngành nhập học", "Ngày nhập học"]);
        for (var n = 0; n < 3; n++)
        {
            Row(sheet, 6 + n)[1].ShouldStartWith("Học sinh Thử Nghiệm");
            Row(sheet, 6 + n)[2].ShouldBe("0912345678");
        }
        Enumerable.Range(6, 3).Select(row => sheet.Cells[row, 1].Text).Distinct().Count().ShouldBe(3);
        Enumerable.Range(6, 3).ShouldAllBe(row => sheet.Cells[row, 1].Text.StartsWith("hs-") && !leads.Any(lead => sheet.Cells[row, 1].Text.Contains(lead.ToString("N"))));

        var journaled = (await app.Rows<(Guid Access, string Route, string Subject, long Pupils)>(
            "select a.access_id, a.route, a.subject, count(*) from pii_access a join pii_access_item i using (tenant_id, access_id) where a.tenant_id = @Province group by 1, 2, 3", new { season.Province })).Single();
        (journaled.Route, journaled.Pupils).ShouldBe(("GET /v1/workbooks/{workbookId}/file", 3));
        var watermark = string.Join('\n', Enumerable.Range(1, 3).Select(row => sheet.Cells[row, 1].Text));
        watermark.ShouldContain(journaled.Access.ToString());
        watermark.ShouldContain(journaled.Subject);
        watermark.ShouldContain("01/10/2026 10:00:00");
        watermark.ShouldContain("Trường Trung cấp");
        watermark.ShouldContain(Season.Purpose);
    }

    [Fact]
    public async Task An_independent_program_opens_the_workbook_with_its_password_and_not_with_another()
    {
        if (!File.Exists("/usr/bin/msoffcrypto-tool")) Assert.Skip("Debian's python3-msoffcrypto-tool is not installed.");
        var season = NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        var made = await Make(season, institution);
        var path = Path.Combine(Path.GetTempPath(), $"careerplatform-test-{Guid.NewGuid():N}");
        await File.WriteAllBytesAsync(path, made.File);

        async Task<int> Open(string password)
        {
            using var tool = Process.Start(new ProcessStartInfo("/usr/bin/msoffcrypto-tool", ["-p", password, path, $"{path}.open"]) { RedirectStandardError = true })!;
            await tool.WaitForExitAsync();
            return tool.ExitCode;
        }
        try
        {
            (await Open(made.Password)).ShouldBe(0);
            Convert.ToHexString(await File.ReadAllBytesAsync($"{path}.open")).ShouldBe(Convert.ToHexString(Decrypted(made)));
            (await Open($"{made.Password}x")).ShouldNotBe(0);
        }
        finally
        {
            File.Delete(path);
            File.Delete($"{path}.open");
        }
    }

    [Fact]
    public async Task A_password_is_told_once_apart_from_the_file_and_stands_in_no_table_in_clear()
    {
        var season = NewSeason();
        var (institution, other) = (await season.Institution(), await season.Institution());
        await season.Lead();
        var made = await Make(season, institution);

        await (await Send(institution, $"/v1/workbooks/{made.Id}/password")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "password_already_told");
        (await Send(other, $"/v1/workbooks/{made.Id}/password")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await other.Http.GetAsync($"/v1/workbooks/{made.Id}/file")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Return(other, made.Id, Csv(""))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var table in await app.Rows<string>("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"))
            (await app.Rows<long>($"select count(*) from {table} t where t::text like @Secret", new { Secret = $"%{made.Password}%" })).ShouldBe([0], table);
    }

    [Fact]
    public async Task A_workbook_can_be_fetched_for_a_day_and_never_holds_what_was_withdrawn_meanwhile()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        var (lost, _) = await season.Lead();
        var made = await Make(season, institution);
        Leads(made).Count.ShouldBe(2);

        await season.Consent(lost, "none", at: season.Now, evidence: "web");
        var again = made with { File = await institution.Http.GetByteArrayAsync($"/v1/workbooks/{made.Id}/file") };
        Leads(again).Count.ShouldBe(1);

        await own.Rows<int>("revoke insert on pii_access from enrolment_app");
        var unseen = await institution.Http.GetAsync($"/v1/workbooks/{made.Id}/file");
        await unseen.ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "journal_unavailable");
        await own.Rows<int>("grant insert on pii_access to enrolment_app");

        own.Clock.Now = new(2026, 10, 2, 3, 0, 0, TimeSpan.Zero);
        await (await institution.Http.GetAsync($"/v1/workbooks/{made.Id}/file")).ShouldBeRefusedWith(HttpStatusCode.Gone, "workbook_expired");
        await (await Send(institution, $"/v1/workbooks/{made.Id}/password")).ShouldBeRefusedWith(HttpStatusCode.Gone, "workbook_expired");
    }

    [Fact]
    public async Task A_workbook_filled_in_and_saved_with_its_password_is_taken_row_by_row_and_the_same_file_again_changes_nothing()
    {
        var season = NewSeason();
        var (institution, other) = (await season.Institution(), await season.Institution());
        for (var n = 0; n < 5; n++) await season.Lead();
        var made = await Make(season, institution);
        var foreign = Leads(await Make(season, other))[0];

        var filled = Fill(made, sheet =>
        {
            Note(sheet, 6, "Gọi điện", "02/10/2026", "09:30", "Quan tâm", "Gửi tờ rơi =1+1");
            Note(sheet, 7, "Gọi điện", "02/10/2026", "09:30", "Sẽ nhập học", null, "5520227", "07/09/2026");
            Note(sheet, 8, "Điện báo", "02/10/2026", "09:30", "Quan tâm");
            Note(sheet, 9, "Gọi điện", "02/10/2026", "02:00", "Không nghe máy");
            Note(sheet, 10, "Gọi điện", "30/02/2026", "09:30", "Quan tâm");
            sheet.Cells[11, 1].Value = foreign;
            Note(sheet, 11, "Gọi điện", "02/10/2026", "09:30", "Quan tâm");
            sheet.Cells[12, 1].Value = "hs-khongco";
            Note(sheet, 12, "Gọi điện", "02/10/2026", "09:30", "Quan tâm");
        });
        var first = await Report(await Return(institution, made.Id, filled));
        var facts = (await app.Facts<ContactLogged>(season.Province)).Count;
        var second = await Report(await Return(institution, made.Id, filled));

        Verdicts(first).ShouldBe([(6, "recorded", null, null), (7, "recorded", null, null), (8, "refused", "value_invalid", "Hình thức"), (9, "refused", "outside_contact_hours", "Ngày liên hệ"),
            (10, "refused", "date_invalid", "Ngày liên hệ"), (11, "refused", "token_unknown", "Mã hồ sơ"), (12, "refused", "token_unknown", "Mã hồ sơ")]);
        first["verdicts"]!.AsArray().Where(verdict => (string)verdict!["verdict"]! == "refused").ShouldAllBe(verdict => ((string)verdict!["hintVi"]!).Length > 5 && ((string)verdict["hintEn"]!).Length > 5);
        Verdicts(second).Take(2).ShouldBe([(6, "unchanged", null, null), (7, "unchanged", null, null)]);
        ((int)second["recorded"]!).ShouldBe(0);
        facts.ShouldBe(2);
        (await app.Facts<ContactLogged>(season.Province)).Count.ShouldBe(2);
        (await app.Facts<StudentEnrolled>(season.Province)).Count.ShouldBe(1);
        (await app.Rows<string>("select next_step from contact_log where tenant_id = @Province and next_step is not null", new { season.Province })).ShouldBe(["Gửi tờ rơi =1+1"]);

        // The next contact of the same family is taken; another story about the same moment is not.
        var later = await Report(await Return(institution, made.Id, Fill(made, sheet => Note(sheet, 6, "Nhắn tin", "02/10/2026", "09:45", "Đã nói chuyện"))));
        var retold = await Report(await Return(institution, made.Id, Fill(made, sheet => Note(sheet, 6, "Nhắn tin", "02/10/2026", "09:45", "Từ chối"))));
        Verdicts(later).ShouldBe([(6, "recorded", null, null)]);
        Verdicts(retold).ShouldBe([(6, "refused", "contact_already_recorded", "Kết quả")]);
    }

    [Fact]
    public async Task What_a_spreadsheet_makes_of_dates_and_times_is_read_and_a_list_as_text_is_taken_too()
    {
        var season = NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        await season.Lead();
        var made = await Make(season, institution);
        var tokens = Leads(made);

        var filled = Fill(made, sheet =>
        {
            Note(sheet, 6, "Gọi điện", null, null, "Quan tâm");
            sheet.Cells[6, Column(sheet, "Ngày liên hệ")].Style.Numberformat.Format = "dd/mm/yyyy";
            sheet.Cells[6, Column(sheet, "Ngày liên hệ")].Value = new DateTime(2026, 10, 2);
            sheet.Cells[6, Column(sheet, "Giờ liên hệ")].Style.Numberformat.Format = "hh:mm";
            sheet.Cells[6, Column(sheet, "Giờ liên hệ")].Value = 9.5 / 24;
        }, encrypted: false);
        Verdicts(await Report(await Return(institution, made.Id, filled))).ShouldBe([(6, "recorded", null, null)]);
        Verdicts(await Report(await Return(institution, made.Id, Csv($"{tokens[1]},Gọi điện,2/10/2026,9:30,Quan tâm")))).ShouldBe([(2, "recorded", null, null)]);

        (await app.Rows<DateTime>("select contacted_at from contact_log where tenant_id = @Province", new { season.Province })).ShouldAllBe(at => at == new DateTime(2026, 10, 2, 2, 30, 0));
    }

    [Fact]
    public async Task Tokens_end_with_their_workbook_and_a_lead_that_was_withdrawn_takes_nothing_any_more()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        var institution = await season.Institution();
        var (pupil, _) = await season.Lead();
        await season.Lead();
        var made = await Make(season, institution);
        var tokens = Leads(made);
        var gone = (await own.Rows<string>("select token from workbook_row r join lead l using (tenant_id, lead_id) where l.pupil_id = @PupilId", new { pupil.PupilId })).Single();
        await season.Consent(pupil, "none", at: season.Now, evidence: "web");

        Verdicts(await Report(await Return(institution, made.Id, Csv($"{gone},Gọi điện,02/10/2026,09:30,Quan tâm")))).ShouldBe([(2, "refused", "lead_revoked", "Mã hồ sơ")]);
        own.Clock.Now = new(2026, 10, 15, 3, 0, 0, TimeSpan.Zero);
        Verdicts(await Report(await Return(institution, made.Id, Csv($"{tokens[0]},Gọi điện,02/10/2026,09:30,Quan tâm")))).ShouldBe([(2, "refused", "token_expired", "Mã hồ sơ")]);
        (await own.Rows<long>("select count(*) from contact_log where tenant_id = @Province", new { season.Province })).ShouldBe([0]);
    }

    [Fact]
    public async Task No_cell_of_a_workbook_can_become_a_formula()
    {
        var season = NewSeason();
        var institution = await season.Institution();
        var plain = season.Pupil();
        var pupil = plain with { SealedContact = app.Seal.Seal(plain.PupilId, new Contact("=HYPERLINK(\"http://x.example\",\"An\")", "+84912345678", null, "@SUM(1+1)", null)) };
        await season.Consent(pupil);
        await season.Finalize(pupil);

        using var zip = new ZipArchive(new MemoryStream(Decrypted(await Make(season, institution))));
        var sheet = Text(zip, "xl/worksheets/sheet1.xml");

        sheet.ShouldNotContain("<f>");
        sheet.ShouldNotContain("<f ");
        Text(zip, "xl/sharedStrings.xml").ShouldContain("=HYPERLINK");
        Text(zip, "xl/styles.xml").ShouldContain("quotePrefix=\"1\"");
    }

    public static TheoryData<string, int, string> Hostile => new()
    {
        { "X2 100,000 entries", 422, "archive_too_many_entries" },
        { "X3 lying sizes", 422, "archive_corrupt" },
        { "X5 entity bomb", 422, "xml_dtd_forbidden" },
        { "X6 macros", 422, "active_content" },
        { "X6 outside link", 422, "active_content" },
        { "X8 PDF", 415, "content_type_mismatch" },
        { "X8 HTML", 415, "content_type_mismatch" },
        { "X8 BIFF", 415, "content_type_mismatch" },
        { "X15 truncated", 422, "archive_corrupt" },
        { "encrypted and truncated", 422, "archive_corrupt" },
        { "encrypted and changed", 422, "archive_corrupt" },
        { "encrypted with another password", 422, "password_wrong" },
        { "empty", 422, "file_empty" },
        { "header only", 422, "no_rows" },
        { "no token column", 422, "columns_mismatch" },
        { "another encoding", 422, "encoding_invalid" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_or_damaged_file_is_refused_as_a_whole(string kind, int status, string code)
    {
        var season = NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        var made = await Make(season, institution);
        void Filled(ExcelWorksheet sheet) => Note(sheet, 6, "Gọi điện", "02/10/2026", "09:30", "Quan tâm");
        var plain = Fill(made, Filled, encrypted: false);
        var closed = Fill(made, Filled);

        var answer = await Return(institution, made.Id, kind switch
        {
            "X2 100,000 entries" => Zip(zip => { for (var n = 0; n < 100_000; n++) zip.CreateEntry($"e{n}", System.IO.Compression.CompressionLevel.NoCompression); }),
            "X3 lying sizes" => Lying(plain),
            "X5 entity bomb" => Change(plain, "xl/sharedStrings.xml", "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><sst><si><t>&b;</t></si></sst>"),
            "X6 macros" => Change(plain, "xl/vbaProject.bin", "x"),
            "X6 outside link" => Change(plain, "xl/externalLinks/externalLink1.xml", "<x/>"),
            "X8 PDF" => "%PDF-1.7\n%âãÏÓ"u8.ToArray(),
            "X8 HTML" => "<html><table><tr><td>Mã hồ sơ</td></tr></table></html>"u8.ToArray(),
            "X8 BIFF" => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[22], 9, 0, .. new byte[2048]],
            "X15 truncated" => plain[..(plain.Length * 2 / 3)],
            "encrypted and truncated" => closed[..(closed.Length / 2)],
            "encrypted and changed" => Flipped(closed, closed.Length * 3 / 4),
            "encrypted with another password" => Fill(made, Filled, password: "another-password"),
            "empty" => [],
            "header only" => Csv(""),
            "no token column" => "Họ và tên,Kết quả\nAn,Quan tâm\n"u8.ToArray(),
            _ => [.. "Mã hồ sơ,Kết quả\n"u8, 0xC0, 0xAF, 0xFF, 0x0A],
        });

        await answer.ShouldBeRefusedWith((HttpStatusCode)status, code);
        (await app.Rows<long>("select count(*) from contact_log where tenant_id = @Province", new { season.Province })).ShouldBe([0]);
    }

    [Fact]
    public async Task X9_a_sheet_that_claims_to_be_as_large_as_sheets_can_be_is_read_as_the_rows_it_has()
    {
        var season = NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        var made = await Make(season, institution);
        var plain = Fill(made, sheet => Note(sheet, 6, "Gọi điện", "02/10/2026", "09:30", "Quan tâm"), encrypted: false);
        using var zip = new ZipArchive(new MemoryStream(plain));
        var sheet = System.Text.RegularExpressions.Regex.Replace(Text(zip, "xl/worksheets/sheet1.xml"), "<dimension[^>]*>", "<dimension ref=\"A1:XFD1048576\"/>");

        Verdicts(await Report(await Return(institution, made.Id, Change(plain, "xl/worksheets/sheet1.xml", sheet)))).ShouldBe([(6, "recorded", null, null)]);
    }

    [Fact]
    public async Task Whatever_byte_of_an_encrypted_workbook_changes_it_is_read_or_refused_and_never_a_failure()
    {
        var season = NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        var made = await Make(season, institution);
        var random = new Random(9);

        for (var n = 0; n < 300; n++)
        {
            var bytes = made.File.ToArray();
            for (var k = 0; k < 1 + n % 4; k++) bytes[n % 3 == 0 ? random.Next(512) : random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                using var opened = EncryptedWorkbook.OpenIfEncrypted(new MemoryStream(n % 7 == 0 ? bytes[..random.Next(bytes.Length)] : bytes), made.Password);
            }
            catch (FileRefused)
            {
            }
        }
    }

    /// <summary>Makes a workbook of what was offered on the first of October, fetches it, asks for its password; then it is 9:50 of the second in Vietnam.</summary>
    private static async Task<Made> Make(Season season, Participant institution)
    {
        season.App.Clock.Now = new(2026, 10, 1, 3, 0, 0, TimeSpan.Zero);
        var id = (await season.Post(institution.Http, "/v1/workbooks", new { })).Id("workbookId");
        var file = await institution.Http.GetAsync($"/v1/workbooks/{id}/file");
        file.StatusCode.ShouldBe(HttpStatusCode.OK, await file.Content.ReadAsStringAsync());
        file.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var password = await Send(institution, $"/v1/workbooks/{id}/password");
        password.Headers.CacheControl!.NoStore.ShouldBeTrue();
        season.App.Clock.Now = new(2026, 10, 2, 2, 50, 0, TimeSpan.Zero);
        return new(id, (string)JsonNode.Parse(await password.Content.ReadAsStringAsync())!["password"]!, await file.Content.ReadAsByteArrayAsync());
    }

    private Season NewSeason()
    {
        app.Clock.Now = new(2026, 10, 1, 3, 0, 0, TimeSpan.Zero);
        return app.NewSeason();
    }

    private static Task<HttpResponseMessage> Send(Participant institution, string path) => institution.Http.PostAsync(path, null);

    private static Task<HttpResponseMessage> Return(Participant institution, Guid workbook, byte[] file) => institution.Http.PostAsync($"/v1/workbooks/{workbook}/returns", new ByteArrayContent(file));

    private static async Task<JsonNode> Report(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private static IEnumerable<(int, string, string?, string?)> Verdicts(JsonNode report) =>
        report["verdicts"]!.AsArray().Select(verdict => ((int)verdict!["row"]!, (string)verdict["verdict"]!, (string?)verdict["code"], (string?)verdict["column"]));

    private static byte[] Decrypted(Made made)
    {
        using var open = new MemoryStream();
        using (var stream = EncryptedWorkbook.OpenIfEncrypted(new MemoryStream(made.File), made.Password)) stream.CopyTo(open);
        return open.ToArray();
    }

    private static List<string> Leads(Made made)
    {
        using var package = new ExcelPackage(new MemoryStream(made.File), made.Password);
        var sheet = package.Workbook.Worksheets["Hồ sơ"];
        return [.. Enumerable.Range(6, sheet.Dimension.End.Row - 5).Select(row => sheet.Cells[row, 1].Text)];
    }

    /// <summary>As a person would: opened with the password, typed into, saved.</summary>
    private static byte[] Fill(Made made, Action<ExcelWorksheet> type, bool encrypted = true, string? password = null)
    {
        using var package = new ExcelPackage(new MemoryStream(made.File), made.Password);
        type(package.Workbook.Worksheets["Hồ sơ"]);
        package.Encryption.IsEncrypted = encrypted;
        if (encrypted) package.Encryption.Password = password ?? made.Password;
        return package.GetAsByteArray();
    }

    private static void Note(ExcelWorksheet sheet, int row, string? channel, string? day, string? time, string? outcome, string? next = null, string? trade = null, string? started = null)
    {
        string?[] values = [channel, day, time, outcome, next, trade, started];
        var first = Column(sheet, "Hình thức");
        for (var n = 0; n < values.Length; n++) if (values[n] is { } value) sheet.Cells[row, first + n].Value = value;
    }

    private static int Column(ExcelWorksheet sheet, string header) => Row(sheet, 5).IndexOf(header) + 1;

    private static List<string> Row(ExcelWorksheet sheet, int row) => [.. Enumerable.Range(1, sheet.Dimension.End.Column).Select(column => sheet.Cells[row, column].Text)];

    private static byte[] Csv(string rows) => Encoding.UTF8.GetBytes($"Mã hồ sơ,Hình thức,Ngày liên hệ,Giờ liên hệ,Kết quả\n{rows}\n");

    private static byte[] Zip(Action<ZipArchive> fill)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true)) fill(zip);
        return stream.ToArray();
    }

    private static byte[] Change(byte[] workbook, string part, string content) => Zip(to =>
    {
        using var from = new ZipArchive(new MemoryStream(workbook));
        foreach (var entry in from.Entries.Where(entry => entry.FullName != part))
        {
            using var read = entry.Open();
            using var write = to.CreateEntry(entry.FullName).Open();
            read.CopyTo(write);
        }
        using var changed = to.CreateEntry(part).Open();
        changed.Write(Encoding.UTF8.GetBytes(content));
    });

    private static byte[] Lying(byte[] workbook)
    {
        var bytes = Change(workbook, "docProps/none.xml", "<x/>");
        var central = bytes.AsSpan().LastIndexOf("xl/worksheets/sheet1.xml"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(central - 46 + 24), 100u);
        return bytes;
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        bytes[at] ^= 0xFF;
        return bytes;
    }

    private static string Text(ZipArchive zip, string part)
    {
        using var reader = new StreamReader(zip.GetEntry(part)!.Open());
        return reader.ReadToEnd();
    }
}
