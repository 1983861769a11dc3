using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Pupils;

/// <summary>Enrolment asks for the keys of pupils whose leads may be read; who was erased has none.</summary>
public static class CarryKeys
{
    public sealed record Query(string Province, IReadOnlyList<Guid> Pupils);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/internal/pupil-keys", Handle).RequireAuthorization(Policies.Service).ExcludeFromDescription();

    public static async Task<Ok<IReadOnlyList<CarriedKey>>> Handle(Query query, Database db, PupilKeys keys, CancellationToken ct)
    {
        await using var work = await db.Begin(query.Province, ct);
        return TypedResults.Ok(await keys.Carry(work, query.Pupils));
    }
}
