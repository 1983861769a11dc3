using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>An approver freezes the figures of a year, for a report: from then on they never change, whatever is heard later.</summary>
/// <remarks>indicators.md, rule 10. What later facts change is added as a restatement with its reason; both numbers stay visible.</remarks>
public static class FreezeFigures
{
    public sealed record Command
    {
        public required int Year { get; init; }
        public string? Plan { get; init; }

        /// <summary>As of this day; the indicators' own days where it is left out.</summary>
        public DateOnly? AsOf { get; init; }

        /// <summary>What it is for, such as `annual_report`.</summary>
        public required string Purpose { get; init; }
    }

    public sealed record Answer(Guid FreezeId, string Sha256);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/indicators/freezes", Handle).RequireAuthorization(Policies.Approver).ProducesProblem(422);

    public static async Task<Created<Answer>> Handle(Command command, IdempotencyKey key, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (command.Purpose.Length is 0 or > 60) throw new RuleBroken("value_invalid", "Mục đích dài 1–60 ký tự", "The purpose has 1 to 60 characters.", 422);
        var question = Question.From(plans, caller, clock, command.Year, command.Plan, null, null, null, command.AsOf);
        await using var work = await database.Begin(caller.Tenant, ct);
        var answer = await work.Once(key, command, () => Freeze(work, question, command.Purpose, caller, clock.GetUtcNow()));
        return TypedResults.Created($"/v1/indicators/freezes/{answer.FreezeId}", answer);
    }

    private static async Task<Answer> Freeze(Work work, Question question, string purpose, Person by, DateTimeOffset now)
    {
        var (_, _, items) = await ReadIndicators.Items(work, question, area: null, variant: null);
        return await Keep(work, new Counted(question.Year, question.Plan?.Id, "", question.OldBorders ? "old" : "new", Body(items)), purpose, by, now);
    }

    /// <summary>Figures of one year, as they were counted: of the province, or of one area within its borders.</summary>
    public sealed record Counted(int Year, string? Plan, string Area, string Border, string Body);

    public static string Body(IReadOnlyList<ReadIndicators.Item> items) => JsonSerializer.Serialize(items, StrictJson.Options);

    /// <summary>Freezes what was counted in the transaction of what needs it, such as the approval of a report.</summary>
    public static async Task<Answer> Keep(Work work, Counted counted, string purpose, Person by, DateTimeOffset now)
    {
        var (id, hash) = (Guid.CreateVersion7(now), SHA256.HashData(Encoding.UTF8.GetBytes(counted.Body)));
        await work.Execute(
            """
            insert into frozen_figures (tenant_id, freeze_id, year, plan_id, area, border, purpose, frozen_by, frozen_at, body, sha256)
            values (@Tenant, @id, @Year, @Plan, @Area, @Border, @purpose, @Subject, @now, @Body, @hash)
            """, new { work.Tenant, id, counted.Year, counted.Plan, counted.Area, counted.Border, purpose, by.Subject, now, counted.Body, hash });
        return new Answer(id, Convert.ToHexStringLower(hash));
    }
}
