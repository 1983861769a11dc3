using System.Text.Json;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>What a results file is and what its columns were taken to mean, for a person to look at before accepting it.</summary>
public sealed record FileMapping(
    string Kind, string Encoding, char? Delimiter, IReadOnlyList<SheetInfo> Sheets, IReadOnlyList<int> HeaderRows, IReadOnlyList<string> Letterhead, IReadOnlyList<MappedColumn> Columns,
    IReadOnlyList<FileWarning> Warnings, SkippedRows? Skipped)
{
    public static FileMapping Of(TableFile table) => new(
        Code(table.Kind), table.Encoding, table.Delimiter, table.Sheets, table.HeaderRows, table.Letterhead,
        [.. table.Columns.Select(column => new MappedColumn(column.Index, column.Header, Code(column.Field), column.Confidence, column.Source,
            column.DateOrder is { } order ? Code(order) : null, column.DecimalSign, column.Width))], table.Warnings,
        new SkippedRows(table.Counts.TotalsAndNotes, table.Counts.RepeatedHeaders, table.Counts.Blank, table.SkippedRows));

    static string Code<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

/// <summary>A column and what it was taken to mean, in codes such as `candidate_number` and `day_month_year`.</summary>
public sealed record MappedColumn(int Index, string Header, string Field, double Confidence, string Source, string? DateOrder, char? DecimalSign, int? Width);

/// <summary>Rows below the header that were not taken for pupils, so that nobody is lost among them unseen.</summary>
/// <param name="TotalsAndNotes">Totals, notes, dates, signatures.</param>
/// <param name="RepeatedHeaders">Headers of further pages.</param>
/// <param name="Blank">Empty rows.</param>
/// <param name="First">Where the first totals and notes stand in the file.</param>
public sealed record SkippedRows(int TotalsAndNotes, int RepeatedHeaders, int Blank, IReadOnlyList<int> First);

/// <summary>Rows by verdict, and outcomes of those that count.</summary>
public sealed record UploadCounts
{
    public int Rows { get; init; }
    public int Matched { get; init; }
    public int Review { get; init; }
    public int Unmatched { get; init; }
    public int Refused { get; init; }
    public int Duplicates { get; init; }
    public int Admitted { get; init; }
    public int WithoutPlace { get; init; }
    public int Absent { get; init; }

    /// <summary>Results that say neither admitted, without a place nor absent.</summary>
    public int Undecided { get; init; }

    /// <summary>Against the accepted file; null when there is none.</summary>
    public Difference? Difference { get; init; }
}

/// <summary>What a corrected file changes against the accepted one.</summary>
public sealed record Difference(int Added, int Removed, int Changed, int Same);

/// <summary>The verdict on an uploaded file; nothing of it counts before it is accepted.</summary>
public sealed record UploadReport(string State, Guid UploadId, FileMapping Mapping, UploadCounts Counts, IReadOnlyList<RowFault> Faults, IReadOnlyList<RowFault> Warnings)
{
    public static async Task<UploadCounts> Count(Work work, Guid upload, Guid? accepted, CancellationToken ct)
    {
        var counts = (await work.SingleBulk<UploadCounts>(
            """
            select count(*)::int as rows, count(*) filter (where verdict = 'matched')::int as matched, count(*) filter (where verdict = 'review')::int as review,
                   count(*) filter (where verdict = 'unmatched')::int as unmatched, count(*) filter (where verdict = 'refused')::int as refused,
                   count(*) filter (where verdict = 'duplicate')::int as duplicates,
                   count(*) filter (where counts and outcome = 'admitted')::int as admitted, count(*) filter (where counts and outcome = 'without_place')::int as without_place,
                   count(*) filter (where counts and outcome = 'absent')::int as absent, count(*) filter (where counts and (outcome is null or outcome = 'waiting'))::int as undecided
            from (select verdict, outcome, verdict in ('matched', 'review', 'unmatched') as counts from upload_row where upload_id = @upload) r
            """, new { upload }, ct))!;
        if (accepted is null || accepted == upload) return counts;

        return counts with
        {
            Difference = await work.SingleBulk<Difference>(
                """
                select added, before - (changed + same) as removed, changed, same
                from (select count(*) filter (where difference = 'added')::int as added, count(*) filter (where difference = 'changed')::int as changed, count(*) filter (where difference = 'same')::int as same
                      from upload_row where upload_id = @upload) n,
                     (select count(*)::int as before from upload_row where upload_id = @accepted and verdict in ('matched', 'review', 'unmatched')) o
                """, new { upload, accepted }, ct),
        };
    }

    /// <summary>The first faults (rows kept out) and warnings (rows to look at) in file order.</summary>
    public static async Task<(IReadOnlyList<RowFault> Faults, IReadOnlyList<RowFault> Warnings)> Notes(Work work, Guid upload, int shown = 100)
    {
        var notes = await work.Query<string>("select notes::text from upload_row where upload_id = @upload and notes is not null order by (verdict = 'refused') desc, row_no limit @shown", new { upload, shown });
        var read = notes.Select(note => JsonSerializer.Deserialize<RowNotes>(note, JsonSerializerOptions.Web)!).ToList();
        return ([.. read.SelectMany(note => note.Faults).Take(shown)], [.. read.SelectMany(note => note.Warnings).Take(shown)]);
    }
}
