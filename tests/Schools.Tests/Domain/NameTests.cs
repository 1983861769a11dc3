using System.Text;
using CareerPlatform.Import;
using CareerPlatform.Schools.Domain;

namespace CareerPlatform.Schools.Tests.Domain;

public sealed class NameTests
{
    [Theory]
    [InlineData("Nguyễn Thuý Hoà", "NGUYỄN THÚY HÒA")]
    [InlineData("Lò Văn  Uý", "lò văn úy")]
    [InlineData("Y-Xua", "Y Xua")]
    public void Case_spaces_and_the_place_of_a_tone_mark_make_no_other_name(string one, string other)
    {
        NameKey.Of(one).ShouldBe(NameKey.Of(other));
        NameKey.Of(one.Normalize(NormalizationForm.FormD)).ShouldBe(NameKey.Of(other));
    }

    [Theory]
    [InlineData("Hòa", "Hóa")]
    [InlineData("Đan", "Dan")]
    [InlineData("Lan", "Lân")]
    [InlineData("Mơ", "Mở")]
    public void Another_tone_or_letter_is_another_name_that_folds_alike_when_accents_are_lost(string one, string other)
    {
        NameKey.Of(one).ShouldNotBe(NameKey.Of(other));
        NameKey.Fold(one).ShouldBe(NameKey.Fold(other));
    }

    [Fact]
    public void Every_Vietnamese_letter_folds_to_a_plain_one()
    {
        const string letters = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ";

        NameKey.Fold(letters + letters.ToUpperInvariant()).ShouldAllBe(letter => char.IsAsciiLetterLower(letter));
        letters.Select(letter => NameKey.Of(letter.ToString())).Distinct().Count().ShouldBe(letters.Length);
    }

    [Theory]
    [InlineData("Trường Trung học cơ sở Sông Trăng", "THCS Sông Trăng")]
    [InlineData("Trường PTDTBT THCS Mường Lống", "THCS MƯỜNG LỐNG")]
    [InlineData("TH&THCS Bến Gió", "Trường Tiểu học và THCS Bến Gió")]
    public void The_words_for_the_kind_of_school_make_no_other_school(string one, string other) => SchoolKey.Of(one).ShouldBe(SchoolKey.Of(other));

    [Fact]
    public void Schools_of_other_names_stay_apart() => SchoolKey.Of("THCS Sông Trăng 1").ShouldNotBe(SchoolKey.Of("THCS Sông Trăng 2"));
}

public sealed class AreaRegisterTests
{
    static readonly DateOnly Before = new(2025, 6, 30), After = new(2025, 7, 1);

    static readonly AreaRegister Register = new(
        [
            Old("101"), Old("102"), Old("103"), Old("104"), New("101", "Phường Mới Tên Cũ Mã"), New("201", "Xã Một"), New("202", "Xã Hai"),
        ],
        [
            new Succession("commune", "101", "commune", "201", After, true, null), new Succession("commune", "102", "commune", "201", After, false, null),
            new Succession("commune", "102", "commune", "202", After, false, null), new Succession("commune", "103", "commune", "202", After, true, "name collision"),
        ],
        [new DisadvantagedPeriod("commune", "201", After, new DateOnly(2025, 12, 31))]);

    static Area Old(string code) => new("commune", code, $"Xã Cũ {code}", null, "40", new DateOnly(2000, 1, 1), Before);

    static Area New(string code, string name) => new("commune", code, name, null, "40", After, null);

    [Fact]
    public void A_reused_code_is_another_area_on_another_day()
    {
        Register.Find("commune", "101", Before)!.Name.ShouldBe("Xã Cũ 101");
        Register.Find("commune", "101", After)!.Name.ShouldBe("Phường Mới Tên Cũ Mã");
        Register.Follow("commune", "101", Before, After)!.Code.ShouldBe("201");
        Register.Follow("commune", "101", After, After)!.Code.ShouldBe("101");
    }

    [Theory]
    [InlineData("102", "divided")]
    [InlineData("103", "suspect")]
    [InlineData("104", "nothing is known")]
    public void What_is_not_certain_is_not_followed(string code, string why) => Register.Follow("commune", code, Before, After).ShouldBeNull(why);

    [Fact]
    public void A_disadvantaged_area_is_one_between_two_dates()
    {
        Register.IsDisadvantaged("commune", "201", new DateOnly(2025, 12, 31)).ShouldBeTrue();
        Register.IsDisadvantaged("commune", "201", new DateOnly(2026, 1, 1)).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Xã Hai", "202")]
    [InlineData("hai", "202")]
    [InlineData("202", "202")]
    public void An_area_is_read_by_code_or_by_a_name_that_only_one_has(string written, string code) => Register.Read("commune", written, "40", After)!.Code.ShouldBe(code);

    [Fact]
    public void The_nearest_names_are_proposed_for_an_unknown_one() => Register.NearestNames("commune", "Xã Hia", "40", After, 1).ShouldBe("202 Xã Hai");
}
