using System.Text;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Makes files in memory and reads them.</summary>
internal static class Files
{
    public static Stream Text(string text, string encoding = "utf-8") => new MemoryStream(OldEncodings.Encode(text, encoding));

    public static (TableFile Table, List<RowVerdict> Rows) Read(string text, string encoding = "utf-8", ReadOptions? options = null) => Read(Text(text, encoding), options);

    public static (TableFile Table, List<RowVerdict> Rows) Read(Stream stream, ReadOptions? options = null)
    {
        var table = TableFile.Open(stream, options);
        return (table, table.Rows().ToList());
    }

    public static FileRefused Refused(string text, string encoding = "utf-8", ReadOptions? options = null) => Refused(Text(text, encoding), options);

    public static FileRefused Refused(byte[] bytes, ReadOptions? options = null) => Refused(new MemoryStream(bytes), options);

    public static FileRefused Refused(Stream stream, ReadOptions? options = null) => Should.Throw<FileRefused>(() =>
    {
        using var table = TableFile.Open(stream, options);
        foreach (var _ in table.Rows())
        {
        }
    });

    public static string Csv(IEnumerable<IEnumerable<string>> rows, char delimiter = ',')
    {
        var text = new StringBuilder();
        foreach (var row in rows) text.AppendJoin(delimiter, row.Select(cell => Quote(cell, delimiter))).Append("\r\n");
        return text.ToString();
    }

    public static string Quote(string cell, char delimiter) =>
        cell.AsSpan().IndexOfAny([delimiter, '"', '\n', '\r']) >= 0 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}

/// <summary>Writes text as the older offices' programs did; written apart from the reader's tables.</summary>
internal static class OldEncodings
{
    private const string Letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy";
    private static readonly string[] ToneMarks = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"];

    // TCVN3 bytes of each vowel without tone, with grave, acute, hook, tilde, dot.
    private static readonly Dictionary<char, byte[]> Tcvn3 = (
        "a61B5B8B6B7B9 ăA8BBBEBCBDC6 âA9C7CAC8C9CB e65CCD0CECFD1 êAAD2D5D3D4D6 i69D7DDD8DCDE o6FDFE3E1E2E4 ôABE5E8E6E7E9 ơACEAEDEBECEE u75EFF3F1F2F4 ưADF5F8F6F7F9 y79FAFDFBFCFE")
        .Split(' ').ToDictionary(vowel => vowel[0], vowel => Convert.FromHexString(vowel[1..]));

    private static readonly Dictionary<char, byte> Tcvn3Capitals = "ĂA1 ÂA2 ÊA3 ÔA4 ƠA5 ƯA6 ĐA7 đAE".Split(' ').ToDictionary(letter => letter[0], letter => Convert.FromHexString(letter[1..])[0]);

    public static byte[] Encode(string text, string encoding) => encoding switch
    {
        "utf-8" => Encoding.UTF8.GetBytes(text),
        "utf-8-bom" => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
        "utf-8-nfd" => Encoding.UTF8.GetBytes(text.Normalize(NormalizationForm.FormD)),
        "utf-16le-bom" => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)],
        "utf-16be-bom" => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)],
        "utf-16le" => Encoding.Unicode.GetBytes(text),
        "utf-16be" => Encoding.BigEndianUnicode.GetBytes(text),
        "tcvn3" => ToTcvn3(text),
        "vni" => ToVni(text),
        "windows-1258" => To1258(text),
        "double" => Encoding.UTF8.GetBytes(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(Encoding.UTF8.GetBytes(text))),
        _ => throw new ArgumentException(encoding),
    };

    /// <summary>What TCVN3's small letters make of a text: accented capitals other than Ă Â Ê Ô Ơ Ư Đ have no byte of their own.</summary>
    private static byte[] ToTcvn3(string text)
    {
        var bytes = new List<byte>();
        foreach (var c in text.Normalize(NormalizationForm.FormC))
        {
            if (c < 0x80) bytes.Add((byte)c);
            else if (Tcvn3Capitals.TryGetValue(c, out var capital)) bytes.Add(capital);
            else
            {
                var (letter, tone) = Split(char.ToLowerInvariant(c));
                bytes.Add(Tcvn3[letter][tone]);
            }
        }

        return [.. bytes];
    }

    private static byte[] ToVni(string text)
    {
        var bytes = new List<byte>();
        foreach (var c in text.Normalize(NormalizationForm.FormC))
        {
            if (c < 0x80)
            {
                bytes.Add((byte)c);
                continue;
            }

            var upper = char.IsUpper(c);
            var (letter, tone) = Split(char.ToLowerInvariant(c));
            string written = letter switch
            {
                'đ' => "ñ",
                'i' => "iìíæóò"[tone].ToString(),
                'y' when tone == 5 => "î",
                'a' or 'e' or 'o' or 'u' or 'y' => letter + Mark("øùûõï", tone),
                'ơ' => "ô" + Mark("øùûõï", tone),
                'ư' => "ö" + Mark("øùûõï", tone),
                'ă' => "a" + "êèéúüë"[tone],
                'â' => "a" + "âàáåãä"[tone],
                'ê' => "e" + "âàáåãä"[tone],
                'ô' => "o" + "âàáåãä"[tone],
                _ => throw new ArgumentException($"no VNI for U+{(int)c:X4}"),
            };
            foreach (var piece in upper ? written.ToUpperInvariant() : written) bytes.Add((byte)piece);
        }

        return [.. bytes];

        static string Mark(string marks, int tone) => tone == 0 ? "" : marks[tone - 1].ToString();
    }

    private static byte[] To1258(string text)
    {
        // Base letter precomposed with its shape (â ă ê ô ơ ư), tone as a combining mark after it.
        var written = new StringBuilder();
        foreach (var c in text.Normalize(NormalizationForm.FormC))
        {
            var (letter, tone) = c < 0x80 || !Letters.Contains(Split(char.ToLowerInvariant(c)).Letter) ? (c, 0) : Split(c);
            written.Append(letter);
            if (tone > 0) written.Append(ToneMarks[tone]);
        }

        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(1258, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
        return encoding.GetBytes(written.ToString());
    }

    private static (char Letter, int Tone) Split(char c)
    {
        var decomposed = c.ToString().Normalize(NormalizationForm.FormD);
        for (var tone = 1; tone < ToneMarks.Length; tone++)
        {
            if (decomposed.Contains(ToneMarks[tone], StringComparison.Ordinal)) return (decomposed.Replace(ToneMarks[tone], "", StringComparison.Ordinal).Normalize(NormalizationForm.FormC)[0], tone);
        }

        return (c, 0);
    }
}
