using System.Text.Json;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>The report on an upload as it stands now: what its columns were taken to mean, verdicts, what is wrong. Figures and places in the file, no names.</summary>
public static class ShowUpload
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/rounds/{roundId:guid}/uploads/{uploadId:guid}", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector));

    public static async Task<Results<Ok<UploadReport>, NotFound>> Handle(Guid roundId, Guid uploadId, Person person, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.Round(roundId) is not { } round) return TypedResults.NotFound();
        if (await work.Single<string>("select mapping::text from upload where upload_id = @uploadId and round_id = @roundId", new { uploadId, roundId }) is not { } mapping) return TypedResults.NotFound();

        var counts = await UploadReport.Count(work, uploadId, round.AcceptedUpload, ct);
        var (faults, warnings) = await UploadReport.Notes(work, uploadId);
        return TypedResults.Ok(new UploadReport(uploadId == round.AcceptedUpload ? "accepted" : "read", uploadId, JsonSerializer.Deserialize<FileMapping>(mapping, UploadResults.Stored)!, counts, faults, warnings));
    }
}
