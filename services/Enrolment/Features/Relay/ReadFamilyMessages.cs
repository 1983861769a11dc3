using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Relay;

/// <summary>A family reads what institutions wrote to it, and what it answered.</summary>
public static class ReadFamilyMessages
{
    public sealed record Answer(IReadOnlyList<RelayMessage> Messages);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/families/{pupilId:guid}/messages", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Family)).WithTags("Families").ProducesProblem(403);

    public static async Task<Ok<Answer>> Handle(Guid pupilId, Person person, Database db, SecretSeal seal, HttpContext http, TimeProvider clock, CancellationToken ct)
    {
        person.MustSpeakFor(pupilId);
        http.Response.Headers.CacheControl = "no-store";
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(person, ct);
        await work.AsProvince();
        var messages = await work.Messages(seal, "l.pupil_id = @about", pupilId, byFamily: true, now);
        await work.Journal(person, "family_request", "GET /v1/families/{pupilId}/messages", [pupilId], "messages", now);
        await work.Commit();
        return TypedResults.Ok(new Answer(messages));
    }
}
