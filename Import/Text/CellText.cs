using System.Buffers;
using System.Text;

namespace CareerPlatform.Import;

/// <summary>What is wrong with the characters of a cell.</summary>
internal enum TextFlaw
{
    None,

    /// <summary>NUL, control, zero-width or direction-changing characters.</summary>
    Control,

    /// <summary>U+FFFD: somebody's decoder gave up here before us.</summary>
    Damaged,
}

/// <summary>Cleans cell text: trimmed, single spaces, composed (NFC), an eth put for đ made one; says when characters are in it that no name or number holds.</summary>
internal static class CellText
{
    private const byte Plain = 0;
    private const byte Space = 1;
    private const byte Compose = 2;
    private const byte Control = 3;
    private const byte Damaged = 4;
    private const byte HighSurrogate = 5;
    private const byte LowSurrogate = 6;
    private const byte Stroke = 7;

    private static readonly byte[] Classes = Classify();

    /// <summary>True when no character needs looking at: the text is composed and holds only letters, digits, punctuation and plain spaces.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text)
    {
        var classes = Classes;
        foreach (var c in text)
        {
            if (classes[c] != Plain) return false;
        }

        return true;
    }

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && IsSpace(text[start])) start++;
        while (end > start && IsSpace(text[end - 1])) end--;
        return text[start..end];
    }

    public static bool IsSpace(char c) => c == ' ' || Classes[c] == Space;

    /// <summary>The cleaned text, null when empty. A flaw leaves the text as it would be without the odd characters.</summary>
    public static string? Clean(ReadOnlySpan<char> raw, out TextFlaw flaw)
    {
        flaw = TextFlaw.None;
        var text = Trim(raw);
        if (text.IsEmpty) return null;
        var simple = true;
        var previousSpace = false;
        var classes = Classes;
        foreach (var c in text)
        {
            if (classes[c] != Plain || (c == ' ' && previousSpace))
            {
                simple = false;
                break;
            }

            previousSpace = c == ' ';
        }

        return simple ? text.ToString() : CleanSlowly(text, out flaw);
    }

    public static string? Clean(ReadOnlySpan<char> raw) => Clean(raw, out _);

    private static string? CleanSlowly(ReadOnlySpan<char> text, out TextFlaw flaw)
    {
        flaw = TextFlaw.None;
        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        var length = 0;
        var compose = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (Classes[c])
            {
                case Space:
                    c = ' ';
                    break;
                case Compose:
                    compose = true;
                    break;
                case Stroke:
                    c = Vietnamese.WithStroke(c);
                    break;
                case Control:
                    flaw = TextFlaw.Control;
                    continue;
                case Damaged:
                    if (flaw is TextFlaw.None) flaw = TextFlaw.Damaged;
                    break;
                case HighSurrogate when i + 1 < text.Length && Classes[text[i + 1]] == LowSurrogate:
                    compose = true;
                    rented[length++] = c;
                    c = text[++i];
                    break;
                case HighSurrogate or LowSurrogate:
                    flaw = TextFlaw.Control;
                    continue;
            }

            if (c == ' ' && (length == 0 || rented[length - 1] == ' ')) continue;
            rented[length++] = c;
        }

        while (length > 0 && rented[length - 1] == ' ') length--;
        var result = length == 0 ? null : new string(rented, 0, length);
        ArrayPool<char>.Shared.Return(rented);
        return compose ? result?.Normalize(NormalizationForm.FormC) : result;
    }

    private static byte[] Classify()
    {
        var classes = new byte[char.MaxValue + 1];
        Set(classes, 0x0000, 0x001F, Control);
        Set(classes, 0x0009, 0x000A, Space);
        Set(classes, 0x000D, 0x000D, Space);
        Set(classes, 0x007F, 0x009F, Control);
        Set(classes, 0x0085, 0x0085, Space);
        Set(classes, 0x00A0, 0x00A0, Space);
        Set(classes, 0x00AD, 0x00AD, Control);
        Set(classes, 0x0250, 0x1DFF, Compose);
        foreach (var letter in "ÐðƉɖƋƌ") classes[letter] = Stroke;
        Set(classes, 0x061C, 0x061C, Control);
        Set(classes, 0x034F, 0x034F, Control);
        Set(classes, 0x1680, 0x1680, Space);
        Set(classes, 0x180B, 0x180E, Control);
        Set(classes, 0x1F00, 0x1FFF, Compose);
        Set(classes, 0x2000, 0x200A, Space);
        Set(classes, 0x200B, 0x200F, Control);
        Set(classes, 0x2028, 0x2029, Space);
        Set(classes, 0x202A, 0x202E, Control);
        Set(classes, 0x202F, 0x202F, Space);
        Set(classes, 0x205F, 0x205F, Space);
        Set(classes, 0x2060, 0x206F, Control);
        Set(classes, 0x2100, 0xD7FF, Compose);
        Set(classes, 0x3000, 0x3000, Space);
        Set(classes, 0x3164, 0x3164, Control);
        Set(classes, 0xD800, 0xDBFF, HighSurrogate);
        Set(classes, 0xDC00, 0xDFFF, LowSurrogate);
        Set(classes, 0xE000, 0xFFFF, Compose);
        Set(classes, 0xFE00, 0xFE0F, Control);
        Set(classes, 0xFEFF, 0xFEFF, Control);
        Set(classes, 0xFFF0, 0xFFFB, Control);
        Set(classes, 0xFFFD, 0xFFFD, Damaged);
        Set(classes, 0xFFFE, 0xFFFF, Control);
        return classes;
    }

    private static void Set(byte[] classes, int from, int to, byte value) => classes.AsSpan(from, to - from + 1).Fill(value);
}
