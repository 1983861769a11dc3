using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Rounds;

/// <summary>The rows of a file with the verdict on each, page by page; doubtful ones are decided here. Names are shown, so every page read is journaled.</summary>
public static class ListRows
{
    public static readonly string[] Verdicts = ["matched", "review", "unmatched", "refused", "duplicate"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/rounds/{roundId:guid}/rows", Handle).RequireAuthorization(policy => policy.RequireRole(ShowSeason.Roles));

    public static async Task<IResult> Handle(Guid roundId, HttpContext http, Api api, CancellationToken ct, Guid? upload = null, string? verdict = null, int after = 0)
    {
        verdict = Verdicts.Contains(verdict) ? verdict : null;
        var rows = await api.Get<Rows>($"http://schools/v1/rounds/{roundId}/rows?after={after}&limit=100{(upload is null ? "" : $"&uploadId={upload}")}{(verdict is null ? "" : $"&verdict={verdict}")}", ct);
        return Pages.Of<RowsPage>(new View(roundId, upload, verdict, after, rows, http.User.IsInRole(Policies.Officer)));
    }

    public sealed record View(Guid RoundId, Guid? Upload, string? Verdict, int After, Answer<Rows> Rows, bool MayDecide);

    public sealed record Rows(Guid UploadId, [property: System.Text.Json.Serialization.JsonPropertyName("rows")] IReadOnlyList<Row> Items, int? Next);

    public sealed record Row(
        [property: System.Text.Json.Serialization.JsonPropertyName("row")] int Number, string Verdict, bool Decided, IReadOnlyList<Proposed> Candidates, string? CandidateNumber, string? Name, DateOnly? BirthDate, string? School, string? Council,
        decimal? Total, bool Absent, string? Outcome, string? Difference, Notes? Notes);

    public sealed record Proposed(Guid PupilId, string Name, DateOnly BirthDate, string? School);

    public sealed record Notes(IReadOnlyList<ShowRound.Note> Faults, IReadOnlyList<ShowRound.Note> Warnings);
}
