using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>The officer who checked the rows of a file stands for them: they are the round's results until a corrected file is accepted or the round is finalised.</summary>
public static class AcceptResults
{
    public sealed record Command
    {
        /// <summary>The newest upload when not given.</summary>
        public Guid? UploadId { get; init; }

        /// <summary>Rows that cannot be read are left out knowingly.</summary>
        public bool WithoutRefusedRows { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/rounds/{roundId:guid}/acceptance", Handle)
        .RequireAuthorization(Policies.Officer)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public sealed record Answer(Guid UploadId, UploadCounts Counts);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid roundId, [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] Command? command, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.RoundForChange(roundId) is not { } round) return TypedResults.NotFound();
        if (await Uploads.Of(work, round, command?.UploadId) is not { } upload) throw new RuleBroken("file_missing", "Chưa có tệp kết quả", "No results file was read into this round yet.");
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            var before = round.AcceptedUpload;
            var refused = await work.Single<int>("select count(*)::int from upload_row where upload_id = @upload and verdict = 'refused'", new { upload });
            round.Accept(upload, refused, command?.WithoutRefusedRows ?? false, person.Subject, clock.GetUtcNow());
            await work.Save(round);
            await work.Execute("update upload set accepted_at = @Now where upload_id = @upload", new { Now = clock.GetUtcNow(), upload });
            await SetPlaces.FillAgain(work, round, ct);
            var counts = await UploadReport.Count(work, upload, before, ct);
            work.Append("round", roundId, new ResultsAccepted { RoundId = roundId, UploadId = upload, Results = counts.Matched + counts.Review + counts.Unmatched, By = person.Subject });
            return new Answer(upload, counts);
        }));
    }
}
