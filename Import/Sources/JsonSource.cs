using System.Text;
using System.Text.Json;

namespace CareerPlatform.Import;

/// <summary>Rows of JSON objects, one a line or in an array; nested objects become columns named by their path (DIEM.TOAN).</summary>
/// <remarks>Strict: a duplicated name, a comment or a trailing comma makes that object a faulty row, not a faulty file.</remarks>
internal sealed class JsonSource : RowSource
{
    private readonly CharReader reader;
    private readonly ReadOptions options;
    private readonly bool byLine;
    private readonly bool inArray;
    private readonly Dictionary<string, int> columns = [];
    private readonly List<string> names = [];
    private readonly List<int> setIn = [];
    private char[] window = new char[40 * 1024];
    private char[] text = new char[4096];
    private byte[] utf8 = new byte[16 * 1024];
    private int textLength;
    private int position;
    private int end;
    private int rows;
    private int generation;
    private bool ended;

    public JsonSource(CharReader reader, FileKind kind, ReadOptions options)
    {
        this.reader = reader;
        this.options = options;
        inArray = kind is FileKind.JsonArray;
        Restart();
        byLine = !inArray && FirstLineIsAnObject();
        Restart();

        // Columns are the union of all objects' names, so the whole file is looked through once.
        while (Read())
        {
        }

        Restart();
    }

    public override IReadOnlyList<string> Names => names;

    public override void Restart()
    {
        reader.Restart();
        (position, end, rows, ended) = (0, 0, 0, false);
        if (!inArray) return;

        // Up to the array's bracket, also where an object holds it: {"total": 200, "data": [ … ]}.
        while (true)
        {
            while (position < end && window[position] != '[') position++;
            if (position < end) break;
            if (!More()) return;
        }

        position++;
    }

    protected override bool Advance()
    {
        var (start, length) = byLine ? NextLine() : NextObject();
        if (length < 0) return false;
        Row.Reset(++rows);
        textLength = 0;
        generation++;
        var size = Encoding.UTF8.GetMaxByteCount(length);
        if (utf8.Length < size) utf8 = new byte[size];
        try
        {
            var json = new Utf8JsonReader(
                utf8.AsSpan(0, new UTF8Encoding(false, true).GetBytes(window.AsSpan(start, length), utf8)),
                new JsonReaderOptions { MaxDepth = 16 });
            if (!json.Read() || json.TokenType is not JsonTokenType.StartObject) Row.Flaw = "json_invalid";
            else
            {
                ReadObject(ref json, "");
                if (json.Read()) Row.Flaw = "json_invalid";
            }
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or EncoderFallbackException)
        {
            Row.Flaw = "json_invalid";
        }

        Row.Text = text;
        return true;
    }

    private void ReadObject(ref Utf8JsonReader json, string prefix)
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var path = prefix.Length == 0 ? json.GetString()! : $"{prefix}.{json.GetString()}";
            if (path.Length > 200) throw new JsonException();
            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.StartObject:
                    ReadObject(ref json, path);
                    break;
                case JsonTokenType.StartArray:
                    ReadArray(ref json, path);
                    break;
                default:
                    var start = textLength;
                    var kind = AppendScalar(ref json);
                    Set(path, start, kind);
                    break;
            }
        }
    }

    private void ReadArray(ref Utf8JsonReader json, string path)
    {
        var start = textLength;
        var depth = json.CurrentDepth;
        while (json.Read() && !(json.TokenType is JsonTokenType.EndArray && json.CurrentDepth == depth))
        {
            if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                json.Skip();
                continue;
            }

            if (textLength > start) Append("; ");
            AppendScalar(ref json);
        }

        Set(path, start, CellKind.Text);
    }

    private CellKind AppendScalar(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                Room(json.ValueSpan.Length);
                textLength += json.CopyString(text.AsSpan(textLength));
                return CellKind.Text;
            case JsonTokenType.Number:
                Room(json.ValueSpan.Length);
                textLength += Encoding.ASCII.GetChars(json.ValueSpan, text.AsSpan(textLength));
                return CellKind.Number;
            case JsonTokenType.True:
                Append("TRUE");
                return CellKind.Text;
            case JsonTokenType.False:
                Append("FALSE");
                return CellKind.Text;
            default:
                return CellKind.Text;
        }
    }

    private void Append(string value)
    {
        Room(value.Length);
        value.CopyTo(text.AsSpan(textLength));
        textLength += value.Length;
    }

    private void Set(string path, int start, CellKind kind)
    {
        if (textLength - start > options.MaxFieldLength) throw Refuse.FieldTooLong(rows, options.MaxFieldLength);
        if (!columns.TryGetValue(path, out var column))
        {
            if (names.Count >= options.MaxColumns) throw Refuse.TooManyColumns(rows, options.MaxColumns);
            columns[path] = column = names.Count;
            names.Add(path);
            setIn.Add(0);
        }

        if (setIn[column] == generation) Row.Flaw = "duplicate_field";
        setIn[column] = generation;
        Row.Set(column, start, textLength - start, kind);
    }

    private void Room(int more)
    {
        if (text.Length < textLength + more) Array.Resize(ref text, Math.Max(text.Length * 2, textLength + more));
    }

    private bool FirstLineIsAnObject()
    {
        var (start, length) = NextLine();
        if (length < 0) return false;
        try
        {
            using var _ = JsonDocument.Parse(window.AsMemory(start, length));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private (int Start, int Length) NextLine()
    {
        var scanned = 0;
        while (true)
        {
            var found = window.AsSpan(position + scanned, end - position - scanned).IndexOf('\n');
            if (found < 0)
            {
                scanned = end - position;
                if (More()) continue;
                if (scanned == 0) return (0, -1);
            }

            var length = found < 0 ? end - position : scanned + found;
            var start = position;
            position = Math.Min(end, position + length + 1);
            scanned = 0;
            if (window.AsSpan(start, length).Trim("\uFEFF \t\r").IsEmpty)
            {
                if (found < 0) return (0, -1);
                continue;
            }

            while (length > 0 && window[start] is '\uFEFF' or ' ' or '\t')
            {
                start++;
                length--;
            }

            return (start, length);
        }
    }

    /// <summary>The next balanced object, whatever lines it spans.</summary>
    private (int Start, int Length) NextObject()
    {
        while (true)
        {
            while (position < end && window[position] != '{')
            {
                if (inArray && window[position] == ']') return (0, -1);
                if (window[position] is not (',' or '\uFEFF') && !char.IsWhiteSpace(window[position])) throw Refuse.JsonInvalid(rows + 1);
                position++;
            }

            if (position < end) break;
            if (!More()) return inArray ? throw Refuse.JsonInvalid(rows + 1) : (0, -1);
        }

        var (depth, quoted, offset) = (0, false, 0);
        while (true)
        {
            if (position + offset >= end && !More()) throw Refuse.JsonInvalid(rows + 1);
            var c = window[position + offset++];
            if (quoted)
            {
                if (c == '\\') offset++;
                else if (c == '"') quoted = false;
                continue;
            }

            if (c == '"') quoted = true;
            else if (c == '{') depth++;
            else if (c == '}' && --depth == 0) break;
        }

        var start = position;
        position += offset;
        return (start, offset);
    }

    private bool More()
    {
        if (ended) return false;
        if (end - position > 8 * options.MaxFieldLength) throw Refuse.FieldTooLong(rows + 1, options.MaxFieldLength);
        Array.Copy(window, position, window, 0, end - position);
        end -= position;
        position = 0;
        if (window.Length - end < 33 * 1024) Array.Resize(ref window, window.Length * 2);
        var read = reader.Read(window.AsSpan(end));
        end += read;
        ended = read == 0;
        return read > 0;
    }
}
