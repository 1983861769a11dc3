namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Rows that look like totals and notes and are pupils; and what is left out is told.</summary>
public sealed class DoubtfulRowTests
{
    [Fact]
    public void Pupils_whose_names_begin_like_a_note_are_pupils()
    {
        var (table, rows) = Files.Read(
            """
            TT,Họ và tên,Ngày sinh,Trường THCS,Toán
            ,Trang A Tếnh,17/02/2009,THCS Đông Thành,5
            ,Trang Thị Xia,18/02/2009,THCS Đông Thành,6
            ,Trang 2,,,
            ,Thư Ký Minh,19/02/2009,THCS Đông Thành,6
            ,Trung bình,,,"5,5"
            ,Tổng số: 3,,,17
            ,,"Vinh, ngày 10 tháng 7 năm 2024",,
            ,,Ngày 10 tháng 7 năm 2024,,
            """);

        rows.Select(row => row.Row!.FullName).ShouldBe(["Trang A Tếnh", "Trang Thị Xia", "Thư Ký Minh"]);
        table.Counts.TotalsAndNotes.ShouldBe(5);
        table.SkippedRows.ShouldBe([4, 6, 7, 8, 9]);
    }

    [Fact]
    public void A_council_named_first_in_every_row_does_not_make_notes_of_them()
    {
        var (_, councils) = Files.Read("Hội đồng thi,SBD,Văn,Toán\nHội đồng thi THPT Đô Lương 1,100001,5,6\nHội đồng thi THPT Đô Lương 1,100002,5,6\nTổng số: 2,2,10,12\n");
        var (_, unknown) = Files.Read("Nơi ngồi,SBD,Văn,Toán\nPhòng thi 1,100001,5,6\nPhòng thi 1,100002,5,6\n");

        councils.Select(row => row.Row!.CandidateNumber).ShouldBe(["100001", "100002"]);
        unknown.Count.ShouldBe(2);
    }

    [Fact]
    public void A_pupil_of_whom_only_the_name_and_the_school_of_admission_are_known_is_a_pupil()
    {
        var (_, rows) = Files.Read("SBD,Họ và tên,Ngày sinh,Toán,Trúng tuyển vào\n100001,Trần An,17/02/2009,6,THPT Một\n,Trần Bình,,,THPT Đô Lương 1\n,Trần Cường,,,Trường THPT Hai\n,Người Ký Tên,,,\n");

        rows.Select(row => row.Row!.FullName).ShouldBe(["Trần An", "Trần Bình", "Trần Cường"]);
    }
}
