using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>An institution reads up to 100 leads at once; each is decided on its own, and all reads are journaled, or nothing is shown: also when they are together more than the day has left.</summary>
public static class ReadLeads
{
    public sealed record Command
    {
        public string? Purpose { get; init; }
        public required IReadOnlyList<Guid> LeadIds { get; init; }
    }

    /// <param name="LeadId">As asked.</param>
    /// <param name="Status">200, 403, 404 or 410, as the single read would answer.</param>
    /// <param name="Code">Stable code when there is no lead.</param>
    /// <param name="Lead">The detail when the status is 200.</param>
    public sealed record Item(Guid LeadId, int Status, string? Code, LeadDetail? Lead);

    public sealed record Answer(IReadOnlyList<Item> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/leads:batchGet", Handle).RequireAuthorization(Policies.Institution).WithTags("Leads")
        .ProducesProblem(403).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    public static async Task<Ok<Answer>> Handle(Command command, Person reader, LeadDetails details, Database db, HttpContext http, CancellationToken ct)
    {
        if (command.LeadIds.Count is 0 or > 100) throw new RuleBroken("batch_size_invalid", "Mỗi lần đọc từ 1 đến 100 hồ sơ", "leadIds holds 1 to 100 ids.", 422);

        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        var found = await details.Read(work, reader, command.Purpose, command.LeadIds.Distinct().ToList(), "POST /v1/leads:batchGet", ct);
        await work.Commit();
        return TypedResults.Ok(new Answer([.. command.LeadIds.Select(id => found.GetValueOrDefault(id) switch
        {
            null => new Item(id, 404, "not_found", null),
            { Refusal: { } refusal } => new Item(id, refusal.Status, refusal.Code, null),
            var lead => new Item(id, 200, null, lead.Detail),
        })]));
    }
}
