using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Requests;

/// <summary>The desk's requests, the most urgent first, with how much of each clock is gone; journaled, since it says who asked.</summary>
public static class ListRequests
{
    public sealed record Shown
    {
        public required Guid RequestId { get; init; }
        public required Guid PupilId { get; init; }
        public required string Kind { get; init; }
        public required string AskedBy { get; init; }
        public required bool ThirdParty { get; init; }
        public required DateTimeOffset ReceivedAt { get; init; }
        public required DateTimeOffset AnswerBy { get; init; }
        public DateTimeOffset? AnsweredAt { get; init; }
        public required DateTimeOffset DueAt { get; init; }
        public int? ExtendedByDays { get; init; }
        public string? ExtensionReason { get; init; }

        /// <summary>`open`, `done` or `refused`.</summary>
        public required string State { get; init; }
        public string? OutcomeReason { get; init; }

        /// <summary>0, 50, 80 or 100: how much of the answer's clock is gone; it stands still when the family has its answer.</summary>
        public required int AnswerAlarm { get; init; }

        /// <summary>0, 50, 80 or 100: how much of the time for the thing itself is gone.</summary>
        public required int DueAlarm { get; init; }
    }

    public sealed record Page(IReadOnlyList<Shown> Items);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/data-requests", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector));
        routes.MapGet("/data-requests/{requestId:guid}", One).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector));
    }

    /// <param name="state">`open` (default) or `all`.</param>
    public static async Task<Ok<Page>> Handle(Person person, Database db, TimeProvider clock, CancellationToken ct, string state = "open", int limit = 200)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var rows = await work.Query<Row>($"{Select} where tenant_id = @Tenant and (@All or closed_at is null) order by closed_at is not null, due_at, request_id limit @Limit",
            new { work.Tenant, All = state == "all", Limit = Math.Clamp(limit, 1, 500) });
        return TypedResults.Ok(new Page(await Show(work, person, "/v1/data-requests", rows, clock.GetUtcNow())));
    }

    public static async Task<Results<Ok<Shown>, NotFound>> One(Guid requestId, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var rows = await work.Query<Row>($"{Select} where tenant_id = @Tenant and request_id = @requestId", new { work.Tenant, requestId });
        if (rows.Count == 0) return TypedResults.NotFound();
        return TypedResults.Ok((await Show(work, person, "/v1/data-requests/{requestId}", rows, clock.GetUtcNow()))[0]);
    }

    static async Task<IReadOnlyList<Shown>> Show(Work work, Person person, string route, IReadOnlyList<Row> rows, DateTimeOffset now)
    {
        await work.Journal(person, "family_request", $"GET {route}", [.. rows.Select(row => row.PupilId)], "request", now);
        await work.Commit();
        return [.. rows.Select(row => new Shown
        {
            RequestId = row.RequestId,
            PupilId = row.PupilId,
            Kind = row.Kind,
            AskedBy = row.AskedBy,
            ThirdParty = row.ThirdParty,
            ReceivedAt = row.ReceivedAt,
            AnswerBy = row.AnswerBy,
            AnsweredAt = row.AnsweredAt,
            DueAt = row.DueAt,
            ExtendedByDays = row.ExtendedByDays,
            ExtensionReason = row.ExtensionReason,
            State = row.Outcome ?? "open",
            OutcomeReason = row.OutcomeReason,
            AnswerAlarm = StatutoryClock.Alarm(row.ReceivedAt, row.AnswerBy, row.AnsweredAt ?? row.ClosedAt ?? now),
            DueAlarm = StatutoryClock.Alarm(row.ReceivedAt, row.DueAt, row.ClosedAt ?? now),
        })];
    }

    const string Select =
        """
        select request_id, pupil_id, kind, asked_by, third_party, received_at, answer_by, answered_at, due_at, extended_by_days, extension_reason, outcome, outcome_reason, closed_at from data_request
        """;

    sealed class Row
    {
        public Guid RequestId { get; init; }
        public Guid PupilId { get; init; }
        public string Kind { get; init; } = "";
        public string AskedBy { get; init; } = "";
        public bool ThirdParty { get; init; }
        public DateTimeOffset ReceivedAt { get; init; }
        public DateTimeOffset AnswerBy { get; init; }
        public DateTimeOffset? AnsweredAt { get; init; }
        public DateTimeOffset DueAt { get; init; }
        public int? ExtendedByDays { get; init; }
        public string? ExtensionReason { get; init; }
        public string? Outcome { get; init; }
        public string? OutcomeReason { get; init; }
        public DateTimeOffset? ClosedAt { get; init; }
    }
}
