using CareerPlatform.Destinations.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Graduates;

/// <summary>A fact about a graduate was wrong: it no longer counts, another may stand in its place, and the reason stays on the timeline.</summary>
/// <remarks>Publishes <see cref="Contracts.Destinations.DestinationCorrected"/> when the status changes. The wrong fact stays readable; nothing is erased.</remarks>
public static class CorrectFact
{
    private static readonly string[] Reasons = ["wrong_person", "wrong_level", "never_attended", "late_report", "family_correction", "other"];

    public sealed record Command
    {
        public required Guid FactId { get; init; }

        /// <summary>`wrong_person`, `wrong_level`, `never_attended`, `late_report`, `family_correction` or `other`.</summary>
        public required string Reason { get; init; }

        /// <summary>What is true instead; null when nothing is known instead.</summary>
        public ReportFact.Command? Instead { get; init; }
    }

    public sealed record Answer(Guid CorrectionId, Guid? FactId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/graduates/{id:guid}/corrections", Handle).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(
        Guid id, Command command, IdempotencyKey key, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (!Reasons.Contains(command.Reason))
        {
            throw new RuleBroken("reason_required", "Cần lý do điều chỉnh", $"The reason must be one of {string.Join(", ", Reasons)}.", 422).With(new Fault("/reason", null, null, "reason_required", null));
        }
        if (command.Instead is not null) ReportFact.Check(command.Instead, clock.Today());

        await using var work = await database.Begin(caller.Tenant, ct);
        var schools = await Access.Schools(work, id);
        if (schools.Count == 0 || !caller.MaySee(schools)) return TypedResults.NotFound();
        if (!caller.MayReportOn(schools)) throw Access.Forbidden;

        var answer = await work.Once(key, command, async () =>
        {
            var now = clock.GetUtcNow();
            var wrong = await Wrong(work, id, command.FactId);
            var correction = Guid.CreateVersion7(now);
            List<Fact> facts =
            [
                new Fact
                {
                    Id = correction, PupilId = id, Kind = FactKind.Retraction, Source = command.FactId, Since = wrong.Since, Reason = command.Reason,
                    ReportedBy = caller.ReportsAs(), RecordedAt = now,
                },
            ];
            if (command.Instead is { } instead) facts.Add(ReportFact.Situation(Guid.CreateVersion7(now), id, instead, caller, now));
            await Standing.Correct(work, facts, command.Reason, now);
            return new Answer(correction, facts.Count > 1 ? facts[1].Id : null);
        });
        return TypedResults.Created($"/v1/graduates/{id}", answer);
    }

    private static async Task<Known> Wrong(Work work, Guid pupil, Guid fact)
    {
        var known = await work.Single<Known>(
            """
            select kind, since, exists (select 1 from facts r where r.tenant_id = f.tenant_id and r.pupil_id = f.pupil_id and r.kind = 'retraction' and r.source = f.id) as retracted
            from facts f where tenant_id = @Tenant and pupil_id = @pupil and id = @fact
            """,
            new { work.Tenant, pupil, fact });
        if (known is null) throw new RuleBroken("unknown_fact", "Không có thông tin này", "This graduate has no such fact; read the timeline for its facts.", 404);
        if (known.Kind == FactKind.Retraction) throw new RuleBroken("correction_stands", "Không thể điều chỉnh một lần điều chỉnh", "A correction is not corrected; report the fact again.");
        if (known.Retracted) throw new RuleBroken("already_corrected", "Thông tin này đã được điều chỉnh", "This fact no longer counts already.");
        return known;
    }

    private sealed record Known(string Kind, DateOnly Since, bool Retracted);
}
