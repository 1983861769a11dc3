using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>What a file says became of a pupil: read when it is certain, asked about when it is not, never guessed.</summary>
public sealed class OutcomeTests
{
    [Theory]
    [InlineData("Trúng tuyển", Outcome.Admitted)]
    [InlineData("TRÚNG TUYỂN NV2", Outcome.Admitted)]
    [InlineData("trung tuyen", Outcome.Admitted)]
    [InlineData("Trúng tuyển (NV1)", Outcome.Admitted)]
    [InlineData("Trúng tuyển nguyện vọng 2", Outcome.Admitted)]
    [InlineData("NV1: Đỗ", Outcome.Admitted)]
    [InlineData("Đậu NV 1", Outcome.Admitted)]
    [InlineData("TTNV2", Outcome.Admitted)]
    [InlineData("Trúng tuyển vào lớp 10", Outcome.Admitted)]
    [InlineData("Trúng tuyển vào trường THPT Cù Huy Cận", Outcome.Admitted)]
    [InlineData("Đỗ THPT Đô Lương 1", Outcome.Admitted)]
    [InlineData("Trúng tuyển lớp chuyên Toán", Outcome.Admitted)]
    [InlineData("Tuyển thẳng", Outcome.Admitted)]
    [InlineData("Không trúng tuyển NV1, trúng tuyển NV2", Outcome.Admitted)]
    [InlineData("Trượt NV1; Đỗ NV2", Outcome.Admitted)]
    [InlineData("Không trúng tuyển", Outcome.NotAdmitted)]
    [InlineData("KHÔNG TRÚNG TUYỂN NV1, NV2", Outcome.NotAdmitted)]
    [InlineData("Không trúng tuyển cả 2 nguyện vọng", Outcome.NotAdmitted)]
    [InlineData("Không trúng tuyển vào lớp 10", Outcome.NotAdmitted)]
    [InlineData("Không đủ điểm trúng tuyển", Outcome.NotAdmitted)]
    [InlineData("Trượt", Outcome.NotAdmitted)]
    [InlineData("Rớt NV3", Outcome.NotAdmitted)]
    [InlineData("Ko đạt", Outcome.NotAdmitted)]
    [InlineData("Hỏng", Outcome.NotAdmitted)]
    [InlineData("Vắng thi", Outcome.Absent)]
    [InlineData("Thí sinh bỏ thi", Outcome.Absent)]
    [InlineData("Dự bị", Outcome.Waiting)]
    [InlineData("Đình chỉ thi", Outcome.Disqualified)]
    public void A_known_phrase_is_read_in_any_of_its_spellings(string written, Outcome outcome) => Outcomes(written).ShouldBe([outcome]);

    [Theory]
    [InlineData("Chưa đủ điều kiện trúng tuyển")]
    [InlineData("Không công nhận trúng tuyển")]
    [InlineData("Trúng tuyển có điều kiện")]
    [InlineData("Trúng tuyển, không nhập học")]
    [InlineData("Trúng tuyển THPT Đô Lương 1, không nhập học")]
    [InlineData("Đủ điều kiện xét trúng tuyển")]
    [InlineData("Hủy trúng tuyển")]
    [InlineData("Dự kiến trúng tuyển")]
    [InlineData("Trúng tuyển, không trúng tuyển")]
    [InlineData("Vắng thi môn Toán")]
    [InlineData("Không vắng")]
    [InlineData("Trượt NV1 đỗ")]
    public void Any_other_negation_or_condition_is_for_a_person_to_read(string written)
    {
        var (table, rows) = Files.Read(File(written, written, "Trúng tuyển"));

        rows.Take(2).ShouldAllBe(row => row.Faults.Count == 1 && row.Faults[0].Code == "outcome_unknown" && row.Faults[0].Column == "Kết quả");
        rows[2].Row!.Outcome.ShouldBe(Outcome.Admitted);
        table.Columns[2].Field.ShouldBe(Field.Outcome, "the column is not dropped because it says hard things");
    }

    [Theory]
    [InlineData("Kết quả NV1;Kết quả NV2", "Không trúng tuyển;Trúng tuyển", Outcome.Admitted, 2)]
    [InlineData("Kết quả NV1;Kết quả NV2", "Trúng tuyển;", Outcome.Admitted, 1)]
    [InlineData("Kết quả NV1;Kết quả NV2", "Trượt;Trượt", Outcome.NotAdmitted, null)]
    [InlineData("KQ nguyện vọng 1;KQ nguyện vọng 2", "Trượt;Đỗ", Outcome.Admitted, 2)]
    [InlineData("Trúng tuyển NV1;Trúng tuyển NV2", ";x", Outcome.Admitted, 2)]
    [InlineData("Trúng tuyển NV1;Trúng tuyển NV2", ";", Outcome.NotAdmitted, null)]
    public void Columns_of_several_wishes_are_put_together(string headers, string cells, Outcome outcome, int? wish)
    {
        var (table, rows) = Files.Read($"SBD;Họ và tên;{headers}\n100001;Trần An;{cells}\n100002;Trần Bình;{(headers.StartsWith("Trúng", StringComparison.Ordinal) ? "x;x" : "Trượt;Trượt")}\n");

        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        (rows[0].Row!.Outcome, rows[0].Row!.WishNumber).ShouldBe((outcome, wish));
        table.Warnings.ShouldNotContain(warning => warning.Code == "column_ambiguous");
    }

    [Fact]
    public void The_school_that_admitted_says_who_was_admitted_where_nothing_else_does()
    {
        var (table, rows) = Files.Read("SBD;Họ và tên;Toán;Trúng tuyển vào\n100001;Trần An;5;THPT Một\n100002;Trần Bình;5;\n100003;Trần Cường;5;Trượt\n100004;Trần Dũng;V;\n100005;Trần Em;5;Trúng tuyển có điều kiện\n100006;Trần Giang;5;THPT Hai\n100007;Trần Hà;5;THPT Hai\n");
        var (_, wishes) = Files.Read("SBD;Họ và tên;Trúng tuyển NV1;Trúng tuyển NV2\n100001;Trần An;THPT Một;\n100002;Trần Bình;;THPT Hai\n100003;Trần Cường;;\n");

        rows.Select(row => row.Row?.Outcome).ShouldBe([Outcome.Admitted, Outcome.NotAdmitted, Outcome.NotAdmitted, Outcome.NotAdmitted, null, Outcome.Admitted, Outcome.Admitted]);
        (rows[3].Row!.Absent, rows[4].Faults.Single().Code, table.HasOutcomes).ShouldBe((true, "outcome_unknown", true));
        wishes.Select(row => (row.Row!.Outcome, row.Row.AdmittedTo)).ShouldBe([(Outcome.Admitted, "THPT Một"), (Outcome.Admitted, "THPT Hai"), (Outcome.NotAdmitted, null)]);
    }

    [Theory]
    [InlineData("Trúng tuyển")]
    [InlineData("Kết quả")]
    [InlineData("Trúng tuyển vào")]
    public void A_column_that_nobody_filled_says_of_nobody_that_there_was_no_place(string header)
    {
        var (table, rows) = Files.Read($"SBD;Họ và tên;Toán;{header}\n100001;Trần An;5;\n100002;Trần Bình;6;\n");

        rows.ShouldAllBe(row => row.Row!.Outcome == null);
        table.HasOutcomes.ShouldBeFalse();
    }

    [Fact]
    public void A_group_over_the_wishes_gives_them_its_meaning()
    {
        var (_, rows) = Files.Read("SBD;Họ và tên;Kết quả;\n;;NV1;NV2\n100001;Trần An;Trượt;Đỗ\n100002;Trần Bình;Trượt;Trượt\n");

        rows.Select(row => row.Row!.Outcome).ShouldBe([Outcome.Admitted, Outcome.NotAdmitted]);
    }

    [Fact]
    public void Two_columns_that_contradict_each_other_on_a_pupil_are_a_fault_of_that_row()
    {
        var (_, rows) = Files.Read("SBD,Họ và tên,Trúng tuyển,Kết quả\n100001,Trần An,x,Trúng tuyển\n100002,Trần Bình,,Trúng tuyển\n100003,Trần Cường,x,Trượt\n100004,Trần Dũng,,Trượt\n");

        rows.Select(row => row.Faults.FirstOrDefault()?.Code).ShouldBe([null, "outcome_unknown", "outcome_unknown", null]);
    }

    [Theory]
    [InlineData("DANH SÁCH HỌC SINH TRÚNG TUYỂN VÀO LỚP 10", Outcome.Admitted)]
    [InlineData("Danh sách thí sinh không trúng tuyển", Outcome.NotAdmitted)]
    [InlineData("DANH SÁCH HỌC SINH TRÚNG TUYỂN VÀ KHÔNG TRÚNG TUYỂN", null)]
    [InlineData("DANH SÁCH DỰ KIẾN TRÚNG TUYỂN", null)]
    [InlineData("DANH SÁCH THÍ SINH ĐỦ ĐIỀU KIỆN TRÚNG TUYỂN", null)]
    [InlineData("ĐIỂM CHUẨN TRÚNG TUYỂN", null)]
    public void A_title_speaks_for_every_row_when_no_column_does(string title, Outcome? outcome)
    {
        var (table, rows) = Files.Read($"{title},,,,\nSBD,Họ và tên,Văn,Toán,Anh\n100001,Trần An,5,6,7\n100002,Trần Bình,5,6,7\n");
        var (_, withColumn) = Files.Read($"{title},,\nSBD,Họ và tên,Kết quả\n100001,Trần An,Vắng\n100002,Trần Bình,\n");

        table.TitleOutcome.ShouldBe(outcome);
        table.HasOutcomes.ShouldBe(outcome is not null);
        rows.ShouldAllBe(row => row.Row!.Outcome == outcome);
        withColumn.Select(row => row.Row!.Outcome).ShouldBe([Outcome.Absent, null]);
    }

    [Fact]
    public void A_second_title_further_down_speaks_for_the_rows_below_it()
    {
        var (table, rows) = Files.Read(
            """
            DANH SÁCH HỌC SINH TRÚNG TUYỂN,,
            SBD,Họ và tên,Tổng điểm
            100001,Trần An,25
            DANH SÁCH HỌC SINH KHÔNG TRÚNG TUYỂN,,
            SBD,Họ và tên,Tổng điểm
            100002,Trần Bình,10
            """);

        rows.Select(row => row.Row!.Outcome).ShouldBe([Outcome.Admitted, Outcome.NotAdmitted]);
        table.HasOutcomes.ShouldBeTrue();
    }

    [Theory]
    [InlineData("V,V,V,,Không trúng tuyển", true)]
    [InlineData(",,,,Không trúng tuyển", true)]
    [InlineData(",,,0,Không trúng tuyển", true)]
    [InlineData("V,V,V,1,Không trúng tuyển", true)]          // priority points alone
    [InlineData(",,,18.5,Không trúng tuyển", false)]         // marks kept elsewhere, the total is here
    [InlineData("V,V,0,0,Không trúng tuyển", false)]         // zero is a mark
    [InlineData(",,,,Trúng tuyển", false)]                   // admitted without a paper
    [InlineData(",,,,Đình chỉ thi", false)]
    public void Who_sat_nothing_was_absent_whatever_the_outcome_column_says(string cells, bool absent)
    {
        var (_, rows) = Files.Read($"SBD,Họ và tên,Văn,Toán,Anh,Tổng điểm,Kết quả\n100001,Trần An,{cells}\n100002,Trần Bình,5,6,7,18,Trúng tuyển\n");

        rows[0].Row!.Absent.ShouldBe(absent);
    }

    [Fact]
    public void A_mark_in_the_specialised_subject_is_a_paper_sat_and_columns_nobody_filled_prove_nothing()
    {
        var (_, specialised) = Files.Read("SBD,Họ và tên,Văn,Toán,Anh,Chuyên\n100001,Trần An,,,,7\n100002,Trần Bình,5,6,7,\n");
        var (_, unfilled) = Files.Read("SBD,Họ và tên,Văn,Toán,Anh,Kết quả\n100001,Trần An,,,,Trượt\n100002,Trần Bình,,,,Đỗ\n");

        specialised[0].Row!.Absent.ShouldBeFalse();
        unfilled[0].Row!.Absent.ShouldBeFalse();
    }

    [Fact]
    public void One_row_for_each_wish_is_no_repetition_unless_the_rows_are_about_two_people()
    {
        var (_, rows) = Files.Read(
            """
            SBD,Họ và tên,Ngày sinh,NV,Kết quả
            100001,Trần An,17/02/2009,NV1,Không trúng tuyển
            100001,Trần An,17/02/2009,NV2,Trúng tuyển
            100002,Trần Bình,18/02/2009,NV1,Trúng tuyển
            100002,Lê Bình,18/02/2009,NV2,Không trúng tuyển
            100003,Trần Cường,19/02/2009,NV1,Không trúng tuyển
            100003,Trần Cường,19/02/2009,NV1,Không trúng tuyển
            100004,Trần Dũng,20/02/2009,NV1,Không trúng tuyển
            100004,Trần Dũng,20/02/2009,NV1,Trúng tuyển
            """);

        rows.Select(row => row.Faults.FirstOrDefault()?.Code ?? row.Warnings.FirstOrDefault()?.Code).ShouldBe([null, null, "duplicate_conflict", "duplicate_conflict", null, "duplicate_row", "duplicate_conflict", "duplicate_conflict"]);
    }

    static string File(params string[] outcomes) => "SBD;Họ và tên;Kết quả\n" + string.Concat(outcomes.Select((outcome, index) => $"10000{index};Trần An;\"{outcome}\"\n"));

    static IEnumerable<Outcome?> Outcomes(params string[] written)
    {
        var (_, rows) = Files.Read(File(written));
        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        return rows.Select(row => row.Row!.Outcome);
    }
}
