using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Rounds;

/// <summary>One round on its way: the file, what was read from it, acceptance by one person, finalisation by another.</summary>
public static class ShowRound
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/rounds/{roundId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(ShowSeason.Roles));

    public static Task<IResult> Handle(Guid roundId, HttpContext http, Api api, CancellationToken ct, Guid? upload = null) => Page(roundId, upload, null, http, api, ct);

    /// <summary>The page, with what was refused where an act was.</summary>
    public static async Task<IResult> Page(Guid roundId, Guid? upload, Problem? refused, HttpContext http, Api api, CancellationToken ct)
    {
        var round = (await api.Get<Detail>($"http://schools/v1/rounds/{roundId}", ct)).MustBeThere();
        var shown = upload ?? round.Uploads.LastOrDefault()?.UploadId;
        var report = shown is null ? null : await api.Get<Report>($"http://schools/v1/rounds/{roundId}/uploads/{shown}", ct);
        var user = http.User;
        return Pages.Of<RoundPage>(new View(round, report, refused, user.IsInRole(Policies.Officer), user.IsInRole(Policies.Approver)), refused?.Status ?? 200);
    }

    public sealed record View(Detail Detail, Answer<Report>? Report, Problem? Refused, bool IsOfficer, bool IsApprover);

    public sealed record Detail(Round Round, ShowSeason.State Accepted, IReadOnlyList<Upload> Uploads);

    public sealed record Round(Guid RoundId, int SchoolYear, int Number, string Name, string Status, Guid? AcceptedUpload, DateTimeOffset? CheckedAt, DateTimeOffset? FinalizedAt, int Version, int? ResultCount);

    public sealed record Upload(Guid UploadId, DateTimeOffset UploadedAt, DateTimeOffset? AcceptedAt, long Bytes, bool HasOutcomes);

    public sealed record Report(string State, Guid UploadId, Mapping Mapping, Counts Counts, IReadOnlyList<Note> Faults, IReadOnlyList<Note> Warnings);

    public sealed record Mapping(string Kind, string Encoding, IReadOnlyList<Column> Columns, IReadOnlyList<Warning> Warnings, Skipped? Skipped);

    public sealed record Column(int Index, string Header, string Field, double Confidence, string Source);

    public sealed record Warning(string Code, string? Column, string Hint);

    public sealed record Skipped(int TotalsAndNotes, int RepeatedHeaders, int Blank);

    public sealed record Counts(int Rows, int Matched, int Review, int Unmatched, int Refused, int Duplicates, int Admitted, int WithoutPlace, int Absent, int Undecided, Difference? Difference);

    public sealed record Difference(int Added, int Removed, int Changed, int Same);

    public sealed record Note(int Row, string? Column, string Code, string Hint);
}
