using System.Globalization;
using System.Text;

namespace CareerPlatform.Targets.Domain;

/// <summary>One all-day entry of a calendar.</summary>
/// <param name="Id">Stays the same while the entry changes.</param>
/// <param name="Sequence">Grows with every change.</param>
public sealed record CalendarEntry(Guid Id, DateOnly Day, string Summary, string Description, string Category, bool Done, DateTimeOffset ChangedAt, int Sequence);

/// <summary>Writes a calendar that programs subscribe to: RFC 5545, all-day dates, lines folded at 75 octets.</summary>
public static class TaskFeed
{
    public static string Write(string name, IEnumerable<CalendarEntry> entries)
    {
        var text = new StringBuilder();
        Line("BEGIN:VCALENDAR");
        Line("VERSION:2.0");
        Line("PRODID:-//CareerPlatform//Targets//VI");
        Line("CALSCALE:GREGORIAN");
        Line("METHOD:PUBLISH");
        Line($"X-WR-CALNAME:{Escape(name)}");
        Line("REFRESH-INTERVAL;VALUE=DURATION:PT6H");
        Line("X-PUBLISHED-TTL:PT6H");
        foreach (var entry in entries)
        {
            Line("BEGIN:VEVENT");
            Line($"UID:{entry.Id}@careerplatform");
            Line($"DTSTAMP:{entry.ChangedAt.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
            Line($"SEQUENCE:{entry.Sequence}");
            Line($"DTSTART;VALUE=DATE:{entry.Day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}");
            Line($"DTEND;VALUE=DATE:{entry.Day.AddDays(1).ToString("yyyyMMdd", CultureInfo.InvariantCulture)}");
            Line($"SUMMARY:{Escape(entry.Summary)}");
            Line($"DESCRIPTION:{Escape(entry.Description)}");
            Line($"CATEGORIES:{Escape(entry.Category)}");
            Line("TRANSP:TRANSPARENT");
            if (!entry.Done)
            {
                Line("BEGIN:VALARM");
                Line("ACTION:DISPLAY");
                Line($"DESCRIPTION:{Escape(entry.Summary)}");
                Line("TRIGGER:-P3D");
                Line("END:VALARM");
            }
            Line("END:VEVENT");
        }
        Line("END:VCALENDAR");
        return text.ToString();

        void Line(string line)
        {
            var octets = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                if (octets + rune.Utf8SequenceLength > 75)
                {
                    text.Append("\r\n ");
                    octets = 1;
                }
                text.Append(rune);
                octets += rune.Utf8SequenceLength;
            }
            text.Append("\r\n");
        }
    }

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("\r\n", "\\n", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
