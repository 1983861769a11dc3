using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>Loads a round for a change and writes it back; who changes it waits for whoever changes it now.</summary>
public static class RoundStore
{
    const string Columns = "round_id, school_year, number, name, status, accepted_upload, checked_by, checked_at, finalized_by, finalized_at, version, result_count";

    public static Task<Round?> Round(this Work work, Guid roundId) => work.Single<Round>($"select {Columns} from round where round_id = @roundId", new { roundId });

    public static Task<Round?> RoundForChange(this Work work, Guid roundId) => work.Single<Round>($"select {Columns} from round where round_id = @roundId for update", new { roundId });

    public static Task Save(this Work work, Round round) => work.Execute(
        """
        update round set status = @Status, accepted_upload = @AcceptedUpload, checked_by = @CheckedBy, checked_at = @CheckedAt, finalized_by = @FinalizedBy, finalized_at = @FinalizedAt,
          version = @Version, result_count = @ResultCount
        where round_id = @RoundId
        """, round);

    /// <summary>What the accepted file holds: a result is a row that is neither refused nor a repetition.</summary>
    public static async Task<RoundState> State(this Work work, Guid? upload) => (await work.Single<RoundState>(
        """
        select count(*)::int as results, count(*) filter (where verdict = 'matched')::int as matched, count(distinct pupil_id) filter (where verdict = 'matched')::int as pupils,
               count(*) filter (where verdict = 'unmatched')::int as unmatched, count(*) filter (where verdict = 'unmatched' and decided_by is null)::int as unmatched_open,
               count(*) filter (where verdict = 'review')::int as in_review,
               count(*) filter (where verdict = 'matched' and (outcome is null or outcome = 'waiting'))::int as without_outcome
        from upload_row where upload_id = @upload and verdict in ('matched', 'unmatched', 'review')
        """, new { upload }))!;
}
