using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>The rounds of the province, and where each stands. Figures only.</summary>
public static class ShowRounds
{
    public sealed record Shown(
        Guid RoundId, int SchoolYear, int Number, string Name, string Status, Guid? AcceptedUpload, DateTimeOffset? CheckedAt, DateTimeOffset? FinalizedAt, int Version, int? ResultCount);

    public sealed record Detail(Shown Round, RoundState Accepted, IReadOnlyList<Upload> Uploads);

    public sealed record Upload(Guid UploadId, DateTimeOffset UploadedAt, DateTimeOffset? AcceptedAt, long Bytes, bool HasOutcomes);

    const string Columns = "round_id, school_year, number, name, status, accepted_upload, checked_at, finalized_at, version, result_count";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/rounds", List).RequireAuthorization(Policies.Figures);
        routes.MapGet("/rounds/{roundId:guid}", One).RequireAuthorization(Policies.Figures);
    }

    public static async Task<Ok<IReadOnlyList<Shown>>> List(Person person, Database db, CancellationToken ct, int? schoolYear = null)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Query<Shown>(
            $"select {Columns} from round where tenant_id = @Tenant and (@schoolYear::int is null or school_year = @schoolYear) order by school_year desc, number", new { work.Tenant, schoolYear }));
    }

    public static async Task<Results<Ok<Detail>, NotFound>> One(Guid roundId, Person person, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.Single<Shown>($"select {Columns} from round where round_id = @roundId", new { roundId }) is not { } round) return TypedResults.NotFound();
        return TypedResults.Ok(new Detail(round, await work.State(round.AcceptedUpload),
            await work.Query<Upload>("select upload_id, uploaded_at, accepted_at, bytes, has_outcomes from upload where round_id = @roundId order by uploaded_at", new { roundId })));
    }
}
