using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Columns that could be read in two ways: the right one where something tells it, a clear refusal where nothing does.</summary>
public sealed class DoubtfulColumnTests
{
    [Theory]
    [InlineData("Tổng điểm;Điểm xét tuyển", 19)]
    [InlineData("Điểm xét tuyển;Tổng điểm", 18)]
    [InlineData("Tổng điểm trước phúc khảo;Tổng điểm sau phúc khảo", 19)]
    [InlineData("Tổng điểm (sau PK);Tổng điểm (trước PK)", 18)]
    public void The_column_that_counts_is_told_by_its_header(string headers, int total)
    {
        var (table, rows) = Files.Read($"SBD;Họ và tên;{headers}\n100001;Trần An;18;19\n100002;Trần Bình;20;20\n");

        rows[0].Row!.Total.ShouldBe(total);
        table.Warnings.ShouldContain(warning => warning.Code == "column_ambiguous");
    }

    [Theory]
    [InlineData("Tổng điểm;Tổng cộng")]
    [InlineData("Kết quả;Kết luận")]
    [InlineData("Toán;Toán phúc khảo")]
    public void Two_columns_of_one_meaning_and_other_values_wait_for_a_person_to_choose(string headers)
    {
        var values = headers.StartsWith("Kết", StringComparison.Ordinal) ? ("Đỗ", "Trượt") : ("5", "6");
        var text = $"SBD;Họ và tên;{headers}\n100001;Trần An;{values.Item1};{values.Item2}\n100002;Trần Bình;{values.Item2};{values.Item2}\n";
        var field = headers[0] == 'K' ? Field.Outcome : headers.StartsWith("Toán", StringComparison.Ordinal) ? Field.Mathematics : Field.Total;

        Files.Refused(text).Code.ShouldBe("columns_mismatch");
        var (_, rows) = Files.Read(text, options: new ReadOptions { Columns = new Dictionary<int, Field> { [3] = field } });

        (field switch { Field.Outcome => $"{rows[0].Row!.Outcome}", Field.Total => $"{rows[0].Row!.Total}", _ => $"{rows[0].Row!.Mathematics.Value}" }).ShouldBe(field is Field.Outcome ? "NotAdmitted" : "6");
    }

    [Fact]
    public void Two_columns_that_say_the_same_are_one()
    {
        var (_, rows) = Files.Read("SBD;Họ và tên;Tổng điểm;Tổng cộng\n100001;Trần An;18;18\n100002;Trần Bình;;20\n100003;Trần Cường;21;21\n");

        rows[0].Row!.Total.ShouldBe(18);
    }

    [Fact]
    public void A_decimal_comma_without_quotes_is_a_fault_of_its_row_and_never_moves_the_marks()
    {
        const string header = "SBD,Họ và tên,Văn,Toán,Anh,Tổng điểm,Ghi chú\n";
        string[] broken = ["100001,Trần An,7,75,6,5,25,19,\n", "100002,Trần Bình,7,6,5,5,18,5,\n", "100003,Trần Cường,7,6,5,5,18,5,\n", "100004,Trần Dũng,7,5,6,5,18,\n"];

        var (_, all) = Files.Read(header + string.Concat(broken.Take(3)));
        var (_, some) = Files.Read(header + string.Concat(broken) + "100005,Trần Em,7,6,5,18,\n");

        all.ShouldAllBe(row => row.Faults.Any(fault => fault.Code == "too_many_fields"));
        some.Take(4).ShouldAllBe(row => row.Row == null && row.Faults.Any(fault => fault.Code == "too_many_fields"));
        (some[4].Row!.Literature, some[4].Row!.Total).ShouldBe((Mark.Of(7), 18m));
    }

    [Fact]
    public void A_comma_at_the_end_of_every_row_is_harmless()
    {
        var (_, rows) = Files.Read("SBD,Họ và tên,Toán\n100001,Trần An,7,\n100002,Trần Bình,6,\nTổng số: 2,,\n");

        rows.Select(row => row.Row!.Mathematics).ShouldBe([Mark.Of(7), Mark.Of(6)]);
    }

    [Theory]
    [InlineData("Toán", "775", "mark_invalid")]
    [InlineData("Toán", "75", "mark_invalid")]
    [InlineData("Toán", "15", "mark_invalid")]
    [InlineData("Toán (hệ số 2)", "15", null)]
    [InlineData("Toán (hệ số 2)", "155", "mark_invalid")]
    [InlineData("Tổng điểm", "1915", "mark_invalid")]
    [InlineData("Tổng điểm", "205", "mark_invalid")]
    public void A_mark_that_lost_its_decimal_sign_is_a_fault_in_short_files_too(string header, string mark, string? fault)
    {
        var (_, rows) = Files.Read($"SBD;Họ và tên;{header}\n100001;Trần An;{mark}\n100002;Trần Bình;7,5\n100003;Trần Cường;6\n");

        rows.Select(row => row.Faults.FirstOrDefault()?.Code).ShouldBe([fault, null, null]);
    }

    [Fact]
    public void Marks_out_of_twenty_are_read_when_most_of_the_column_shows_them()
    {
        var (_, rows) = Files.Read("SBD;Họ và tên;Toán\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{100001 + i};Trần An;{i % 21}\n")));

        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
    }

    [Fact]
    public void A_total_that_does_not_follow_from_the_marks_as_the_others_do_is_pointed_out()
    {
        var (_, plain) = Files.Read("SBD;Họ và tên;Văn;Toán;Anh;Điểm ƯT;Tổng\n100001;Trần An;7;6;5;1;19\n100002;Trần Bình;7,5;6;5;;18,5\n100003;Trần Cường;7;6;5;;81\n");
        var (_, doubled) = Files.Read("SBD;Họ và tên;Văn;Toán;Anh;Tổng\n100001;Trần An;7;6;5;31\n100002;Trần Bình;7,5;6;5;32\n100003;Trần Cường;7;6;5;18\n");

        plain.Select(row => row.Warnings.FirstOrDefault()?.Code).ShouldBe([null, null, "total_differs"]);
        doubled.Select(row => row.Warnings.FirstOrDefault()?.Code).ShouldBe([null, null, "total_differs"]);
    }

    [Fact]
    public void Zeros_lost_from_most_numbers_are_seen_by_the_longer_ones()
    {
        var numbers = Enumerable.Range(0, 80).Select(i => $"{10_000 + (i * 317)}").Concat(Enumerable.Range(0, 20).Select(i => $"{100_000 + (i * 317)}")).ToList();

        var (_, rows) = Files.Read("SBD;Họ và tên\n" + string.Concat(numbers.Select(number => $"{number};Trần An\n")));

        rows.Count(row => row.Faults.FirstOrDefault()?.Code == "leading_zero_lost").ShouldBe(80);
        rows.Where(row => row.IsReadable).ShouldAllBe(row => row.Row!.CandidateNumber!.Length == 6);
    }

    [Fact]
    public void Councils_that_number_with_fewer_digits_have_lost_no_zero_when_their_numbers_begin_with_one()
    {
        var numbers = Enumerable.Range(0, 80).Select(i => $"{(i % 2 == 0 ? "01" : "12")}{i * 31:0000}").Concat(Enumerable.Range(0, 20).Select(i => $"69{10_000 + i}")).ToList();

        var (_, rows) = Files.Read("SBD;Họ và tên\n" + string.Concat(numbers.Select(number => $"{number};Trần An\n")));

        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        rows.Select(row => row.Row!.CandidateNumber).ShouldBe(numbers);
    }

    [Fact]
    public void One_number_that_is_too_long_does_not_make_the_others_too_short()
    {
        var (_, rows) = Files.Read("SBD;Họ và tên\n1000001;Trần An\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{200_000 + (i * 317)};Trần An\n")));

        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
    }

    [Fact]
    public void Dates_a_spreadsheet_has_swapped_are_not_taken_without_asking()
    {
        // 05/03/2011 and 07/11/2010 became May 3rd and July 11th... kept as numbers; 17/02/2011 stayed text.
        object?[][] rows = [["SBD", "Họ và tên", "Ngày sinh"], ["100001", "Trần An", Serial(2011, 5, 3)], ["100002", "Trần Bình", Serial(2010, 7, 11)], ["100003", "Trần Cường", "17/02/2011"]];
        object?[][] whole = [.. rows, ["100004", "Trần Dũng", Serial(2011, 2, 28)]];

        Files.Refused(new TestWorkbook().Sheet("A", rows).ToStream()).Code.ShouldBe("date_order_ambiguous");
        var (_, declared) = Files.Read(new TestWorkbook().Sheet("A", rows).ToStream(), new ReadOptions { DateOrder = DateOrder.DayMonthYear });
        var (_, told) = Files.Read(new TestWorkbook().Sheet("A", whole).ToStream());

        declared.Select(row => row.Row!.BirthDate).ShouldBe([new DateOnly(2011, 5, 3), new DateOnly(2010, 7, 11), new DateOnly(2011, 2, 17)]);
        told[0].Row!.BirthDate.ShouldBe(new DateOnly(2011, 5, 3));

        static int Serial(int year, int month, int day) => new DateOnly(year, month, day).DayNumber - new DateOnly(1899, 12, 30).DayNumber;
    }
}
