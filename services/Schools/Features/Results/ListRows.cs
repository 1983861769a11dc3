using System.Text.Json;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>The rows of an upload page by page with the verdict on each: whose they are, what is wrong, what a corrected file changes.</summary>
/// <remarks>Shows names, so the read is journaled in the same transaction.</remarks>
public static class ListRows
{
    public sealed record Shown
    {
        public required int Row { get; init; }
        public required string Verdict { get; init; }
        public string? MatchedBy { get; init; }

        /// <summary>A person has decided whose the row is, or that it is nobody's of this province.</summary>
        public bool Decided { get; init; }

        public Guid? PupilId { get; init; }
        public IReadOnlyList<Proposed> Candidates { get; init; } = [];
        public string? CandidateNumber { get; init; }
        public string? MinistryId { get; init; }
        public string? CitizenId { get; init; }
        public string? Name { get; init; }
        public DateOnly? BirthDate { get; init; }
        public string? School { get; init; }
        public string? Council { get; init; }
        public decimal? Literature { get; init; }
        public decimal? Mathematics { get; init; }
        public decimal? ForeignLanguage { get; init; }
        public decimal? Total { get; init; }
        public bool Absent { get; init; }
        public string? Outcome { get; init; }
        public string? AdmittedTo { get; init; }
        public string? Difference { get; init; }
        public RowNotes? Notes { get; init; }
    }

    /// <summary>A pupil the row may be about.</summary>
    public sealed record Proposed(Guid PupilId, string Name, DateOnly BirthDate, string? School);

    public sealed record Page(Guid UploadId, IReadOnlyList<Shown> Rows, int? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/rounds/{roundId:guid}/rows", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector));

    public static async Task<Results<Ok<Page>, NotFound>> Handle(
        Guid roundId, Person person, Database db, ContactSeal seal, TimeProvider clock, CancellationToken ct, Guid? uploadId = null, string? verdict = null, string? difference = null, int after = 0, int limit = 200)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.Round(roundId) is not { } round) return TypedResults.NotFound();
        if (await Uploads.Of(work, round, uploadId) is not { } upload) return TypedResults.NotFound();

        limit = Math.Clamp(limit, 1, 500);
        var rows = await work.Query<StoredRow>(
            """
            select row_no, verdict, matched_by, decided_by is not null as decided, pupil_id, candidates, candidate_number, ministry_id, citizen_id, sealed_name, sealed_birth, school, council, literature, mathematics, foreign_language, total,
                   absent, outcome, admitted_to, difference, notes::text as notes
            from upload_row
            where upload_id = @upload and row_no > @after and (@verdict::varchar is null or verdict = @verdict) and (@difference::varchar is null or difference = @difference)
            order by row_no limit @limit
            """, new { upload, after, verdict, difference, limit });
        using var names = seal.Names(work.Tenant);
        var people = rows.SelectMany(row => (row.Candidates ?? []).Concat(row.PupilId is { } pupil ? [pupil] : [])).Distinct().ToArray();
        var proposed = (await work.Query<ProposedRow>(
            """
            select p.pupil_id, p.sealed_name, p.sealed_birth, (select s.name from roster r join school s on s.school_id = r.school_id where r.pupil_id = p.pupil_id order by r.school_year desc, s.valid_from desc limit 1) as school
            from pupil p where p.pupil_id = any(@Candidates)
            """, new { Candidates = rows.SelectMany(row => row.Candidates ?? []).Distinct().ToArray() })).ToDictionary(pupil => pupil.PupilId, pupil => new Proposed(pupil.PupilId, pupil.SealedName is null ? "" : names.Open(pupil.SealedName), seal.OpenDate(work.Tenant, pupil.SealedBirth), pupil.School));
        await work.Journal(person, "admission_check", "/v1/rounds/{roundId}/rows", people, "name,birth_date,marks,outcome", clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Page(upload, [.. rows.Select(row => Show(row, proposed, row.SealedName is { } name ? names.Open(name) : null, row.SealedBirth is { } birth ? seal.OpenDate(work.Tenant, birth) : null))], rows.Count == limit ? rows[^1].RowNo : null));
    }

    static Shown Show(StoredRow row, Dictionary<Guid, Proposed> proposed, string? name, DateOnly? birthDate) => new()
    {
        Row = row.RowNo,
        Verdict = row.Verdict,
        MatchedBy = row.MatchedBy,
        Decided = row.Decided,
        PupilId = row.PupilId,
        Candidates = [.. (row.Candidates ?? []).Where(proposed.ContainsKey).Select(id => proposed[id])],
        CandidateNumber = row.CandidateNumber,
        MinistryId = row.MinistryId,
        CitizenId = row.CitizenId,
        Name = name,
        BirthDate = birthDate,
        School = row.School,
        Council = row.Council,
        Literature = row.Literature,
        Mathematics = row.Mathematics,
        ForeignLanguage = row.ForeignLanguage,
        Total = row.Total,
        Absent = row.Absent,
        Outcome = row.Outcome,
        AdmittedTo = row.AdmittedTo,
        Difference = row.Difference,
        Notes = row.Notes is null ? null : JsonSerializer.Deserialize<RowNotes>(row.Notes, JsonSerializerOptions.Web),
    };

    sealed record ProposedRow(Guid PupilId, byte[]? SealedName, byte[] SealedBirth, string? School);

    sealed class StoredRow
    {
        public int RowNo { get; init; }
        public string Verdict { get; init; } = "";
        public string? MatchedBy { get; init; }
        public bool Decided { get; init; }
        public Guid? PupilId { get; init; }
        public Guid[]? Candidates { get; init; }
        public string? CandidateNumber { get; init; }
        public string? MinistryId { get; init; }
        public string? CitizenId { get; init; }
        public byte[]? SealedName { get; init; }
        public byte[]? SealedBirth { get; init; }
        public string? School { get; init; }
        public string? Council { get; init; }
        public decimal? Literature { get; init; }
        public decimal? Mathematics { get; init; }
        public decimal? ForeignLanguage { get; init; }
        public decimal? Total { get; init; }
        public bool Absent { get; init; }
        public string? Outcome { get; init; }
        public string? AdmittedTo { get; init; }
        public string? Difference { get; init; }
        public string? Notes { get; init; }
    }
}
