using System.Text;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Each kind of bad text file, and the answer it gets.</summary>
public sealed class CsvFaultTests
{
    private const string Header = "SBD,Họ và tên,Ngày sinh,Văn,Toán,Ngoại ngữ,Tổng\n";

    [Fact]
    public void An_empty_file_is_refused()
    {
        Files.Refused("").Code.ShouldBe("file_empty");
        Files.Refused("\uFEFF").Code.ShouldBe("file_empty");
        Files.Refused("  \r\n \r\n").Code.ShouldBe("file_empty");
        Files.Refused(",,,\n,,,\n").Code.ShouldBe("file_empty");
    }

    [Fact]
    public void A_file_with_only_a_header_is_refused()
    {
        Files.Refused(Header).Code.ShouldBe("no_rows");
        Files.Refused(Header + "\n,,,,,,\n").Code.ShouldBe("no_rows");
        Files.Refused("SỞ GIÁO DỤC,,,,,,\n" + Header + ",(Danh sách này có 0 học sinh),,,,,\n").Code.ShouldBe("no_rows");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_with_their_offset()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("SBD,Họ và tên\n100001,Nguyễn Văn "), 0xC3, 0x28, (byte)'\n'];

        var refused = Files.Refused(bytes);

        refused.Code.ShouldBe("encoding_invalid");
        refused.ByteOffset.ShouldBe(bytes.Length - 3);
        refused.Status.ShouldBe(422);
    }

    [Fact]
    public void A_bad_byte_far_into_the_file_is_found_when_reading_comes_to_it()
    {
        var text = new StringBuilder(Header);
        for (var i = 0; i < 20_000; i++) text.Append($"{100_000 + i},Nguyễn Thị Ánh,07/02/2009,5,5,5,15\n");
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text.ToString()), .. "999999,Tr"u8, 0xFF, .. "n\n"u8];

        var refused = Files.Refused(bytes);

        refused.Code.ShouldBe("encoding_invalid");
        refused.ByteOffset.ShouldBe(bytes.Length - 3);
    }

    [Fact]
    public void A_declared_encoding_is_strict()
    {
        var refused = Files.Refused(OldEncodings.Encode("SBD,Họ và tên\n100001,Nguyễn Thị Hà\n", "tcvn3"), new ReadOptions { Encoding = "utf-8" });

        refused.Code.ShouldBe("encoding_invalid");
        refused.ByteOffset.ShouldBe(5);
    }

    [Fact]
    public void An_encoding_nobody_uses_is_refused_naming_UTF_8()
    {
        byte[] bytes = [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes("SBD,Họ và tên\n100001,An\n")];

        var refused = Files.Refused(bytes);

        refused.Code.ShouldBe("encoding_unsupported");
        refused.DetailEn.ShouldContain("UTF-8");
        Files.Refused("SBD,Họ và tên\n100001,An\n", options: new ReadOptions { Encoding = "ebcdic" }).Code.ShouldBe("encoding_unsupported");
    }

    [Fact]
    public void Text_of_another_language_in_an_8_bit_code_page_is_refused_and_not_guessed_at()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("SBD,Name\n1,Jürgen Müller größer Straße\n2,Élève Hélène Façade\n");

        Files.Refused(bytes).Code.ShouldBe("encoding_invalid");
    }

    [Fact]
    public void Doubly_encoded_text_is_refused_unless_its_repair_is_asked_for()
    {
        const string text = "SBD,Họ và tên,Ngày sinh\n100001,Nguyễn Thị Ánh,07/02/2009\n100002,Trần Đức Độ,17/02/2009\n";

        var refused = Files.Refused(text, "double");
        var (table, rows) = Files.Read(text, "double", new ReadOptions { RepairDoubleEncoding = true });

        refused.Code.ShouldBe("encoding_invalid");
        table.Warnings.ShouldContain(warning => warning.Code == "encoding_repaired");
        rows.Select(row => row.Row!.FullName).ShouldBe(["Nguyễn Thị Ánh", "Trần Đức Độ"]);
    }

    [Fact]
    public void Decomposed_names_become_composed_ones()
    {
        var (_, rows) = Files.Read(Header + "100001,Nguyễn Thị Đặng,07/02/2009,5,5,5,15\n", "utf-8-nfd");

        rows[0].Row!.FullName.ShouldBe("Nguyễn Thị Đặng");
        rows[0].Row!.FullName!.IsNormalized().ShouldBeTrue();
    }

    [Fact]
    public void Quoted_fields_may_hold_delimiters_line_ends_and_quotes()
    {
        var (_, rows) = Files.Read("SBD;Họ và tên;Ngày sinh;Ghi chú\r\n100001;\"Nguyễn\r\nThị Ánh\";17/02/2009;\"a; \"\"b\"\"\nc\"\r\n100002;Trần An;18/02/2009;\"\"\r\n");

        rows.Count.ShouldBe(2);
        rows[0].Row!.FullName.ShouldBe("Nguyễn Thị Ánh");
        rows[0].Row!.Note.ShouldBe("a; \"b\" c");
        rows[1].Row!.Note.ShouldBeNull();
        rows[1].SourceRow.ShouldBe(3);
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("\u0001")]
    [InlineData("\u200B")]
    [InlineData("\u202E")]
    [InlineData("\u2066")]
    [InlineData("\uFEFF")]
    [InlineData("\u00AD")]
    [InlineData("\u0085x\u0090")]
    public void A_hidden_character_in_a_name_is_a_fault_with_row_and_column(string hidden)
    {
        var (_, rows) = Files.Read(Header + $"100001,Nguyễn Thị{hidden}Ánh,07/02/2009,5,5,5,15\n100002,Trần An,17/02/2009,5,5,5,15\n");

        rows[0].Row.ShouldBeNull();
        var fault = rows[0].Faults.ShouldHaveSingleItem();
        (fault.Code, fault.Row, fault.Column).ShouldBe(("control_character", 2, "Họ và tên"));
        fault.ToString().ShouldNotContain("Ánh");
        rows[1].Row.ShouldNotBeNull();
    }

    [Fact]
    public void A_field_of_ten_megabytes_is_refused_without_reading_it_to_its_end()
    {
        var stream = new CountingStream(Encoding.UTF8.GetBytes(Header + "100001," + new string('a', 10 << 20) + "\n"));

        var refused = Files.Refused(stream);

        refused.Code.ShouldBe("field_too_long");
        refused.Row.ShouldBe(2);

        // The look for the first accented letter (in the header) and the encoding sample are short; the rest is never asked for.
        stream.Highest.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_quote_that_is_never_closed_is_refused()
    {
        Files.Refused(Header + "100001,\"Nguyễn Thị Ánh,07/02/2009,5,5,5,15\n100002,Trần An,17/02/2009,5,5,5,15\n").Code.ShouldBe("quote_unclosed");
    }

    [Fact]
    public void Letters_after_a_closing_quote_spoil_only_their_row()
    {
        var (_, rows) = Files.Read(Header + "100001,\"Nguyễn\"Thị Ánh,07/02/2009,5,5,5,15\n100002,Trần An,17/02/2009,5,5,5,15\n");

        rows[0].Faults.ShouldHaveSingleItem().Code.ShouldBe("quote_invalid");
        rows[1].Row!.FullName.ShouldBe("Trần An");
    }

    [Fact]
    public void Too_many_columns_are_refused()
    {
        Files.Refused(string.Join(',', Enumerable.Range(1, 300).Select(i => $"c{i}")) + "\n").Code.ShouldBe("too_many_columns");
    }

    [Fact]
    public void A_column_that_stands_twice_with_values_is_refused_naming_it()
    {
        var refused = Files.Refused("SBD,Họ và tên,SBD\n100001,Trần An,100002\n100003,Trần Bình,100004\n");

        refused.Code.ShouldBe("columns_mismatch");
        refused.Expected.ShouldBe(["SBD"]);
        refused.Found.ShouldBe(["SBD", "Họ và tên", "SBD"]);
    }

    [Fact]
    public void A_file_without_columns_of_identity_is_refused_without_quoting_its_values()
    {
        var refused = Files.Refused("abc,def\nxyz,uvw\n");

        refused.Code.ShouldBe("columns_mismatch");
        refused.DetailEn.ShouldNotContain("xyz");
    }

    [Fact]
    public void A_row_with_more_fields_than_the_header_is_a_fault_of_that_row()
    {
        var (_, rows) = Files.Read("SBD,Họ và tên,Toán\n100001,Trần An,7,5,extra\n100002,Trần Bình,7\n");

        rows[0].Faults.ShouldHaveSingleItem().Code.ShouldBe("too_many_fields");
        rows[1].Row!.Mathematics.ShouldBe(Mark.Of(7));
    }

    [Fact]
    public void The_same_row_twice_is_one_pupil_and_a_warning()
    {
        var (_, rows) = Files.Read(Header + "100001,Nguyễn Thị Ánh,07/02/2009,\"7,5\",5,5,\"17,5\"\n100002,Trần An,17/02/2009,5,5,5,15\n100001,nguyễn thị  ánh,7/2/2009,7.50,5,5,17.5\n");

        rows.Count(row => row.IsReadable).ShouldBe(2);
        rows[0].IsReadable.ShouldBeTrue();
        rows[2].Faults.ShouldBeEmpty();
        rows[2].Warnings.ShouldContain(warning => warning.Code == "duplicate_row" && warning.Row == 4);
    }

    [Fact]
    public void The_same_number_with_other_data_keeps_both_rows_out()
    {
        var (_, rows) = Files.Read(Header + "100001,Nguyễn Thị Ánh,07/02/2009,5,5,5,15\n100002,Trần An,17/02/2009,5,5,5,15\n100001,Nguyễn Thị Ánh,07/02/2009,6,5,5,16\n");

        rows[0].Faults.ShouldHaveSingleItem().Code.ShouldBe("duplicate_conflict");
        rows[1].IsReadable.ShouldBeTrue();
        rows[2].Faults.ShouldHaveSingleItem().Code.ShouldBe("duplicate_conflict");
    }

    [Theory]
    [InlineData("31/02/2011")]
    [InlineData("2011-13-01")]
    [InlineData("00/01/2009")]
    [InlineData("1/1/1")]
    [InlineData("02/13/2009")]
    [InlineData("hôm qua")]
    [InlineData("999999")]
    [InlineData("12/2009")]
    public void A_day_that_does_not_exist_is_a_fault(string date)
    {
        var (_, rows) = Files.Read(Header + $"100001,Trần An,{date},5,5,5,15\n100002,Trần Bình,17/02/2009,5,5,5,15\n100003,Trần Cường,27/02/2009,5,5,5,15\n");

        var fault = rows[0].Faults.ShouldHaveSingleItem();
        (fault.Code, fault.Column).ShouldBe(("date_invalid", "Ngày sinh"));
        fault.Hint.ShouldNotContain(date);
        rows.Count(row => row.IsReadable).ShouldBe(2);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"\"http://x\"\",\"\"y\"\")")]
    [InlineData("@SUM(A1)")]
    [InlineData("+cmd")]
    public void Text_that_looks_like_a_formula_stays_text(string note)
    {
        var (_, rows) = Files.Read($"SBD,Họ và tên,Toán,Ghi chú\n100001,Trần An,5,\"{note}\"\n");

        rows[0].Row!.Note.ShouldBe(note.Replace("\"\"", "\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sum_in_a_mark_is_a_fault()
    {
        var (_, rows) = Files.Read(Header + "100001,Trần An,17/02/2009,-2+3,5,5,15\n");

        rows[0].Faults.ShouldHaveSingleItem().Code.ShouldBe("mark_invalid");
    }

    [Fact]
    public void A_spreadsheets_text_wrapper_around_an_id_is_taken_off()
    {
        var (_, rows) = Files.Read("SBD,Họ và tên\n\"=\"\"050016\"\"\",Trần An\n'050017,Trần Bình\n");

        rows.Select(row => row.Row!.CandidateNumber).ShouldBe(["050016", "050017"]);
    }

    [Theory]
    [InlineData("%PDF-1.7 …")]
    [InlineData("<html><body><table><tr><td>SBD</td></tr></table></body></html>")]
    [InlineData("<!DOCTYPE html><html></html>")]
    [InlineData("<?xml version=\"1.0\"?><Workbook/>")]
    [InlineData("{\\rtf1 x}")]
    [InlineData("GIF89a")]
    [InlineData("MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\n")]
    [InlineData("Content-Type: multipart/related; boundary=\"x\"\r\n")]
    public void Content_of_another_kind_is_refused_whatever_its_name(string content)
    {
        var refused = Files.Refused(content);

        (refused.Code, refused.Status).ShouldBe(("content_type_mismatch", 415));
    }

    [Fact]
    public void Binary_content_is_refused()
    {
        Files.Refused([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]]).Code.ShouldBe("content_type_mismatch");
        Files.Refused([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).Code.ShouldBe("content_type_mismatch");
        Files.Refused([0x1F, 0x8B, 8, 0, 0, 0, 0, 0]).Code.ShouldBe("content_type_mismatch");
        Files.Refused([.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7919 >> 3))]).Code.ShouldBe("content_type_mismatch");
    }

    [Fact]
    public void An_unreadable_json_line_spoils_only_itself()
    {
        var (table, rows) = Files.Read(
            """
            {"SBD":"100001","HO_TEN":"Trần An","DIEM":{"TOAN":7.5}}
            {"SBD":"100002","HO_TEN":"Trần Bình","DIEM":{"TOAN":7.5}
            {"SBD":"100003","SBD":"100004","HO_TEN":"Trần Cường"}
            {"SBD":"100005","HO_TEN":"Trần Dũng","DIEM":{"TOAN":-1},}
            {"SBD":"100006","HO_TEN":"a\ud800"}
            {"SBD":"100007","HO_TEN":"a\u0000b"}
            {"SBD":"100008","HO_TEN":"Trần Giang","DIEM":{"TOAN":-1}}
            """);

        table.Kind.ShouldBe(FileKind.JsonLines);
        rows.Select(row => row.Faults.FirstOrDefault()?.Code).ShouldBe([null, "json_invalid", "duplicate_field", "json_invalid", "json_invalid", "control_character", null]);
        rows[6].Row!.Mathematics.State.ShouldBe(MarkState.Absent);
    }

    [Fact]
    public void An_object_around_the_rows_is_seen_through()
    {
        var (table, rows) = Files.Read("{\n \"total\": 2,\n \"data\": [ {\"SBD\":\"100001\",\"HO_TEN\":\"TRẦN AN\"},\n {\"SBD\":\"100002\",\"HO_TEN\":\"Trần Bình\"} ],\n \"next\": null\n}");

        table.Kind.ShouldBe(FileKind.JsonArray);
        rows.Select(row => row.Row!.FullName).ShouldBe(["Trần An", "Trần Bình"]);
    }

    [Fact]
    public void A_column_the_caller_cannot_do_without_is_asked_for_by_its_name()
    {
        var refused = Files.Refused("SBD,Họ và tên\n100001,Trần An\n", options: new ReadOptions { Require = [Field.CandidateNumber, Field.Outcome] });

        (refused.Code, string.Join('|', refused.Expected), string.Join('|', refused.Found)).ShouldBe(("columns_mismatch", "Số báo danh|Kết quả", "SBD|Họ và tên"));
    }

    [Fact]
    public void A_text_in_UTF_16_that_is_cut_inside_a_character_is_refused()
    {
        byte[] bytes = OldEncodings.Encode("SBD\tHọ và tên\n100001\tTrần An\n", "utf-16le-bom");

        var refused = Files.Refused(bytes[..^1]);

        (refused.Code, refused.ByteOffset).ShouldBe(("encoding_invalid", bytes.Length - 2));
    }

    [Fact]
    public void A_cut_off_json_array_is_refused()
    {
        Files.Refused("[{\"SBD\":\"100001\",\"HO_TEN\":\"Trần An\"},{\"SBD\":\"1000").Code.ShouldBe("json_invalid");
    }

    [Fact]
    public void Cancelling_stops_the_reading()
    {
        var text = Header + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{100_000 + i},Trần An,17/02/2009,5,5,5,15\n"));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Should.Throw<OperationCanceledException>(() => TableFile.Open(Files.Text(text), null, cancelled.Token));
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long Highest { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var read = base.Read(buffer);
            Highest = Math.Max(Highest, Position);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = base.Read(buffer, offset, count);
            Highest = Math.Max(Highest, Position);
            return read;
        }
    }
}
