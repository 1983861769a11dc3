namespace CareerPlatform.Import;

/// <summary>Rows of delimited text by RFC 4180: quoted fields may hold the delimiter, line ends and doubled quotes.</summary>
/// <remarks>Cells point into the reading window itself, so a row costs no allocation. A field over the limit stops the reading at once.</remarks>
internal sealed class DelimitedSource(CharReader reader, char delimiter, ReadOptions options) : RowSource
{
    private const int InitialWindow = 32 * 1024;
    private char[] window = new char[InitialWindow];
    private int position;
    private int end;
    private int rows;
    private bool ended;
    private bool started;

    public override void Restart()
    {
        reader.Restart();
        (position, end, rows, ended, started) = (0, 0, 0, false, true);
    }

    protected override bool Advance()
    {
        if (!started) Restart();
        if (position >= end && !Fill(0)) return false;
        Row.Reset(++rows);
        var p = position;
        while (true)
        {
            // One field per turn.
            if (p >= end && !More(ref p, p))
            {
                if (Row.Count > 0) Add(p, 0);
                return Finish(p);
            }

            if (window[p] == '"')
            {
                if (ReadQuoted(ref p)) return Finish(p);
                continue;
            }

            var fieldStart = p;
            while (true)
            {
                var found = window.AsSpan(p, end - p).IndexOfAny(delimiter, '\n', '\r');
                if (found >= 0)
                {
                    p += found;
                    break;
                }

                p = end;
                var before = fieldStart - position;
                if (!More(ref p, fieldStart))
                {
                    Add(position + before, p - position - before);
                    return Finish(p);
                }

                fieldStart = position + before;
            }

            Add(fieldStart, p - fieldStart);
            if (window[p] == delimiter)
            {
                p++;
                continue;
            }

            SkipLineEnd(ref p);
            return Finish(p);
        }
    }

    private bool Finish(int p)
    {
        position = p;
        Row.Text = window;
        return true;
    }

    private void Add(int start, int length)
    {
        if (length > options.MaxFieldLength) throw Refuse.FieldTooLong(rows, options.MaxFieldLength);
        if (Row.Count >= options.MaxColumns)
        {
            // Long runs of empty trailing columns are common in spreadsheets' exports and harmless.
            if (length == 0) return;
            throw Refuse.TooManyColumns(rows, options.MaxColumns);
        }

        Row.Set(Row.Count, start, length, CellKind.Text);
    }

    /// <summary>Reads a field that starts with a quote; true when the row ends with it.</summary>
    private bool ReadQuoted(ref int p)
    {
        var start = p + 1 - position;
        var write = start;
        p++;
        while (true)
        {
            if (p >= end && !More(ref p, position + start)) throw Refuse.QuoteUnclosed(rows);
            var rest = window.AsSpan(p, end - p);
            var found = rest.IndexOf('"');
            var run = found < 0 ? rest.Length : found;
            if (position + write != p) rest[..run].CopyTo(window.AsSpan(position + write));
            write += run;
            p += run;
            if (write - start > options.MaxFieldLength) throw Refuse.FieldTooLong(rows, options.MaxFieldLength);
            if (found < 0) continue;
            p++;
            if (p >= end) More(ref p, position + start);
            if (p < end && window[p] == '"')
            {
                window[position + write++] = '"';
                p++;
                continue;
            }

            break;
        }

        // Between the closing quote and the delimiter only spaces belong.
        while (p < end || More(ref p, position + start))
        {
            var c = window[p];
            if (c == delimiter)
            {
                Add(position + start, write - start);
                p++;
                if (p >= end) More(ref p, p);
                return false;
            }

            if (c is '\n' or '\r')
            {
                Add(position + start, write - start);
                SkipLineEnd(ref p);
                return true;
            }

            if (c != ' ')
            {
                Row.Flaw = "quote_invalid";
                window[position + write++] = c;
            }

            p++;
        }

        Add(position + start, write - start);
        return true;
    }

    private void SkipLineEnd(ref int p)
    {
        if (window[p++] != '\r') return;
        if (p >= end && !More(ref p, p)) return;
        if (window[p] == '\n') p++;
    }

    /// <summary>Gets more characters while a row is being read; positions are moved when the window is.</summary>
    private bool More(ref int p, int fieldStart)
    {
        if (p - fieldStart > options.MaxFieldLength) throw Refuse.FieldTooLong(rows, options.MaxFieldLength);
        if (p - position > Math.Max(4L * options.MaxFieldLength, 64L * InitialWindow)) throw Refuse.FieldTooLong(rows, options.MaxFieldLength);
        var offset = p - position;
        var kept = end - position;
        var moved = position;
        var more = Fill(kept);
        if (more || position != moved) p = position + offset;
        return more;
    }

    /// <summary>Reads on, keeping the last characters; cells already cut are moved with them.</summary>
    private bool Fill(int kept)
    {
        if (ended) return false;
        if (position > 0 && kept > 0)
        {
            Array.Copy(window, position, window, 0, kept);
            for (var i = 0; i < Row.Count; i++) Row.Cells[i].Start -= position;
        }

        position = 0;
        end = kept;
        if (window.Length - end < InitialWindow / 2) Array.Resize(ref window, window.Length * 2);
        while (true)
        {
            var read = reader.Read(window.AsSpan(end));
            if (read > 0)
            {
                end += read;
                return true;
            }

            ended = true;
            return false;
        }
    }
}
