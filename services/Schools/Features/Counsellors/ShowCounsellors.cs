using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Counsellors;

/// <summary>The part-time counsellors and what is on record of each; a school sees those assigned to it.</summary>
public static class ShowCounsellors
{
    public sealed record Shown(string Counsellor, string Record, string? School, DateOnly From, DateOnly? To, DateOnly? DecidedOn, bool Recognised);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/guidance/counsellors", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.School));

    public static async Task<Ok<IReadOnlyList<Shown>>> Handle(Person person, Database db, CancellationToken ct)
    {
        var only = person.Is(Policies.School) ? (Guid?)person.OwnOrganisation : null;
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Query<Shown>(
            """
            select c.code as counsellor, r.record, s.code as school, r.from_on as "from", r.to_on as "to", r.decided_on, r.recognised
            from counsellor c join counsellor_record r on r.tenant_id = c.tenant_id and r.counsellor_id = c.counsellor_id
            left join lateral (select code from school where school_id = r.school_id order by valid_from desc limit 1) s on true
            where c.tenant_id = @Tenant and (@only::uuid is null or exists (select from counsellor_record own where own.counsellor_id = c.counsellor_id and own.school_id = @only))
            order by c.code, r.from_on, r.record, s.code
            """, new { work.Tenant, only }));
    }
}
