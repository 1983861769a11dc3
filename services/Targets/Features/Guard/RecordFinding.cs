using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Guard;

/// <summary>An inspector says what came of looking at a school: the figures are explained, pressure is confirmed, or it is open again. Earlier findings stay on record.</summary>
public static class RecordFinding
{
    public sealed record Command
    {
        /// <summary>`explained`, `confirmed` or `open`.</summary>
        public required string Outcome { get; init; }

        public required string Note { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/guard/voluntariness/{schoolYear:int}/schools/{school:guid}/findings", Handle).RequireAuthorization(Policies.Inspector).ProducesProblem(422);

    public static async Task<NoContent> Handle(int schoolYear, Guid school, Command command, IdempotencyKey key, Person inspector, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (command.Outcome is not ("explained" or "confirmed" or "open")) throw new RuleBroken("value_invalid", "Kết luận không hợp lệ", "The outcome is explained, confirmed or open.", 422);
        if (command.Note.Trim().Length is 0 or > 4_000) throw new RuleBroken("value_invalid", "Thiếu căn cứ kết luận", "The note says on what the finding rests, in 1 to 4,000 characters.", 422);
        await using var work = await database.Begin(inspector.Tenant, ct);
        await work.Once(key, new { schoolYear, school, command }, async () =>
        {
            await work.Execute("select pg_advisory_xact_lock(hashtextextended('finding:' || @Tenant || @school::text, 0))", new { work.Tenant, school });
            return await work.Execute(
                """
                insert into guard_findings (tenant_id, school_year, school, number, outcome, note, found_by, found_at)
                select @Tenant, @schoolYear, @school, coalesce(max(number), 0) + 1, @Outcome, @Note, @Subject, @Now from guard_findings where tenant_id = @Tenant and school_year = @schoolYear and school = @school
                """, new { work.Tenant, schoolYear, school, command.Outcome, Note = command.Note.Trim(), inspector.Subject, Now = clock.GetUtcNow() });
        });
        return TypedResults.NoContent();
    }
}
