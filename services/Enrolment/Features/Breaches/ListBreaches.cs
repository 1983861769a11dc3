using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>The province's incidents, the most urgent first, with how much of each clock is gone and what was recorded.</summary>
public static class ListBreaches
{
    /// <param name="Name">`cyber` (24 hours) or `agency` (72 hours).</param>
    /// <param name="Alarm">0, 50, 80 or 100: how much of it is gone, or was when the notice went out.</param>
    /// <param name="Late">The notice went out after the limit, or has not and the limit is over.</param>
    /// <param name="NotifiedAt">When the notice went out.</param>
    /// <param name="Number">Its number.</param>
    /// <param name="NotDueBecause">Why none is due.</param>
    public sealed record Clock(string Name, DateTimeOffset DueAt, int Alarm, bool Late, DateTimeOffset? NotifiedAt, string? Number, string? NotDueBecause);

    public sealed record Shown
    {
        public required Guid BreachId { get; init; }
        public required string Kind { get; init; }
        public required string Description { get; init; }
        public Guid? Institution { get; init; }
        public string? InstitutionName { get; init; }

        /// <summary>The institution reported it itself.</summary>
        public required bool Reported { get; init; }
        public required DateTimeOffset DetectedAt { get; init; }
        public required DateTimeOffset OpenedAt { get; init; }
        public required IReadOnlyList<Clock> Clocks { get; init; }

        /// <summary>Children on the list of this incident; 0 also while nobody has looked.</summary>
        public required long Children { get; init; }
        public string? Outcome { get; init; }
        public DateTimeOffset? ClosedAt { get; init; }
    }

    public sealed record Page(IReadOnlyList<Shown> Items);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/breaches", Handle).RequireAuthorization(Readers).WithTags("Breaches");
        routes.MapGet("/v1/breaches/{breachId:guid}", One).RequireAuthorization(Readers).WithTags("Breaches");
    }

    internal static void Readers(Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder policy) => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector);

    /// <param name="state">`open` (default) or `all`.</param>
    public static async Task<Ok<Page>> Handle(Person reader, Database db, SecretSeal seal, HttpContext http, TimeProvider clock, CancellationToken ct, string state = "open")
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        return TypedResults.Ok(new Page(await Read(work, seal, "(@All or b.closed_at is null)", new { work.Tenant, All = state == "all" }, clock.GetUtcNow())));
    }

    public static async Task<Results<Ok<Shown>, NotFound>> One(Guid breachId, Person reader, Database db, SecretSeal seal, HttpContext http, TimeProvider clock, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        return await Read(work, seal, "b.breach_id = @breachId", new { work.Tenant, breachId }, clock.GetUtcNow()) is [var shown] ? TypedResults.Ok(shown) : TypedResults.NotFound();
    }

    internal static async Task<IReadOnlyList<Shown>> Read(Work work, SecretSeal seal, string which, object args, DateTimeOffset now)
    {
        var rows = await work.Query<Row>(
            $"""
            select b.breach_id, b.kind, b.sealed_description, b.institution_id, i.name, b.reported, b.detected_at, b.opened_at, b.sealed_outcome, b.closed_at,
                   (select count(*) from breach_affected x where x.tenant_id = b.tenant_id and x.breach_id = b.breach_id) as children
            from breach b left join institution i using (tenant_id, institution_id) where b.tenant_id = @Tenant and {which} order by b.closed_at is not null, b.detected_at, b.breach_id limit 500
            """, args);
        var notices = (await work.Query<Notice>(
            "select breach_id, clock, notified_at, number, not_due_because from breach_notice where tenant_id = @Tenant and breach_id = any (@Ids)",
            new { work.Tenant, Ids = rows.Select(row => row.BreachId).ToArray() })).ToDictionary(notice => (notice.BreachId, notice.Clock));
        return [.. rows.Select(row => new Shown
        {
            BreachId = row.BreachId,
            Kind = row.Kind,
            Description = seal.Open(Breaches.Description, row.BreachId, row.SealedDescription),
            Institution = row.InstitutionId,
            InstitutionName = row.Name,
            Reported = row.Reported,
            DetectedAt = row.DetectedAt,
            OpenedAt = row.OpenedAt,
            Clocks = [.. BreachClock.Clocks.Select(name => Told(name, row, notices.GetValueOrDefault((row.BreachId, name)), now))],
            Children = row.Children,
            Outcome = row.SealedOutcome is null ? null : seal.Open(Breaches.Outcome, row.BreachId, row.SealedOutcome),
            ClosedAt = row.ClosedAt,
        })];
    }

    private static Clock Told(string name, Row row, Notice? notice, DateTimeOffset now)
    {
        var due = BreachClock.Due(name, row.DetectedAt);
        var until = notice?.NotifiedAt ?? now;
        return new(name, due, notice?.NotDueBecause is null ? BreachClock.Alarm(name, row.DetectedAt, until) : 0, notice?.NotDueBecause is null && until > due, notice?.NotifiedAt, notice?.Number, notice?.NotDueBecause);
    }

    private sealed class Row
    {
        public Guid BreachId { get; init; }
        public string Kind { get; init; } = "";
        public string SealedDescription { get; init; } = "";
        public Guid? InstitutionId { get; init; }
        public string? Name { get; init; }
        public bool Reported { get; init; }
        public DateTimeOffset DetectedAt { get; init; }
        public DateTimeOffset OpenedAt { get; init; }
        public string? SealedOutcome { get; init; }
        public DateTimeOffset? ClosedAt { get; init; }
        public long Children { get; init; }
    }

    private sealed class Notice
    {
        public Guid BreachId { get; init; }
        public string Clock { get; init; } = "";
        public DateTimeOffset? NotifiedAt { get; init; }
        public string? Number { get; init; }
        public string? NotDueBecause { get; init; }
    }
}
