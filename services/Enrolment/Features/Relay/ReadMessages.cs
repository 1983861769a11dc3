using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Relay;

/// <summary>An institution reads what it and a family wrote to each other, while it holds the lead; journaled.</summary>
public static class ReadMessages
{
    public sealed record Answer(IReadOnlyList<RelayMessage> Messages);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/{leadId:guid}/messages", Handle).RequireAuthorization(Policies.Institution).WithTags("Outreach")
        .ProducesProblem(403).ProducesProblem(410).ProducesProblem(429).ProducesProblem(503);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid leadId, Person caller, Database db, DailyReads daily, SecretSeal seal, HttpContext http, TimeProvider clock, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(caller, ct);
        if (!await work.Knows(caller, leadId)) return TypedResults.NotFound();
        await work.MustHaveAgreement(caller, VietnamTime.Day(now));
        var lead = await work.Hold(caller, leadId, now);
        await daily.Take(work, caller.OwnOrganisation, await daily.Limit(work, caller.OwnOrganisation, VietnamTime.Day(now)), [leadId], now);

        var messages = await work.Messages(seal, "m.grant_id = @about", lead.GrantId, byFamily: false, now);
        await work.Journal(caller, DataScope.VocationalGuidance, "GET /v1/leads/{leadId}/messages", [lead.PupilId], "messages", now);
        await work.Commit();
        return TypedResults.Ok(new Answer(messages));
    }
}
