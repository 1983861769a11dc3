using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>Frozen figures, what they would be now, and the restatements an approver made of them, each with its reason and both numbers.</summary>
public static class RestateFigures
{
    public static readonly IReadOnlyList<string> Reasons = ["late_fact", "late_recognition", "correction", "persons_merged", "schools_merged", "borders_changed", "definition_changed"];

    public sealed record Command
    {
        public required string Code { get; init; }
        public required string Variant { get; init; }

        /// <summary>Levels of the figure, joined by +, where several have this code and variant.</summary>
        public string? Levels { get; init; }

        /// <summary>One of `late_fact`, `late_recognition`, `correction`, `persons_merged`, `schools_merged`, `borders_changed`, `definition_changed`.</summary>
        public required string Reason { get; init; }

        public string? Note { get; init; }
    }

    public sealed record Restatement(int Number, string Code, string Variant, string Levels, string Reason, string? Note, FigureAnswer? Before, FigureAnswer? After, string RestatedBy, DateTimeOffset RestatedAt);

    /// <summary>One frozen figure; <paramref name="Restated"/> is the newest restatement of it, <paramref name="Now"/> what the facts say today.</summary>
    public sealed record Line(ReadIndicators.Item Frozen, FigureAnswer? Restated, FigureAnswer? Now, bool Differs);

    public sealed record Shown(
        Guid FreezeId, int Year, string? Plan, string? Area, string Purpose, string FrozenBy, DateTimeOffset FrozenAt, string Sha256, bool Intact, IReadOnlyList<Line> Figures, IReadOnlyList<Restatement> Restatements, long RestatementSize);

    public sealed record Listed(Guid FreezeId, int Year, string? Plan, string? Area, string Purpose, string FrozenBy, DateTimeOffset FrozenAt, long Restatements);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/indicators/freezes", List).RequireAuthorization(Policies.Figures);
        routes.MapGet("/v1/indicators/freezes/{freezeId:guid}", Show).RequireAuthorization(Policies.Figures);
        routes.MapPost("/v1/indicators/freezes/{freezeId:guid}/restatements", Restate).RequireAuthorization(Policies.Approver).ProducesProblem(409).ProducesProblem(422);
    }

    private static async Task<Ok<IReadOnlyList<Listed>>> List(int year, Person caller, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        return TypedResults.Ok(await work.Query<Listed>(
            """
            select freeze_id, year, plan_id as plan, nullif(area, '') as area, purpose, frozen_by, frozen_at, (select count(*) from restatements r where r.tenant_id = f.tenant_id and r.freeze_id = f.freeze_id) as restatements
            from frozen_figures f where tenant_id = @Tenant and year = @year order by frozen_at, freeze_id
            """, new { work.Tenant, year }));
    }

    private static async Task<Results<Ok<Shown>, NotFound>> Show(Guid freezeId, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await Stored(work, freezeId) is not { } frozen) return TypedResults.NotFound();
        var restated = await Restatements(work, freezeId);
        var now = await Now(work, frozen, plans, caller, clock);
        var lines = JsonSerializer.Deserialize<List<ReadIndicators.Item>>(frozen.Body, StrictJson.Options)!.Select(item =>
        {
            var newest = restated.LastOrDefault(one => (one.Code, one.Variant, one.Levels) == (item.Code, item.Variant, Levels(item)))?.After;
            var today = now.FirstOrDefault(other => Same(other, item))?.Figure;
            return new Line(item, newest, today, Counts(newest ?? item.Figure) != Counts(today));
        }).ToList();
        return TypedResults.Ok(new Shown(
            frozen.FreezeId, frozen.Year, frozen.PlanId, frozen.Area.Length == 0 ? null : frozen.Area, frozen.Purpose, frozen.FrozenBy, frozen.FrozenAt, Convert.ToHexStringLower(frozen.Sha256),
            SHA256.HashData(Encoding.UTF8.GetBytes(frozen.Body)).AsSpan().SequenceEqual(frozen.Sha256), lines, restated,
            restated.Sum(one => Math.Abs((one.After?.N ?? 0) - (one.Before?.N ?? 0)))));
    }

    private static async Task<Results<Ok<Restatement>, NotFound>> Restate(
        Guid freezeId, Command command, IdempotencyKey key, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (!Reasons.Contains(command.Reason)) throw new RuleBroken("reason_unknown", "Lý do điều chỉnh không hợp lệ", $"The reason is one of {string.Join(", ", Reasons)}.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        if (await Stored(work, freezeId) is not { } frozen) return TypedResults.NotFound();
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            await One(work, freezeId);
            var items = JsonSerializer.Deserialize<List<ReadIndicators.Item>>(frozen.Body, StrictJson.Options)!;
            var item = items.Where(one => one.Code == command.Code && one.Variant == command.Variant && (command.Levels is null || Levels(one) == command.Levels)).ToList() is [var only]
                ? only
                : throw new RuleBroken("figure_unknown", "Không xác định được số liệu đã chốt", "No figure, or more than one, was frozen under this code, variant and levels.", 422);
            var now = (await Now(work, frozen, plans, caller, clock)).FirstOrDefault(other => Same(other, item))?.Figure;
            return await Add(work, freezeId, item, now, command.Reason, command.Note, caller, clock.GetUtcNow())
                ?? throw new RuleBroken("nothing_changed", "Số liệu không thay đổi", "The figure is as it was frozen or last restated.");
        }));
    }

    /// <summary>Restates every figure of a freeze that is another today, all for one reason, such as with the report they were frozen for.</summary>
    internal static async Task<int> All(Work work, Guid freezeId, string reason, string? note, Person by, PlanRegistry plans, TimeProvider clock)
    {
        await One(work, freezeId);
        var frozen = await Stored(work, freezeId) ?? throw new InvalidOperationException($"No figures were frozen as {freezeId}.");
        var (now, restated) = (await Now(work, frozen, plans, by, clock), 0);
        foreach (var item in JsonSerializer.Deserialize<List<ReadIndicators.Item>>(frozen.Body, StrictJson.Options)!)
            if (await Add(work, freezeId, item, now.FirstOrDefault(other => Same(other, item))?.Figure, reason, note, by, clock.GetUtcNow()) is not null)
                restated++;
        return restated;
    }

    private static Task<int> One(Work work, Guid freezeId) => work.Execute("select pg_advisory_xact_lock(hashtextextended(@freezeId::text, 7))", new { freezeId });

    /// <summary>Both numbers with the reason; null where the figure is as it was frozen or last restated.</summary>
    private static async Task<Restatement?> Add(Work work, Guid freezeId, ReadIndicators.Item item, FigureAnswer? after, string reason, string? note, Person by, DateTimeOffset at)
    {
        var earlier = await Restatements(work, freezeId);
        var before = earlier.LastOrDefault(one => (one.Code, one.Variant, one.Levels) == (item.Code, item.Variant, Levels(item))) is { } newest ? newest.After : item.Figure;
        if (Counts(before) == Counts(after)) return null;

        var made = new Restatement(earlier.Count + 1, item.Code, item.Variant, Levels(item), reason, note, before, after, by.Subject, at);
        await work.Execute(
            """
            insert into restatements (tenant_id, freeze_id, number, code, variant, levels, reason, note, before, after, restated_by, restated_at)
            values (@Tenant, @freezeId, @Number, @Code, @Variant, @Levels, @Reason, @Note, @Before, @After, @RestatedBy, @RestatedAt)
            """,
            new
            {
                work.Tenant,
                freezeId,
                made.Number,
                made.Code,
                made.Variant,
                made.Levels,
                made.Reason,
                made.Note,
                Before = JsonSerializer.Serialize(before, StrictJson.Options),
                After = JsonSerializer.Serialize(after, StrictJson.Options),
                made.RestatedBy,
                made.RestatedAt,
            });
        return made;
    }

    /// <summary>What the same question answers today, at the maturity that was frozen: a live figure that has become a census is no restatement.</summary>
    private static async Task<IReadOnlyList<ReadIndicators.Item>> Now(Work work, Row frozen, PlanRegistry plans, Person caller, TimeProvider clock)
    {
        var question = Question.From(plans, caller, clock, frozen.Year, frozen.PlanId is { } id && plans.Find(id) is not null ? id : null, frozen.Border, null, null);
        var items = JsonSerializer.Deserialize<List<ReadIndicators.Item>>(frozen.Body, StrictJson.Options)!;
        var asOf = items.Select(item => item.Figure).FirstOrDefault(figure => figure?.Maturity == Maturity.AsOf)?.ReferenceDate;
        var (_, _, now) = await ReadIndicators.Items(work, question with { AsOf = asOf }, frozen.Area.Length == 0 ? null : frozen.Area, variant: null);
        return [.. now.Select(item => items.FirstOrDefault(other => Same(other, item))?.Figure is { } was && item.ByMaturity.FirstOrDefault(figure => figure.Maturity == was.Maturity) is { } same
            ? item with { Figure = same }
            : item)];
    }

    private static bool Same(ReadIndicators.Item a, ReadIndicators.Item b) => a.Code == b.Code && a.Variant == b.Variant && Levels(a) == Levels(b);

    private static string Levels(ReadIndicators.Item item) => string.Join('+', item.Target?.Population.Levels ?? []);

    private static (long?, long?, long?) Counts(FigureAnswer? figure) => (figure?.N, figure?.D, figure?.NotKnown);

    private static Task<Row?> Stored(Work work, Guid freezeId) => work.Single<Row>(
        "select freeze_id, year, plan_id, area, border, purpose, frozen_by, frozen_at, body, sha256 from frozen_figures where tenant_id = @Tenant and freeze_id = @freezeId", new { work.Tenant, freezeId });

    private static async Task<IReadOnlyList<Restatement>> Restatements(Work work, Guid freezeId) =>
        [.. (await work.Query<RestatementRow>(
            """
            select number, code, variant, levels, reason, note, before, after, restated_by, restated_at from restatements where tenant_id = @Tenant and freeze_id = @freezeId order by number
            """, new { work.Tenant, freezeId }))
            .Select(row => new Restatement(row.Number, row.Code, row.Variant, row.Levels, row.Reason, row.Note, Read(row.Before), Read(row.After), row.RestatedBy, row.RestatedAt))];

    private static FigureAnswer? Read(string json) => JsonSerializer.Deserialize<FigureAnswer?>(json, StrictJson.Options);

    private sealed record Row(Guid FreezeId, int Year, string? PlanId, string Area, string Border, string Purpose, string FrozenBy, DateTimeOffset FrozenAt, string Body, byte[] Sha256);

    private sealed record RestatementRow(int Number, string Code, string Variant, string Levels, string Reason, string? Note, string Before, string After, string RestatedBy, DateTimeOffset RestatedAt);
}
