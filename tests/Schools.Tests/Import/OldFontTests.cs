using System.Text;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Text typed in the old fonts and kept in files that are Unicode by themselves.</summary>
public sealed class OldFontTests
{
    private static readonly (string Name, string School)[] People = [("Nguyễn Thị Ánh", "THCS Đông Thành"), ("Trần Đức Độ", "THCS Nghi Đức"), ("Lê Hà", "THCS Mường Lống"), ("Nam Anh", "THCS Quỳnh Lưu"), ("Hoàng Lãng", "THCS Thạch Ngàn")];

    [Theory]
    [InlineData("tcvn3")]
    [InlineData("vni")]
    public void A_worksheet_or_text_typed_in_an_old_font_reads_as_what_was_meant(string font)
    {
        object?[][] sheet = [["SBD", "Họ và tên", "Trường", "Toán"], .. People.Select((person, index) => new object?[] { $"10000{index}", Typed(person.Name, font), Typed(person.School, font), 5 })];
        var text = $"SBD;{Typed("Họ và tên", font)};{Typed("Trường", font)};{Typed("Toán", font)}\n" + string.Concat(People.Select((person, index) => $"10000{index};{Typed(person.Name, font)};{Typed(person.School, font)};5\n"));

        foreach (var (table, rows) in new[] { Files.Read(new TestWorkbook().Sheet("A", sheet).ToStream()), Files.Read(text), Files.Read(text, "utf-16le-bom") })
        {
            rows.Select(row => (row.Row!.FullName!, row.Row.School!, row.Row.Mathematics)).ShouldBe(People.Select(person => (person.Name, person.School, Mark.Of(5))));
            table.Warnings.ShouldContain(warning => warning.Code == "font_encoding_repaired");
        }
    }

    [Fact]
    public void Unicode_text_is_left_alone_even_where_it_needs_no_letter_beyond_Latin_1()
    {
        var (table, rows) = Files.Read("SBD;Họ và tên;Ghi chú\n100001;Lê Hà;ã có\n100002;Lý Hòa;ý kiến\n100003;Tô Bá Thành;ông bà\n100004;Đỗ Thị Ánh;\n");

        rows.Select(row => row.Row!.FullName).ShouldBe(["Lê Hà", "Lý Hòa", "Tô Bá Thành", "Đỗ Thị Ánh"]);
        table.Warnings.ShouldNotContain(warning => warning.Code == "font_encoding_repaired");
    }

    [Fact]
    public void An_eth_put_for_the_Vietnamese_letter_becomes_it()
    {
        var (_, rows) = Files.Read("SBD;Họ và tên;Trường\n100001;Ðặng Thị Ánh;THCS Ðông Thành\n100002;Trần ðức Ɖộ;THCS Nghi Ðức\n");

        rows.Select(row => (row.Row!.FullName, row.Row.School)).ShouldBe([("Đặng Thị Ánh", "THCS Đông Thành"), ("Trần Đức Độ", "THCS Nghi Đức")]);
        NameKey.Of("Ðặng").ShouldBe(NameKey.Of("Đặng"));
    }

    /// <summary>What a Unicode program keeps of text typed in the font: its bytes as Windows-1252 letters.</summary>
    private static string Typed(string text, string font) => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(OldEncodings.Encode(text, font));
}
