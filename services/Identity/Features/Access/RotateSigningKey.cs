using CareerPlatform.Identity.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Access;

/// <summary>The operator replaces the signing key now; tokens of the old one stay good until they expire.</summary>
public static class RotateSigningKey
{
    public sealed record Answer(string KeyId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/access/signing-keys", Handle).RequireAuthorization(Policies.Operator);

    public static async Task<Ok<Answer>> Handle(Person actor, SigningKeys keys, CancellationToken ct) =>
        TypedResults.Ok(new Answer(await keys.Rotate(actor, ct)));
}
