using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>The latest season's counters of all provinces for the status page: figures only, for the other services only.</summary>
public static class CountSeason
{
    private sealed record Counts(long Pupils, long Rounds, long Finalized);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/internal/counters", Handle).RequireAuthorization(Policies.Service).ExcludeFromDescription();

    public static async Task<Ok<Dictionary<string, long>>> Handle(Database db, CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        var counts = (await work.Single<Counts>(
            """
            select (select count(*) from roster where grade = 9 and school_year = (select max(school_year) from roster)) as pupils,
                   (select count(*) from round where school_year = (select max(school_year) from round)) as rounds,
                   (select count(*) from round where status = 'finalized' and school_year = (select max(school_year) from round)) as finalized
            """))!;
        return TypedResults.Ok(new Dictionary<string, long> { ["pupils"] = counts.Pupils, ["rounds"] = counts.Rounds, ["roundsFinalized"] = counts.Finalized });
    }
}
