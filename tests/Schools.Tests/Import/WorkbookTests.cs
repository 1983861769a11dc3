using System.IO.Compression;
using System.Text;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Workbooks: what is refused before it is read, and how the rest is read.</summary>
public sealed class WorkbookTests
{
    private static readonly object?[] Header = ["SBD", "Họ và tên", "Ngày sinh", "Văn", "Toán", "Ngoại ngữ", "Tổng"];

    [Fact]
    public void A_plain_workbook_reads()
    {
        var (table, rows) = Files.Read(Simple().ToStream());

        table.Kind.ShouldBe(FileKind.Workbook);
        table.Columns.Select(column => column.Field).ShouldBe([Field.CandidateNumber, Field.FullName, Field.BirthDate, Field.Literature, Field.Mathematics, Field.ForeignLanguage, Field.Total]);
        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        var first = rows[0].Row!;
        (first.CandidateNumber, first.FullName, first.BirthDate, first.Literature, first.Total).ShouldBe(("100001", "Nguyễn Thị Ánh", new DateOnly(2009, 2, 17), Mark.Of(7.75m), 20.9m));
        rows[1].Row!.BirthDate.ShouldBe(new DateOnly(2009, 7, 1));
        rows[0].SourceRow.ShouldBe(2);
    }

    [Fact]
    public void An_archive_of_very_many_entries_is_refused()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 100_000; i++) zip.CreateEntry($"e{i}", CompressionLevel.NoCompression);
        }

        Files.Refused(stream).Code.ShouldBe("archive_too_many_entries");
    }

    [Fact]
    public void An_archive_of_archives_is_refused()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var inner = zip.CreateEntry("more.zip").Open();
            inner.Write(Simple().ToBytes());
        }

        Files.Refused(stream).Code.ShouldBe("archive_too_many_entries");
    }

    [Fact]
    public void Parts_that_swell_are_refused_by_their_declared_size()
    {
        var swelling = Simple().Part("xl/media/x.xml", new byte[64 << 20]);

        Files.Refused(swelling.ToStream()).Code.ShouldBe("archive_bomb");
        Files.Refused(Simple().ToStream(), new ReadOptions { MaxWorkbookBytes = 500 }).Code.ShouldBe("archive_bomb");
    }

    [Fact]
    public void A_declared_size_that_lies_is_corrupt()
    {
        foreach (var lie in new[] { 100u, 1_000_000u })
        {
            var bytes = Simple().ToBytes();
            var name = "xl/worksheets/sheet1.xml"u8;
            var central = bytes.AsSpan().LastIndexOf(name);
            BitConverter.TryWriteBytes(bytes.AsSpan(central - 46 + 24), lie).ShouldBeTrue();

            Files.Refused(bytes).Code.ShouldBe("archive_corrupt");
        }
    }

    [Fact]
    public void Changed_content_is_corrupt_by_its_checksum()
    {
        using var stream = new MemoryStream();
        using (var source = new ZipArchive(Simple().ToStream()))
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                using var from = entry.Open();
                using var to = zip.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                from.CopyTo(to);
            }
        }

        var bytes = stream.ToArray();
        var score = bytes.AsSpan().IndexOf("<v>7.75</v>"u8);
        bytes[score + 3] = (byte)'9';

        Files.Refused(bytes).Code.ShouldBe("archive_corrupt");
    }

    [Fact]
    public void Cut_off_files_are_corrupt()
    {
        var bytes = Simple().ToBytes();

        foreach (var share in new[] { 0.1, 0.5, 0.9, 0.99 }) Files.Refused(bytes[..(int)(bytes.Length * share)]).Code.ShouldBe("archive_corrupt");
    }

    [Fact]
    public void S10_a_document_type_is_refused_at_once_wherever_it_stands()
    {
        const string bomb = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>&c;</t></si></sst>";
        const string external = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData/></worksheet>";
        var padded = "<?xml version=\"1.0\"?><!--" + new string('x', 20_000) + "-->" + external;

        Files.Refused(new TestWorkbook { SharedStringsXml = bomb }.Sheet("A", [Header]).ToStream()).Code.ShouldBe("xml_dtd_forbidden");
        Files.Refused(new TestWorkbook().RawSheet("A", external).ToStream()).Code.ShouldBe("xml_dtd_forbidden");
        Files.Refused(new TestWorkbook().RawSheet("A", padded).ToStream()).Code.ShouldBe("xml_dtd_forbidden");
        Files.Refused(Simple().Part("docProps/app.xml", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(external)).ToArray()).ToStream()).Code.ShouldBe("xml_dtd_forbidden");
    }

    [Theory]
    [InlineData("xl/vbaProject.bin")]
    [InlineData("xl/externalLinks/externalLink1.xml")]
    [InlineData("xl/embeddings/oleObject1.bin")]
    [InlineData("xl/activeX/activeX1.xml")]
    [InlineData("xl/macrosheets/sheet1.xml")]
    [InlineData("xl/connections.xml")]
    public void Active_content_is_refused(string part)
    {
        Files.Refused(Simple().Part(part, "<x/>").ToStream()).Code.ShouldBe("active_content");
    }

    [Fact]
    public void Macro_types_outside_relations_and_reaching_formulas_are_refused()
    {
        const string external = "<Relationship Id=\"x\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" Target=\"http://example.invalid/\" TargetMode=\"External\"/>";

        Files.Refused(new TestWorkbook { ContentType = "application/vnd.ms-excel.sheet.macroEnabled.main+xml" }.Sheet("A", [Header]).ToStream()).Code.ShouldBe("active_content");
        Files.Refused(new TestWorkbook { ExtraRelations = external }.Sheet("A", [Header]).ToStream()).Code.ShouldBe("active_content");
        foreach (var formula in new[] { "cmd|'/C calc'!A0", "WEBSERVICE(\"http://x\")" })
        {
            var cell = new TestWorkbook.Raw($"<c r=\"{{r}}\" t=\"str\"><f>{formula}</f><v>x</v></c>");
            Files.Refused(new TestWorkbook().Sheet("A", [Header, ["100001", cell]]).ToStream()).Code.ShouldBe("active_content");
        }
    }

    [Fact]
    public void Other_packages_are_another_kind_of_content()
    {
        using var word = new MemoryStream();
        using (var zip = new ZipArchive(word, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in new[] { "[Content_Types].xml", "word/document.xml" })
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write("<x/>"u8);
            }
        }

        var refused = Files.Refused(word);

        (refused.Code, refused.Status).ShouldBe(("content_type_mismatch", 415));
    }

    [Fact]
    public void An_encrypted_workbook_says_so()
    {
        byte[] bytes = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[1016], .. Encoding.Unicode.GetBytes("EncryptedPackage"), .. new byte[480]];

        Files.Refused(bytes).Code.ShouldBe("file_encrypted");
    }

    [Fact]
    public void A_part_named_twice_or_leading_outside_is_corrupt()
    {
        Files.Refused(Simple().Part("xl/styles.XML", "<x/>").Part("xl/styles.xml", "<x/>").ToStream()).Code.ShouldBe("archive_corrupt");
        Files.Refused(Simple().Part("../../etc/passwd", "x").ToStream()).Code.ShouldBe("archive_corrupt");
    }

    [Fact]
    public void A_huge_dimension_with_few_cells_is_read_as_few_rows()
    {
        object?[][] rows = [["Họ và tên"], ["Trần An"], ["Trần Bình"], ["Trần Cường"]];

        var (table, read) = Files.Read(new TestWorkbook().Sheet("A", rows, dimension: "A1:XFD1048576").ToStream());

        read.Select(row => row.Row!.FullName).ShouldBe(["Trần An", "Trần Bình", "Trần Cường"]);
        table.Counts.Data.ShouldBe(3);
    }

    [Fact]
    public void A_cell_in_the_last_corner_of_the_sheet_is_read_past()
    {
        const string xml = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Họ và tên</t></is></c></row>"
            + "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Trần An</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>";

        var (table, rows) = Files.Read(new TestWorkbook().RawSheet("A", xml).ToStream());

        rows.ShouldHaveSingleItem().Row!.FullName.ShouldBe("Trần An");
        table.Warnings.ShouldContain(warning => warning.Code == "cells_beyond_limit");
    }

    [Fact]
    public void Ids_that_became_numbers_get_their_zeros_back_where_the_column_proves_them()
    {
        object?[][] rows = [["SBD", "Họ và tên"], ["0001234", "Trần An"], ["0001235", "Trần Bình"], [1236, "Trần Cường"]];

        var (_, read) = Files.Read(new TestWorkbook().Sheet("A", rows).ToStream());

        read.Select(row => row.Row!.CandidateNumber).ShouldBe(["0001234", "0001235", "0001236"]);
        read[2].Warnings.ShouldHaveSingleItem().Code.ShouldBe("leading_zero_lost");
    }

    [Fact]
    public void Ids_that_became_numbers_are_faults_where_nothing_proves_their_zeros()
    {
        object?[][] rows = [["SBD", "Họ và tên"], [51234, "Trần An"], [21235, "Trần Bình"], [1236, "Trần Cường"], [987, "Trần Dũng"]];

        var (_, read) = Files.Read(new TestWorkbook().Sheet("A", rows).ToStream());

        read.Select(row => row.Faults.FirstOrDefault()?.Code).ShouldBe([null, null, "leading_zero_lost", "leading_zero_lost"]);
    }

    [Fact]
    public void A_declared_width_shows_zeros_lost_from_a_whole_column()
    {
        object?[][] rows = [["SBD", "Họ và tên"], [1234, "Trần An"], [1235, "Trần Bình"], [1236, "Trần Cường"]];

        var (_, read) = Files.Read(new TestWorkbook().Sheet("A", rows).ToStream(), new ReadOptions { CandidateNumberWidth = 7 });

        read.ShouldAllBe(row => row.Faults.Count == 1 && row.Faults[0].Code == "leading_zero_lost");
    }

    [Fact]
    public void A_number_format_of_zeros_shows_the_zeros()
    {
        const string styles = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts><numFmt numFmtId=\"170\" formatCode=\"000000\"/></numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/></cellXfs></styleSheet>";
        object?[][] rows = [["SBD", "Họ và tên"], [new TestWorkbook.Raw("<c r=\"{r}\" s=\"1\"><v>50016</v></c>"), "Trần An"], [new TestWorkbook.Raw("<c r=\"{r}\" s=\"1\"><v>150017</v></c>"), "Trần Bình"]];

        var (_, read) = Files.Read(new TestWorkbook { Styles = styles }.Sheet("A", rows).ToStream());

        read.Select(row => row.Row!.CandidateNumber).ShouldBe(["050016", "150017"]);
        read.SelectMany(row => row.Warnings).ShouldBeEmpty();
    }

    [Fact]
    public void The_1904_date_system_is_kept()
    {
        object?[][] rows = [["SBD", "Họ và tên", "Ngày sinh"], ["100001", "Trần An", 38399], ["100002", "Trần Bình", 38533]];

        var (_, read) = Files.Read(new TestWorkbook { Date1904 = true }.Sheet("A", rows).ToStream());

        read.Select(row => row.Row!.BirthDate).ShouldBe([new DateOnly(2009, 2, 17), new DateOnly(2009, 7, 1)]);
    }

    [Fact]
    public void Rich_text_kept_spaces_and_escapes_are_decoded_once()
    {
        const string shared = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>SBD</t></si><si><t>Họ và tên</t></si><si><t>Ghi chú</t></si>"
            + "<si><r><rPr><b/></rPr><t xml:space=\"preserve\">Nguyễn </t></r><r><t>Thị Ánh</t></r><rPh sb=\"0\" eb=\"1\"><t>bỏ</t></rPh></si><si><t>_x0041__x005F_x0042_ &amp;lt;</t></si></sst>";
        static TestWorkbook.Raw Shared(int index) => new($"<c r=\"{{r}}\" t=\"s\"><v>{index}</v></c>");
        object?[][] rows = [[Shared(0), Shared(1), Shared(2)], [100001, Shared(3), Shared(4)], [100002, new TestWorkbook.Raw("<c r=\"{r}\" t=\"inlineStr\"><is><r><t>Trần</t></r><r><t xml:space=\"preserve\"> An_x0020_Bình</t></r></is></c>"), null]];

        var (_, read) = Files.Read(new TestWorkbook { SharedStringsXml = shared }.Sheet("A", rows).ToStream());

        read[0].Row!.FullName.ShouldBe("Nguyễn Thị Ánh");
        read[0].Row!.Note.ShouldBe("A_x0042_ &lt;");
        read[1].Row!.FullName.ShouldBe("Trần An Bình");
    }

    [Fact]
    public void A_formulas_stored_value_is_used_and_counted_and_a_missing_one_is_a_fault()
    {
        static TestWorkbook.Raw Sum(string value) => new($"<c r=\"{{r}}\"><f>SUM(D2:F2)</f>{value}</c>");
        object?[][] rows = [Header, ["100001", "Trần An", "17/02/2009", 7, 6, 5, Sum("<v>18.000000000000004</v>")], ["100002", "Trần Bình", "18/02/2009", 7, 6, 5, Sum("")]];

        var (table, read) = Files.Read(new TestWorkbook().Sheet("A", rows).ToStream());

        read[0].Row!.Total.ShouldBe(18m);
        table.Warnings.ShouldContain(warning => warning.Code == "formula_value_used");
        read[1].Faults.ShouldHaveSingleItem().Code.ShouldBe("formula_not_allowed");
    }

    [Fact]
    public void An_error_value_is_a_fault_of_its_row()
    {
        object?[][] rows = [Header, ["100001", "Trần An", "17/02/2009", 7, 6, 5, new TestWorkbook.Raw("<c r=\"{r}\" t=\"e\"><v>#N/A</v></c>")], ["100002", "Trần Bình", "18/02/2009", 7, 6, 5, 18]];

        var (_, read) = Files.Read(new TestWorkbook().Sheet("A", rows).ToStream());

        read.Select(row => row.Faults.FirstOrDefault()?.Code).ShouldBe(["cell_error", null]);
    }

    [Fact]
    public void Sheets_with_one_header_are_one_list_and_the_others_are_told_of()
    {
        var workbook = new TestWorkbook()
            .Sheet("Hướng dẫn", [["Điền vào trang sau"], ["Không sửa tiêu đề"]])
            .Sheet("Cũ", [Header, ["900001", "Ẩn Danh", "17/02/2009", 1, 1, 1, 3]], state: "hidden")
            .Sheet("Kết quả", [Header, ["100001", "Trần An", "17/02/2009", 7, 6, 5, 18]])
            .Sheet("9B", [Header, ["100002", "Trần Bình", "17/02/2009", 7, 6, 5, 18]]);

        var (table, rows) = Files.Read(workbook.ToStream());
        var (_, named) = Files.Read(workbook.ToStream(), new ReadOptions { Sheet = "9b" });

        table.Sheets.Where(sheet => sheet.Chosen).Select(sheet => sheet.Name).ShouldBe(["Kết quả", "9B"]);
        table.Warnings.Single(warning => warning.Code == "sheets_joined").Hint.ShouldContain("«9B» từ dòng 3");
        rows.Select(row => (row.SourceRow, row.Row!.FullName)).ShouldBe([(2, "Trần An"), (4, "Trần Bình")]);
        named.ShouldHaveSingleItem().Row!.FullName.ShouldBe("Trần Bình");
        Files.Refused(workbook.ToStream(), new ReadOptions { Sheet = "không có" }).Code.ShouldBe("sheet_unknown");
    }

    [Fact]
    public void A_sheet_for_each_council_is_read_to_the_last_one_and_one_number_on_two_sheets_is_seen()
    {
        var workbook = new TestWorkbook();
        for (var council = 1; council <= 69; council++)
            workbook.Sheet($"HĐ {council:00}", [["SỞ GIÁO DỤC VÀ ĐÀO TẠO"], [], Header, [$"{council:00}0001", "Trần An", "17/02/2009", 7, 6, 5, 18], [council == 69 ? "010001" : $"{council:00}0002", "Trần Bình", "18/02/2009", 7, 6, 5, 18], ["Tổng số: 2"]]);

        var (table, rows) = Files.Read(workbook.ToStream());

        rows.Count.ShouldBe(138);
        rows.Select(row => row.SourceRow).Distinct().Count().ShouldBe(138);
        rows.Count(row => row.Faults.FirstOrDefault()?.Code == "duplicate_conflict").ShouldBe(2);
        rows.Where(row => row.IsReadable).Select(row => row.Row!.CandidateNumber![..2]).Distinct().Count().ShouldBe(69);
    }

    [Fact]
    public void Sheets_of_pupils_with_other_columns_are_refused_and_lists_of_something_else_are_not_in_the_way()
    {
        var pupils = new TestWorkbook().Sheet("A", [Header, ["100001", "Trần An", "17/02/2009", 7, 6, 5, 18]]);
        var refused = Files.Refused(new TestWorkbook().Sheet("A", [Header, ["100001", "Trần An", "17/02/2009", 7, 6, 5, 18]]).Sheet("B", [["SBD", "Họ và tên", "Tổng"], ["100002", "Trần Bình", 18]]).ToStream());
        var (_, rows) = Files.Read(pupils.Sheet("Danh mục", [["Mã trường", "Tên trường", "Xã"], ["01", "THCS Đông", "Xã Một"], ["02", "THCS Tây", "Xã Hai"]]).ToStream());

        (refused.Code, refused.Status, string.Join('|', refused.Found)).ShouldBe(("several_tables", 422, "A|B"));
        rows.ShouldHaveSingleItem().Row!.FullName.ShouldBe("Trần An");
    }

    [Fact]
    public void The_names_of_the_sheets_tell_the_admitted_from_the_others()
    {
        var (table, rows) = Files.Read(new TestWorkbook().Sheet("Trúng tuyển", [Header, ["100001", "Trần An", "17/02/2009", 7, 6, 5, 18]]).Sheet("Không trúng tuyển", [Header, ["100002", "Trần Bình", "17/02/2009", 1, 1, 1, 3]]).ToStream());

        rows.Select(row => row.Row!.Outcome).ShouldBe([Outcome.Admitted, Outcome.NotAdmitted]);
        table.HasOutcomes.ShouldBeTrue();
    }

    [Fact]
    public void Merged_cells_count_for_all_their_rows_and_hidden_rows_are_read_and_counted()
    {
        object?[][] rows =
        [
            ["DANH SÁCH THÍ SINH"],
            ["Thông tin thí sinh", null, null, "Điểm thi"],
            ["SBD", "Họ và tên", "Trường THCS", "Văn", "Toán"],
            ["100001", "Trần An", "THCS Đông", 7, 6],
            ["100002", "Trần Bình", null, 7, 6],
            ["100003", "Trần Cường", "THCS Tây", 7, 6],
        ];

        var (table, read) = Files.Read(new TestWorkbook().Sheet("A", rows, merges: "A1:E1 A2:C2 D2:E2 C4:C5", rowAttributes: number => number == 6 ? " hidden=\"1\"" : "").ToStream());

        table.HeaderRows.ShouldBe([2, 3]);
        read.Select(row => row.Row!.School).ShouldBe(["THCS Đông", "THCS Đông", "THCS Tây"]);
        read.ShouldAllBe(row => row.Row!.Mathematics == Mark.Of(6));
        table.Counts.Hidden.ShouldBe(1);
        table.Warnings.ShouldContain(warning => warning.Code == "hidden_rows");
    }

    [Fact]
    public void An_empty_workbook_has_no_rows()
    {
        Files.Refused(new TestWorkbook().Sheet("A", []).ToStream()).Code.ShouldBe("no_rows");
        Files.Refused(new TestWorkbook().Sheet("A", [Header]).ToStream()).Code.ShouldBe("no_rows");
    }

    private static TestWorkbook Simple() => new TestWorkbook().Sheet(
        "Sheet1",
        [Header, ["100001", "Nguyễn Thị Ánh", "17/02/2009", 7.75, 6.75, "6,4", 20.900000000000002], ["100002", "Trần Đức Độ", 39995, 8, 7, 6, 21]]);
}
