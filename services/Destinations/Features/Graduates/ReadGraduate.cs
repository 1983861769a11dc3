using CareerPlatform.Destinations.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Graduates;

/// <summary>One graduate's whole timeline: where they were from which day on, and every fact that says so, also those that no longer count.</summary>
/// <remarks>Personal data: journaled with its purpose in the same transaction, or not shown. For staff of the province and the school of origin.</remarks>
public static class ReadGraduate
{
    private static readonly string[] Purposes = ["destination_tracking", "support", "correction", "inspection"];

    public sealed record Answer(Guid PupilId, DateOnly AsOf, IReadOnlyList<Membership> Cohorts, IReadOnlyList<KnownFact> Facts);

    public sealed record Membership(
        int Cohort, string Level, Guid School, string Programme, string ResidenceArea, bool ResidenceDisadvantaged,
        string Status, DateOnly? Since, Guid? Institution, bool DualTrack, IReadOnlyList<Period> Timeline);

    public sealed record KnownFact(
        Guid FactId, string Kind, string? Status, DateOnly Since, Guid? Institution, bool OutOfProvince, string? Reason, string ReportedBy, DateTimeOffset RecordedAt, bool Retracted);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/graduates/{id:guid}", Handle).ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid id, string? purpose, DateOnly? asOf, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (purpose is not null && !Purposes.Contains(purpose))
        {
            throw new RuleBroken("purpose_not_allowed", "Mục đích không được phép", $"The purpose must be one of {string.Join(", ", Purposes)}.", 403);
        }
        await using var work = await database.Begin(caller.Tenant, ct);
        var row = await work.Single<Row>(
            """
            select (select jsonb_agg(to_jsonb(g) order by g.cohort)::text from graduates g where g.tenant_id = @Tenant and g.pupil_id = @id) as graduates,
                   (select jsonb_agg(to_jsonb(f) order by f.since, f.recorded_at, f.id)::text from facts f where f.tenant_id = @Tenant and f.pupil_id = @id) as facts
            """,
            new { work.Tenant, id });
        var members = Rows.Read<Graduate>(row?.Graduates);
        if (members.Count == 0 || !caller.MaySee(members.Select(member => member.School))) return TypedResults.NotFound();

        await work.Journal(caller, purpose ?? "destination_tracking", "GET /v1/graduates/{id}", [id], "cohort,school,status,timeline,facts", clock.GetUtcNow());
        await work.Commit();

        var facts = Rows.Read<Fact>(row?.Facts);
        var retracted = facts.Where(fact => fact.Kind == FactKind.Retraction).Select(fact => fact.Source).ToHashSet();
        return TypedResults.Ok(new Answer(
            id,
            asOf ?? clock.Today(),
            [.. members.Select(member => Shape(member, Timeline.Of(member.Level, member.Cohort, facts), asOf))],
            [.. facts.Select(fact => new KnownFact(
                fact.Id, fact.Kind, fact.Status, fact.Since, fact.Institution, fact.OutOfProvince, fact.Reason, fact.ReportedBy, fact.RecordedAt, retracted.Contains(fact.Id)))]));
    }

    private static Membership Shape(Graduate member, IReadOnlyList<Period> timeline, DateOnly? asOf)
    {
        List<Period> until = [.. timeline.Where(period => asOf is null || period.Since <= asOf)];
        var now = until.LastOrDefault();
        return new Membership(
            member.Cohort, member.Level, member.School, member.Programme, member.ResidenceArea, member.ResidenceDisadvantaged,
            now?.Status ?? Status.NotKnown, Timeline.Since(until), now?.Institution, now?.DualTrack ?? false, until);
    }

    private sealed record Row(string? Graduates, string? Facts);
}
