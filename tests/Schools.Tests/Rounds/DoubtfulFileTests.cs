using System.Net;
using System.Net.Http.Json;
using System.Text;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Schools.Tests.Rounds;

/// <summary>Files that look right and say something else than they seem to.</summary>
public sealed class DoubtfulFileTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Theory]
    [InlineData("Kết quả", "Không trúng tuyển", "Không trúng tuyển")]
    [InlineData("Trúng tuyển", "", "")]
    public async Task An_absent_pupil_is_announced_to_nobody_whatever_the_outcome_column_says(string header, string absent, string failed)
    {
        var (province, round) = await Round(3);

        await Finalised(province, round, $"SBD,Mã định danh,Văn,Toán,Anh,Tổng,{header}\n100001,{province.Id(1)},V,V,V,,{absent}\n100002,{province.Id(2)},2,3,4,9,{failed}\n100003,{province.Id(3)},8,8,8,24,{(header == "Kết quả" ? "Trúng tuyển" : "x")}", 3);

        (await province.Facts<Grade10AdmissionFinalized>()).Sum(fact => fact.Pupils.Count).ShouldBe(1);
        (await province.Count("result", "outcome = 'absent'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_pupil_with_a_row_for_each_wish_is_admitted_by_the_one_that_succeeded()
    {
        var (province, round) = await Round(2);

        // The second pupil's rows carry no id and are matched by name, birth date and school.
        await Finalised(province, round,
            $"""
            SBD,Mã định danh,Họ và tên,Ngày sinh,Trường THCS,NV,Kết quả,Trúng tuyển vào
            100001,{province.Id(1)},{Province.Name(1)},05/03/2011,{Province.SchoolName(2)},NV1,Không trúng tuyển,
            100001,{province.Id(1)},{Province.Name(1)},05/03/2011,{Province.SchoolName(2)},NV2,Trúng tuyển,{province.Code}-H1
            100002,,{Province.Name(2)},05/03/2011,{Province.SchoolName(3)},NV1,Không trúng tuyển,
            100002,,{Province.Name(2)},05/03/2011,{Province.SchoolName(3)},NV2,Không trúng tuyển,
            """, 4);

        (await app.Rows<(string Alias, string Outcome)>("select a.alias, r.outcome from result r join pupil_alias a using (pupil_id) where r.tenant_id = @Code order by 1", new { province.Code }))
            .ShouldBe([(province.Id(1), "admitted"), (province.Id(2), "without_place")]);
        (await province.Facts<Grade10AdmissionFinalized>()).Sum(fact => fact.Pupils.Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_corrected_file_with_a_row_for_each_wish_is_compared_wish_by_wish()
    {
        var (province, round) = await Round(1);
        string File(string second) => $"SBD,Mã định danh,NV,Kết quả\n100001,{province.Id(1)},NV1,Trượt\n100001,{province.Id(1)},NV2,{second}";
        await (await province.Upload(round, Encoding.UTF8.GetBytes(File("Trượt")))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        var report = await (await province.Upload(round, Encoding.UTF8.GetBytes(File("Đỗ")))).ShouldBe(HttpStatusCode.OK);

        report.GetProperty("counts").GetProperty("difference").ToString().ShouldBe("""{"added":0,"removed":0,"changed":1,"same":1}""");
    }

    [Fact]
    public async Task A_list_whose_title_says_admitted_cannot_be_turned_around_by_places()
    {
        var (province, round) = await Round(2);
        var file = $"DANH SÁCH HỌC SINH TRÚNG TUYỂN VÀO LỚP 10,,,,\nSBD,Mã định danh,Văn,Toán,Hội đồng\n100001,{province.Id(1)},5,6,01\n100002,{province.Id(2)},7,6,01";
        var report = await (await province.Upload(round, Encoding.UTF8.GetBytes(file))).ShouldBe(HttpStatusCode.OK);
        report.GetProperty("counts").GetProperty("admitted").GetInt32().ShouldBe(2);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        await (await province.Officer.PutAsJsonAsync($"/v1/rounds/{round}/places", new[] { new { council = "01", places = 1 } })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "outcomes_in_file");
    }

    [Theory]
    [InlineData("SỞ GIÁO DỤC VÀ ĐÀO TẠO HÀ TĨNH;;;;;CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", true)]
    [InlineData("SỞ GIÁO DỤC & ĐÀO TẠO TỈNH HÀ TĨNH;;;;;", true)]
    [InlineData("SỞ GD-ĐT HÀ NAM TRƯỜNG THPT MỘT;;;;;", true)]
    [InlineData("UBND TỈNH HÀ TĨNH;;;;;CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", true)]
    [InlineData("ỦY BAN NHÂN DÂN TP. HỒ CHÍ MINH;;;;;", true)]
    [InlineData("SỞ GIÁO DỤC VÀ ĐÀO TẠO THỬ NGHIỆM;;;;;CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", false)]
    [InlineData("UBND TỈNH THỬ NGHIỆM;;;;;TỈNH HÀ TĨNH kính gửi", false)]
    [InlineData("UBND THÀNH PHỐ VINH;;;;;", false)]
    public async Task The_letterhead_is_read_cell_by_cell_and_another_province_is_out_of_scope(string letterhead, bool refused)
    {
        var province = await app.NewProvince();
        await province.Officer.Import("/v1/areas/imports", $"code,name,kind,parent,valid_from\n{province.Code},Tỉnh Thử Nghiệm,province,,2000-01-01");
        var round = await province.OpenRound();
        var file = Encoding.UTF8.GetBytes($"{letterhead}\nSBD;Họ và tên;Ngày sinh;Văn;Toán;Kết quả\n100001;Trần An;17/02/2011;5;6;Đỗ");

        var answer = await province.Upload(round, file);

        if (refused) await answer.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "wrong_scope");
        else await answer.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_school_year_of_a_column_is_not_that_of_the_list()
    {
        var (province, round) = await Round(1);

        await (await province.Upload(round, Encoding.UTF8.GetBytes($"SBD,Mã định danh,Kết quả,Học lực năm học 2024-2025\n100001,{province.Id(1)},Đỗ,Khá"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Rows_that_were_not_taken_for_pupils_are_shown_in_the_verdict()
    {
        var (province, round) = await Round(1);

        var report = await (await province.Upload(round, Encoding.UTF8.GetBytes($"SBD,Mã định danh,Họ và tên,Kết quả\n100001,{province.Id(1)},{Province.Name(1)},Đỗ\n\n,,Tổng số: 1,\n,,HIỆU TRƯỞNG,"))).ShouldBe(HttpStatusCode.OK);

        report.GetProperty("mapping").GetProperty("skipped").ToString().ShouldBe("""{"totalsAndNotes":2,"repeatedHeaders":0,"blank":1,"first":[4,5]}""");
    }

    [Fact]
    public async Task A_school_is_known_by_its_code_as_well_as_by_its_name()
    {
        var (province, round) = await Round(2);

        var report = await (await province.Upload(round, Encoding.UTF8.GetBytes(
            $"SBD,Họ và tên,Ngày sinh,Mã trường,Kết quả\n100001,{Province.Name(1)},05/03/2011,{province.Code}-s2,Trượt\n100002,{Province.Name(2)},05/03/2011,{province.Code}-S1,Trượt"))).ShouldBe(HttpStatusCode.OK);

        (report.GetProperty("counts").GetProperty("matched").GetInt32(), report.GetProperty("counts").GetProperty("review").GetInt32()).ShouldBe((1, 1), "the second pupil is of another school");
    }

    [Fact]
    public async Task Numbers_shorter_than_in_the_file_before_have_lost_their_zeros_unless_the_width_is_stated()
    {
        var (province, round) = await Round(2);
        string File(string first, string second) => $"SBD,Mã định danh,Kết quả\n{first},{province.Id(1)},Đỗ\n{second},{province.Id(2)},Trượt";
        await (await province.Upload(round, Encoding.UTF8.GetBytes(File("010001", "010002")))).ShouldBe(HttpStatusCode.OK);

        await (await province.Upload(round, Encoding.UTF8.GetBytes(File("10001", "10003")))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "leading_zero_lost");
        await (await province.Upload(round, Encoding.UTF8.GetBytes(File("10001", "10003")), "?candidateNumberWidth=5")).ShouldBe(HttpStatusCode.OK);
        await (await province.Upload(round, Encoding.UTF8.GetBytes(File("10001", "10003")), "?candidateNumberWidth=0")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "value_invalid");
    }

    [Fact]
    public async Task The_order_of_dates_and_the_repair_of_double_encoding_can_be_stated_and_make_another_reading_of_the_same_file()
    {
        var (province, round) = await Round(2);
        var file = Encoding.UTF8.GetBytes($"SBD,Mã định danh,Họ và tên,Ngày sinh,Kết quả\n100001,{province.Id(1)},{Province.Name(1)},05/03/2011,Đỗ");
        var twice = Import.OldEncodings.Encode(Encoding.UTF8.GetString(file), "double");

        var dayFirst = await (await province.Upload(round, file)).ShouldBe(HttpStatusCode.OK);
        var monthFirst = await (await province.Upload(round, file, "?dateOrder=month_day_year")).ShouldBe(HttpStatusCode.OK);
        var again = await (await province.Upload(round, file, "?dateOrder=month_day_year")).ShouldBe(HttpStatusCode.OK);
        await (await province.Upload(round, file, "?dateOrder=us")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "value_invalid");
        await (await province.Upload(round, twice)).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "encoding_invalid");
        var repaired = await (await province.Upload(round, twice, "?repairDoubleEncoding=true")).ShouldBe(HttpStatusCode.OK);

        string[] states = [.. new[] { dayFirst, monthFirst, again, repaired }.Select(report => report.GetProperty("state").GetString()!)];
        states.ShouldBe(["read", "read", "already_imported", "read"]);
        (await app.Rows<byte[]>("select sealed_birth from upload_row join upload using (upload_id) where upload.tenant_id = @Code order by uploaded_at, upload_id", new { province.Code })).Select(birth => app.Seal.OpenDate(province.Code, birth))
            .ShouldBe([new DateOnly(2011, 3, 5), new DateOnly(2011, 5, 3), new DateOnly(2011, 3, 5)]);
    }

    async Task<(Province, Guid)> Round(int pupils)
    {
        var province = await app.NewProvince();
        await province.Roster(pupils);
        return (province, await province.OpenRound());
    }

    static async Task Finalised(Province province, Guid round, string file, int results)
    {
        await (await province.Upload(round, Encoding.UTF8.GetBytes(file))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);
        await (await province.Finalize(round, results)).ShouldBe(HttpStatusCode.NoContent);
    }
}
