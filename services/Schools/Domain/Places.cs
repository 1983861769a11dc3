namespace CareerPlatform.Schools.Domain;

/// <summary>A candidate as the ranking of a council sees them; marks in hundredths, null where a paper was not sat.</summary>
public readonly record struct Candidate(int Row, string Council, string Number, int? Total, int? Literature, int? Mathematics, int? ForeignLanguage, bool Absent);

/// <summary>Fills the places of each council from the top of its ranking, where a results file names no outcome.</summary>
/// <remarks>
/// The published tie rule (rule of this project; a province may replace it by its own outcome column): higher total; then higher mathematics; then higher
/// literature; then higher foreign language; then the smaller candidate number; then the earlier row. A place is never given twice and never exceeded.
/// Who is absent, or has no total, is not ranked.
/// </remarks>
public static class Places
{
    /// <summary>The rows that get a place.</summary>
    public static HashSet<int> Fill(IEnumerable<Candidate> candidates, IReadOnlyDictionary<string, int> placesByCouncil) =>
        candidates
            .Where(candidate => candidate is { Absent: false, Total: not null })
            .GroupBy(candidate => candidate.Council, StringComparer.Ordinal)
            .SelectMany(council => council
                .OrderByDescending(candidate => candidate.Total)
                .ThenByDescending(candidate => candidate.Mathematics ?? -1)
                .ThenByDescending(candidate => candidate.Literature ?? -1)
                .ThenByDescending(candidate => candidate.ForeignLanguage ?? -1)
                .ThenBy(candidate => candidate.Number, StringComparer.Ordinal)
                .ThenBy(candidate => candidate.Row)
                .Take(placesByCouncil.GetValueOrDefault(council.Key)))
            .Select(candidate => candidate.Row)
            .ToHashSet();
}
