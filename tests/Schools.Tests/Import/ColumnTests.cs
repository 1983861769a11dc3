using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Headers as offices write them, and what is decided from a whole column.</summary>
public sealed class ColumnTests
{
    [Theory]
    [InlineData("Số báo danh|Họ và tên thí sinh|Ngày tháng năm sinh|Giới tính|Dân tộc|Học sinh trường|Môn Văn|Môn Toán|Môn Anh|Tổng điểm")]
    [InlineData("SBD|Họ tên|Ng.sinh|Phái|D.tộc|Trường THCS|Điểm thi Ngữ văn|Điểm thi Toán|Điểm thi Tiếng Anh|Tổng cộng")]
    [InlineData("Số BD|HỌ VÀ TÊN HỌC SINH|NGÀY SINH (dd/mm/yyyy)|GIỚI TÍNH|DÂN TỘC|TRƯỜNG HỌC|NGỮ VĂN (hệ số 1)|TOÁN (hệ số 1)|NGOẠI NGỮ (hệ số 1)|TỔNG ĐIỂM XÉT TUYỂN")]
    [InlineData("sobaodanh|hoten|ngaysinh|gioitinh|dantoc|truong|van|toan|ngoaingu|tongdiem")]
    [InlineData("SO_BAO_DANH|HO_TEN|NGAY_SINH|GIOI_TINH|DAN_TOC|TEN_TRUONG|DIEM_VAN|DIEM_TOAN|DIEM_NGOAI_NGU|TONG_DIEM")]
    [InlineData("Candidate number|Full name|Date of birth|Sex|Ethnicity|Lower secondary school|Literature|Maths|English|Total score")]
    [InlineData("Ma thi sinh|Ho va ten|Ngay sinh|Gioi tinh|Dan toc|Truong THCS|N.Van|Toan|N.Ngu|Tong diem")]
    public void One_meaning_under_many_headers(string header)
    {
        var names = header.Split('|');
        string[][] values =
        [
            ["100001", "Nguyễn Thị Ánh", "17/02/2009", "Nữ", "Kinh", "Trường Trung học cơ sở Đông Thành", "7,75", "6", "5,4", "19,15"],
            ["100002", "Trần Đức Độ", "01/07/2009", "Nam", "Thái", "THCS Nghi Đức", "0", "Vắng", "-1", ""],
        ];
        foreach (var order in new[] { Enumerable.Range(0, 10).ToArray(), [3, 9, 1, 0, 8, 2, 7, 5, 4, 6] })
        {
            var rows = new[] { names, values[0], values[1] }.Select(row => order.Select(index => row[index]));

            var (table, read) = Files.Read(Files.Csv(rows));

            table.Warnings.ShouldNotContain(warning => warning.Code.StartsWith("column", StringComparison.Ordinal));
            read.SelectMany(row => row.Faults).ShouldBeEmpty();
            var (first, second) = (read[0].Row!, read[1].Row!);
            (first.CandidateNumber, first.FullName, first.BirthDate, first.Gender, first.Ethnicity, first.School).ShouldBe(("100001", "Nguyễn Thị Ánh", new DateOnly(2009, 2, 17), "female", "Kinh", "THCS Đông Thành"));
            (first.Literature, first.Mathematics, first.ForeignLanguage, first.Total).ShouldBe((Mark.Of(7.75m), Mark.Of(6), Mark.Of(5.4m), 19.15m));
            (second.Literature, second.Mathematics.State, second.ForeignLanguage.State, second.Total).ShouldBe((Mark.Of(0), MarkState.Absent, MarkState.Absent, null));
            second.Absent.ShouldBeFalse();
        }
    }

    [Fact]
    public void The_season_files_of_careerctl_read()
    {
        var (table, rows) = Files.Read(
            """
            SBD,Mã định danh,Họ và tên,Ngày sinh,Trường THCS,Hội đồng,Ngữ văn,Toán,Ngoại ngữ,Tổng điểm,Kết quả,Trúng tuyển vào
            020001,9700000001,Nguyễn Thị Ánh,17/02/2011,THCS Đông Thành,THPT Đô Lương 1,7.75,6,5.4,19.15,Trúng tuyển,THPT Đô Lương 1
            020002,9700000002,Trần Đức Độ,01/07/2011,THCS Nghi Đức,THPT Đô Lương 1,2,3,1,6,Không trúng tuyển,
            020003,9700000003,Lô Văn Y,02/07/2011,THCS Nghi Đức,THPT Đô Lương 1,,,,,Vắng thi,
            """);

        table.Columns.Select(column => column.Field).ShouldBe(
            [Field.CandidateNumber, Field.MinistryId, Field.FullName, Field.BirthDate, Field.School, Field.Council, Field.Literature, Field.Mathematics, Field.ForeignLanguage, Field.Total, Field.Outcome, Field.AdmittedTo]);
        rows.Select(row => row.Row!.Outcome).ShouldBe([Outcome.Admitted, Outcome.NotAdmitted, Outcome.Absent]);
        rows.Select(row => row.Row!.Absent).ShouldBe([false, false, true]);
        rows[0].Row!.AdmittedTo.ShouldBe("THPT Đô Lương 1");
        rows[2].Row!.FullName.ShouldBe("Lô Văn Y");
    }

    [Fact]
    public void Letterhead_two_header_rows_page_breaks_totals_and_signatures_are_told_from_pupils()
    {
        var (table, rows) = Files.Read(
            """
            UBND TỈNH,,,,,,CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM,,
            SỞ GIÁO DỤC VÀ ĐÀO TẠO,,,,,,Độc lập - Tự do - Hạnh phúc,,
            ,,DANH SÁCH THÍ SINH KHÔNG TRÚNG TUYỂN VÀO LỚP 10,,,,,,
            TT,SBD,Họ và tên,,Ngày sinh,,,Điểm bài thi,
            ,,Họ đệm,Tên,Ngày,Tháng,Năm,Toán,Văn
            (1),(2),(3),(4),(5),(6),(7),(8),(9)
            1,100001,Nguyễn Thị,Ánh,17,2,2009,"7,5",6
            2,100002,Trần Đức,Độ,1,7,2009,V,V
            ,Cộng trang 1: 2 thí sinh,,,,,,,
            UBND TỈNH,,,,,,CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM,,
            TT,SBD,Họ và tên,,Ngày sinh,,,Điểm bài thi,
            ,,Họ đệm,Tên,Ngày,Tháng,Năm,Toán,Văn
            1,2,3,4,5,6,7,8,9
            3,100003,Tống Văn,Cộng,9,12,2009,5,6
            Tổng số: 3,,,,,,,"6,25",6
            ,,Trung bình,,,,,"6,25",6
            ,,(Danh sách này có 3 thí sinh),,,,,,
            ,,,,,,"Vinh, ngày 10 tháng 7 năm 2024",,
            ,,NGƯỜI LẬP,,,,HIỆU TRƯỞNG,,
            ,,Nguyễn Văn,Lập,,,Trần Thị Trưởng,,
            """);

        table.HeaderRows.ShouldBe([4, 5]);
        table.Letterhead.Count.ShouldBe(3);
        table.TitleOutcome.ShouldBe(Outcome.NotAdmitted);
        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        rows.Select(row => row.Row!.FullName).ShouldBe(["Nguyễn Thị Ánh", "Trần Đức Độ", "Tống Văn Cộng"]);
        rows.Select(row => row.Row!.BirthDate).ShouldBe([new DateOnly(2009, 2, 17), new DateOnly(2009, 7, 1), new DateOnly(2009, 12, 9)]);
        rows.Select(row => row.Row!.Absent).ShouldBe([false, true, false]);
        rows.Select(row => row.SourceRow).ShouldBe([7, 8, 14]);
        table.Counts.RepeatedHeaders.ShouldBe(3);
    }

    [Fact]
    public void A_group_row_above_the_header_gives_its_parts_their_meaning()
    {
        var (_, rows) = Files.Read(
            """
            Thông tin học sinh;;;Cha;;Mẹ;;Nguyện vọng;;Giới tính;
            SBD;Họ tên;Ngày sinh;Họ tên;Số ĐT;Họ tên;Số ĐT;NV1;NV2;Nam;Nữ
            100001;Nguyễn Thị Ánh;17/02/2009;Nguyễn Văn Cha;0912345678;Lê Thị Mẹ;0987654321;THPT Một;THPT Hai;;x
            100002;Trần Đức Độ;18/02/2009;Trần Văn Bố;;;;THPT Hai;;x;
            """);

        var (first, second) = (rows[0].Row!, rows[1].Row!);
        (first.FullName, first.Father, first.Mother, first.GuardianPhone, first.Gender).ShouldBe(("Nguyễn Thị Ánh", "Nguyễn Văn Cha", "Lê Thị Mẹ", "+84912345678", "female"));
        first.Wishes.ShouldBe(["THPT Một", "THPT Hai"]);
        (second.FullName, second.Gender).ShouldBe(("Trần Đức Độ", "male"));
        second.Wishes.ShouldBe(["THPT Hai"]);
    }

    [Fact]
    public void A_name_over_two_columns_without_a_second_header_is_put_together()
    {
        var (_, rows) = Files.Read("STT;SBD;Họ và tên;;Ngày sinh\n1;100001;Nguyễn Thị;Ánh;17/02/2009\n2;100002;Trần;Độ;18/02/2009\n3;100003;Lê Hoàng Minh;Ý;19/02/2009\n");

        rows.Select(row => row.Row!.FullName).ShouldBe(["Nguyễn Thị Ánh", "Trần Độ", "Lê Hoàng Minh Ý"]);
    }

    [Fact]
    public void A_table_without_header_is_read_by_what_its_columns_hold_and_says_so()
    {
        var text = string.Concat(People.Make(7, 30).Select((person, index) => $"{index + 1}|{person.CandidateNumber}|{person.Name}|{person.Birth:dd/MM/yyyy}|{(person.Female ? "Nữ" : "Nam")}|{person.School}|{person.CitizenId}|0{person.Phone[3..]}\n"));

        var (table, rows) = Files.Read(text);

        table.Delimiter.ShouldBe('|');
        table.HeaderRows.ShouldBeEmpty();
        table.Warnings.ShouldContain(warning => warning.Code == "header_missing");
        rows.Count.ShouldBe(30);
        var expected = People.Make(7, 30);
        for (var i = 0; i < 30; i++)
        {
            var row = rows[i].Row!;
            (row.CandidateNumber, row.FullName, row.BirthDate, row.School, row.CitizenId, row.Phone)
                .ShouldBe((expected[i].CandidateNumber, expected[i].Name, expected[i].Birth, expected[i].School, expected[i].CitizenId, expected[i].Phone));
        }
    }

    [Fact]
    public void A_person_may_overrule_the_mapping()
    {
        const string text = "Cột A,Cột B,Điểm X,Điểm Y\n100001,Nguyễn Thị Ánh,5,6\n100002,Trần Đức Độ,7,8\n";

        var (_, rows) = Files.Read(text, options: new ReadOptions { Columns = new Dictionary<int, Field> { [0] = Field.CandidateNumber, [1] = Field.FullName, [2] = Field.Mathematics, [3] = Field.Literature } });

        rows.Select(row => (row.Row!.CandidateNumber, row.Row.Mathematics, row.Row.Literature)).ShouldBe([("100001", Mark.Of(5), Mark.Of(6)), ("100002", Mark.Of(7), Mark.Of(8))]);
    }

    [Theory]
    [InlineData("02/17/2009|07/01/2009|12/31/2009", "2009-02-17|2009-07-01|2009-12-31", DateOrder.MonthDayYear)]
    [InlineData("17/02/2009|07/01/2009|31-12-2009", "2009-02-17|2009-01-07|2009-12-31", DateOrder.DayMonthYear)]
    [InlineData("2009-02-17|2009/7/1|20091231", "2009-02-17|2009-07-01|2009-12-31", DateOrder.YearMonthDay)]
    [InlineData("17.2.09|7. 1. 2009|31/12/09", "2009-02-17|2009-01-07|2009-12-31", DateOrder.DayMonthYear)]
    [InlineData("17022009|7012009|31122009", "2009-02-17|2009-01-07|2009-12-31", DateOrder.DayMonthYear)]
    [InlineData("17-Feb-2009|1 thg 7 2009|ngày 31 tháng 12 năm 2009", "2009-02-17|2009-07-01|2009-12-31", DateOrder.DayMonthYear)]
    [InlineData("17/02/2009 00:00:00|2009-07-01T00:00:00Z|31/12/2009 0:00", "2009-02-17|2009-07-01|2009-12-31", DateOrder.DayMonthYear)]
    [InlineData("39861|39995|17/02/2009", "2009-02-17|2009-07-01|2009-02-17", DateOrder.DayMonthYear)]
    public void The_order_of_a_date_is_decided_by_its_column(string written, string read, DateOrder order)
    {
        var (table, rows) = Files.Read(Files.Csv([["SBD", "Họ và tên", "Ngày sinh"], .. written.Split('|').Select((date, index) => new[] { $"10000{index}", "Trần An", date })], ';'));

        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        rows.Select(row => row.Row!.BirthDate!.Value.ToString("yyyy-MM-dd")).ShouldBe(read.Split('|'));
        table.Columns[2].DateOrder.ShouldBe(order);
    }

    [Fact]
    public void A_column_of_dates_that_could_be_either_is_read_day_first_with_a_warning()
    {
        const string text = "SBD,Họ và tên,Ngày sinh\n100001,Trần An,02/07/2009\n100002,Trần Bình,03/04/2009\n";

        var (table, rows) = Files.Read(text);
        var (declared, swapped) = Files.Read(text, options: new ReadOptions { DateOrder = DateOrder.MonthDayYear });

        rows[0].Row!.BirthDate.ShouldBe(new DateOnly(2009, 7, 2));
        table.Warnings.ShouldContain(warning => warning.Code == "date_order_assumed");
        swapped[0].Row!.BirthDate.ShouldBe(new DateOnly(2009, 2, 7));
        declared.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_column_that_mixes_both_orders_keeps_the_usual_one_and_never_swaps_a_row()
    {
        var (table, rows) = Files.Read("SBD,Họ và tên,Ngày sinh\n100001,Trần An,17/02/2009\n100002,Trần Bình,27/04/2009\n100003,Trần Cường,02/27/2009\n");

        table.Warnings.ShouldContain(warning => warning.Code == "date_order_mixed");
        rows.Select(row => row.Faults.FirstOrDefault()?.Code).ShouldBe([null, null, "date_invalid"]);
    }

    [Theory]
    [InlineData("V")]
    [InlineData("v")]
    [InlineData("vắng")]
    [InlineData("Vắng thi")]
    [InlineData("VT")]
    [InlineData("-")]
    [InlineData("--")]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("-1.00")]
    [InlineData("")]
    [InlineData("Bỏ thi")]
    [InlineData("null")]
    public void A_mark_for_absent_is_not_a_zero(string written)
    {
        var (_, rows) = Files.Read($"SBD,Họ và tên,Toán,Văn\n100001,Trần An,{written},5\n100002,Trần Bình,0,0\n100003,Trần Cường,{written},{written}\n");

        rows.Select(row => row.Row!.Mathematics).ShouldBe([new Mark(MarkState.Absent, null), Mark.Of(0), new Mark(MarkState.Absent, null)]);
        rows.Select(row => row.Row!.Absent).ShouldBe([false, false, true]);
    }

    [Fact]
    public void A_mark_that_lost_its_comma_is_a_fault()
    {
        var marks = Enumerable.Range(0, 99).Select(i => $"{100_000 + i},Trần An,\"7,75\"\n");
        var (table, rows) = Files.Read("SBD,Họ và tên,Toán\n" + string.Concat(marks) + "200000,Trần Bình,775\n");

        rows[^1].Faults.ShouldHaveSingleItem().Code.ShouldBe("mark_invalid");
        rows.Count(row => row.IsReadable).ShouldBe(99);
        table.Columns[2].DecimalSign.ShouldBe(',');
    }

    [Theory]
    [InlineData("Lầu Y?Xua", "Lầu Y Xua", null)]
    [InlineData("Lầu Y\u00A0Xua", "Lầu Y Xua", null)]
    [InlineData("  đậu   đức ", "Đậu Đức", null)]
    [InlineData("NGUYỄN THỊ ÁNH", "Nguyễn Thị Ánh", null)]
    [InlineData("Nguyễn Thị ánh", "Nguyễn Thị Ánh", null)]
    [InlineData("H'HEN NIÊ", "H'Hen Niê", null)]
    [InlineData("Nguy?n Thị Ánh", null, "name_damaged")]
    [InlineData("Nguyễn Thị \uFFFDnh", null, "name_damaged")]
    [InlineData("NGUY?N THỊ ÁNH", null, "name_damaged")]
    public void Names_are_repaired_where_that_is_certain(string written, string? name, string? fault)
    {
        var (_, rows) = Files.Read($"SBD,Họ và tên\n100001,{written}\n100002,Trần Thị Bình\n");

        rows[0].Faults.FirstOrDefault()?.Code.ShouldBe(fault);
        rows[0].Row?.FullName.ShouldBe(name);
    }

    [Theory]
    [InlineData("0912345678", "+84912345678", null, null)]
    [InlineData("+84 912.345.678", "+84912345678", null, null)]
    [InlineData("84912345678", "+84912345678", null, null)]
    [InlineData("(+84) 0912 345 678", "+84912345678", null, null)]
    [InlineData("0912-345-678", "+84912345678", null, null)]
    [InlineData("912345678", "+84912345678", "leading_zero_lost", null)]
    [InlineData("01203602037", "+84703602037", "phone_prefix_converted", null)]
    [InlineData("1654671130", "+84354671130", "leading_zero_lost", null)]
    [InlineData("0912345678 (mẹ)", "+84912345678", null, "mẹ")]
    [InlineData("Bố: 0912345678", "+84912345678", null, "Bố")]
    [InlineData("02383844xxx", null, null, null)]
    [InlineData("0238 3844 123", "+842383844123", null, null)]
    [InlineData("912345678.0", "+84912345678", "leading_zero_lost", null)]
    public void Phones_become_E164(string written, string? number, string? warning, string? remark)
    {
        var read = PhoneNumber.Read(written);

        if (number is null) read.Fault.ShouldBe("phone_invalid");
        else (read.E164, read.Warning, read.Remark, read.Fault).ShouldBe((number, warning, remark, null));
    }

    [Theory]
    [InlineData("0912345678 / 0987654321")]
    [InlineData("0912345678; 0987654321")]
    [InlineData("0912345678 - 0987654321")]
    [InlineData("0912345678 0987654321")]
    [InlineData("0912345678 (mẹ), 0987654321 (bố)")]
    public void Two_phones_in_a_cell_are_a_fault(string written)
    {
        var (_, rows) = Files.Read($"SBD;Họ và tên;SĐT\n100001;Trần An;\"{written}\"\n100002;Trần Bình;0912345678\n");

        var fault = rows[0].Faults.ShouldHaveSingleItem();
        (fault.Code, fault.Column).ShouldBe(("multiple_values", "SĐT"));
        rows[1].Row!.Phone.ShouldBe("+84912345678");
    }

    [Fact]
    public void Citizen_numbers_are_checked_and_repaired_where_certain()
    {
        var (_, rows) = Files.Read(
            """
            Mã định danh,Số CCCD,Họ và tên,Ngày sinh,Giới tính
            4007784483,40309383452,Trần Thị An,17/02/2009,Nữ
            4007784484,040309383452,Trần Văn Bình,17/02/2009,Nam
            4007784485,"4,03093E+10",Trần Văn Cường,17/02/2009,Nam
            4007784486,186123456,Trần Văn Dũng,17/02/2009,Nam
            4007784487,999309383452,Trần Văn Giang,17/02/2009,Nam
            4007784488,1309383452,Trần Thị Hà,17/02/2009,Nữ
            """);

        rows.Select(row => row.Row!.CitizenId).ShouldBe(["040309383452", "040309383452", null, null, null, "001309383452"]);
        rows.Select(row => row.Warnings.Single().Code).ShouldBe(["leading_zero_lost", "citizen_id_inconsistent", "precision_lost", "citizen_id_old", "citizen_id_invalid", "leading_zero_lost"]);
    }

    [Fact]
    public void A_ministry_id_of_a_low_numbered_province_gets_its_zero_back()
    {
        var (_, rows) = Files.Read("Mã định danh,Họ và tên\n112345678,Trần An\n112345679,Trần Bình\n112345680,Trần Cường\n");

        rows.Select(row => row.Row!.MinistryId).ShouldBe(["0112345678", "0112345679", "0112345680"]);
        rows.ShouldAllBe(row => row.Warnings.Single().Code == "leading_zero_lost");
    }

    [Fact]
    public void Candidate_numbers_that_simply_count_up_keep_their_lengths()
    {
        var (table, rows) = Files.Read("SBD,Họ và tên\n" + string.Concat(Enumerable.Range(1, 1200).Select(i => $"{i},Trần An\n")));

        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        rows[4].Row!.CandidateNumber.ShouldBe("5");
        table.Warnings.ShouldContain(warning => warning.Code == "candidate_number_width_varies");
    }

    [Fact]
    public void Schools_are_written_the_short_way()
    {
        string[] written = ["Trường Trung học cơ sở Đông Thành", "Trường THCS Đông Thành", "THCS Đông Thành", "thcs Đông Thành", "Trường TH và THCS Đông Thành", "Trường Tiểu học và THCS Đông Thành", "Trường Phổ thông dân tộc bán trú THCS Na Ngoi", "Trường Quốc tế Xanh"];
        string[] read = ["THCS Đông Thành", "THCS Đông Thành", "THCS Đông Thành", "THCS Đông Thành", "TH&THCS Đông Thành", "TH&THCS Đông Thành", "PTDTBT THCS Na Ngoi", "Trường Quốc tế Xanh"];

        var (_, rows) = Files.Read("SBD,Họ và tên,Trường\n" + string.Concat(written.Select((school, index) => $"10000{index},Trần An,{school}\n")));

        rows.Select(row => row.Row!.School).ShouldBe(read);
    }

    [Fact]
    public void An_outcome_column_may_be_a_cross_or_a_school()
    {
        var (crossed, crosses) = Files.Read("SBD,Họ và tên,Trúng tuyển\n100001,Trần An,x\n100002,Trần Bình,\n100003,Trần Cường,x\n");
        var (named, schools) = Files.Read("SBD,Họ và tên,Trúng tuyển\n100001,Trần An,THPT Đô Lương 1\n100002,Trần Bình,\n100003,Trần Cường,THPT Một\n");
        var (_, words) = Files.Read("SBD,Họ và tên,Kết quả\n100001,Trần An,Đỗ\n100002,Trần Bình,Trượt\n100003,Trần Cường,Dự bị\n100004,Trần Dũng,Đình chỉ\n100005,Trần Đông,lạ\n");

        crossed.Columns[2].Field.ShouldBe(Field.IsAdmitted);
        crosses.Select(row => row.Row!.Outcome).ShouldBe([Outcome.Admitted, Outcome.NotAdmitted, Outcome.Admitted]);
        named.Columns[2].Field.ShouldBe(Field.AdmittedTo);
        schools.Select(row => row.Row!.AdmittedTo).ShouldBe(["THPT Đô Lương 1", null, "THPT Một"]);
        words.Select(row => row.Row?.Outcome).ShouldBe([Outcome.Admitted, Outcome.NotAdmitted, Outcome.Waiting, Outcome.Disqualified, null]);
        words[4].Faults.ShouldHaveSingleItem().Code.ShouldBe("outcome_unknown");
    }

    [Fact]
    public void A_given_table_is_read_by_its_names_and_refused_when_they_differ()
    {
        using var table = PlainTable.Open(Files.Text("\uFEFFCode;Tên xã;valid from\n0001;\"Xã  Đông\";2025-07-01\n\n0002;Xã\u200BTây;\n"), ["code", "ten_xa"], ["valid_from", "kind"]);

        var rows = table.Rows().ToList();

        table.Columns.ShouldBe(["code", "ten_xa", "valid_from"]);
        (rows[0]["code"], rows[0]["ten_xa"], rows[0]["valid_from"], rows[0]["kind"]).ShouldBe(("0001", "Xã Đông", "2025-07-01", null));
        rows[1].Faults.ShouldHaveSingleItem().Code.ShouldBe("control_character");
        rows[1].SourceRow.ShouldBe(4);
        foreach (var text in new[] { "code\n1\n", "code,ten_xa,code\n1,2,3\n", "code,ten_xa,more\n1,2,3\n", "code,tenxx\n1,2\n" })
        {
            var refused = Should.Throw<FileRefused>(() => PlainTable.Open(Files.Text(text), ["code", "ten_xa"], []));
            refused.Code.ShouldBe("columns_mismatch");
            refused.Expected.ShouldBe(["code", "ten_xa"]);
            refused.Found.ShouldBe(text.Split('\n')[0].Split(','));
        }
    }
}
