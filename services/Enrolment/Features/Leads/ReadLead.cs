using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>An institution reads one lead, for a purpose its agreement names; journaled, or nothing is shown.</summary>
public static class ReadLead
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/{leadId:guid}", Handle).RequireAuthorization(Policies.Institution).WithTags("Leads")
        .ProducesProblem(403).ProducesProblem(410).ProducesProblem(429).ProducesProblem(503);

    public static async Task<Results<Ok<LeadDetail>, NotFound>> Handle(Guid leadId, Person reader, LeadDetails details, Database db, HttpContext http, CancellationToken ct, string? purpose = null)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        var found = (await details.Read(work, reader, purpose, [leadId], "GET /v1/leads/{leadId}", ct)).GetValueOrDefault(leadId);
        if (found is null) return TypedResults.NotFound();
        if (found.Refusal is { } refusal) throw refusal;

        await work.Commit();
        return TypedResults.Ok(found.Detail!);
    }
}
