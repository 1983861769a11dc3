using System.Text;

namespace CareerPlatform.Import;

/// <summary>The two font encodings older offices still write: TCVN3 (ABC) and VNI-Windows.</summary>
/// <remarks>
/// TCVN3 by TCVN 5712:1993 (the VN1 table above 0x7F, of which TCVN3 uses a part; the capitals VN1 keeps in control positions are not read).
/// VNI by its rule: a base letter followed by a mark byte; capitals use the mark byte less 0x20.
/// </remarks>
internal static class LegacyCodePages
{
    private const string Tcvn3High =
        "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ" +
        "\u00A0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ" +
        "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò" +
        "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ";

    private const string VniMarks = "øùûõï";
    private const string VniCircumflexMarks = "âàáåãä";
    private const string VniBreveMarks = "êèéúüë";
    private static readonly string[] Toned = ["aàáảãạ", "eèéẻẽẹ", "oòóỏõọ", "uùúủũụ", "yỳýỷỹỵ", "ơờớởỡợ", "ưừứửữự", "âầấẩẫậ", "êềếểễệ", "ôồốổỗộ", "ăằắẳẵặ"];

    /// <summary>Character of each TCVN3 byte.</summary>
    public static char[] Tcvn3 { get; } = BuildTcvn3();

    /// <summary>Letters standing alone in VNI.</summary>
    public static Dictionary<char, char> VniSingles { get; } = BuildVniSingles();

    /// <summary>Base letter and mark byte (as Windows-1252 characters) to the Vietnamese letter.</summary>
    public static Dictionary<(char Base, char Mark), char> VniPairs { get; } = BuildVniPairs();

    public static Encoding Windows1252 { get; } = CodePage(1252);

    public static Encoding Windows1258 { get; } = CodePage(1258);

    private static Encoding CodePage(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number)!;

    private static char[] BuildTcvn3()
    {
        var table = new char[256];
        for (var i = 0; i < 128; i++) table[i] = (char)i;
        for (var i = 0; i < 128; i++) table[128 + i] = Tcvn3High[i];
        return table;
    }

    private static Dictionary<char, char> BuildVniSingles()
    {
        var singles = new Dictionary<char, char>();
        foreach (var (written, read) in "ñìíæóòôöî".Zip("đìíỉĩịơưỵ"))
        {
            singles[written] = read;
            singles[char.ToUpperInvariant(written)] = char.ToUpperInvariant(read);
        }

        return singles;
    }

    private static Dictionary<(char, char), char> BuildVniPairs()
    {
        var pairs = new Dictionary<(char, char), char>();
        foreach (var (written, toned) in "aeouyôö".Zip(Toned))
        {
            for (var i = 0; i < VniMarks.Length; i++) Add(written, VniMarks[i], toned[i + 1]);
        }

        foreach (var (written, toned) in "aeo".Zip(Toned[7..10]))
        {
            for (var i = 0; i < VniCircumflexMarks.Length; i++) Add(written, VniCircumflexMarks[i], toned[i]);
        }

        for (var i = 0; i < VniBreveMarks.Length; i++) Add('a', VniBreveMarks[i], Toned[10][i]);
        return pairs;

        void Add(char letter, char mark, char read)
        {
            var (upperLetter, upperMark, upperRead) = (char.ToUpperInvariant(letter), char.ToUpperInvariant(mark), char.ToUpperInvariant(read));
            pairs[(letter, mark)] = read;
            pairs[(letter, upperMark)] = read;
            pairs[(upperLetter, upperMark)] = upperRead;
            pairs[(upperLetter, mark)] = upperRead;
        }
    }
}
