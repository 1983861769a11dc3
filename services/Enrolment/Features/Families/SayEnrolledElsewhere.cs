using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Families;

/// <summary>A family says that the child is enrolled already: the others lose the lead in the same commit.</summary>
/// <remarks>It is the family's word, not an enrolment: that one comes from the institution. Publishes <see cref="Contracts.Enrolment.LeadWithdrawn"/>.</remarks>
public static class SayEnrolledElsewhere
{
    public sealed record Command
    {
        /// <summary>An institution of the platform; it keeps the lead.</summary>
        public Guid? Institution { get; init; }

        /// <summary>Where, in the family's words.</summary>
        public required string Place { get; init; }
    }

    public sealed record Answer(int LeadsWithdrawn);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/families/{pupilId:guid}/enrolled", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Family, Policies.Officer)).WithTags("Families")
        .ProducesProblem(403).ProducesProblem(422);

    public static async Task<Ok<Answer>> Handle(Guid pupilId, Command command, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        person.MustSpeakFor(pupilId);
        if (command.Place is not { Length: > 0 and <= 200 }) throw new RuleBroken("place_missing", "Cần tên nơi đang học", "Say where, in up to 200 characters.", 422);
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(person, ct);
        await work.LockLeads();
        await work.Execute(
            """
            insert into family_elsewhere (tenant_id, pupil_id, institution, place, said_at) values (@Tenant, @pupilId, @Institution, @Place, @now)
            on conflict (pupil_id, tenant_id) do update set institution = excluded.institution, place = excluded.place, said_at = excluded.said_at
            """, new { work.Tenant, pupilId, command.Institution, command.Place, now });
        var kept = command.Institution is { } institution && await work.Single<bool>(
            "select exists (select 1 from lead l join lead_grant g using (tenant_id, lead_id) where l.tenant_id = @Tenant and l.pupil_id = @pupilId and g.institution_id = @institution and g.state not in ('withdrawn', 'expired'))",
            new { work.Tenant, pupilId, institution }) ? command.Institution : null;
        var withdrawn = kept is { } keeper ? await TakeFromOthers(work, pupilId, keeper, now) : await work.Withdraw([(pupilId, "placed")], now, openOnly: true);
        await work.Commit();
        return TypedResults.Ok(new Answer(withdrawn));
    }

    private static async Task<int> TakeFromOthers(Work work, Guid pupil, Guid keeper, DateTimeOffset now)
    {
        var years = await work.Query<int>("select school_year from lead where tenant_id = @Tenant and pupil_id = @pupil and status = 'open'", new { work.Tenant, pupil });
        foreach (var year in years) await work.WithdrawFromOthersThanChosen(year, [(pupil, [keeper])], now);
        return years.Count;
    }
}
