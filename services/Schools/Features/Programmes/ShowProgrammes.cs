using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Programmes;

/// <summary>The career programmes of a school year; one whose file is another school's, too, is marked as a copy.</summary>
public static class ShowProgrammes
{
    public sealed record Shown
    {
        public required Guid ProgrammeId { get; init; }
        public required string School { get; init; }
        public required string Programme { get; init; }
        public DateOnly? ApprovedOn { get; init; }
        public string? Approval { get; init; }
        public required string[] Partners { get; init; }
        public required string[] Trades { get; init; }
        public required int Activities { get; init; }
        public required string[] SameFileAt { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/guidance/programmes", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Leader, Policies.School));

    public static async Task<Ok<IReadOnlyList<Shown>>> Handle(int schoolYear, Person person, Database db, CancellationToken ct)
    {
        var only = person.Is(Policies.School) ? (Guid?)person.OwnOrganisation : null;
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Query<Shown>(
            """
            select p.programme_id, s.code as school, p.code as programme, p.approved_on, p.approval, p.partners, p.trades, jsonb_array_length(p.activities) as activities,
              array(select distinct o.code from career_programme other join lateral (select code from school where school_id = other.school_id order by valid_from desc limit 1) o on true
                    where other.tenant_id = p.tenant_id and other.file_hash = p.file_hash and other.school_id <> p.school_id order by 1) as same_file_at
            from career_programme p join lateral (select code from school where school_id = p.school_id order by valid_from desc limit 1) s on true
            where p.tenant_id = @Tenant and p.school_year = @schoolYear and (@only::uuid is null or p.school_id = @only) order by s.code, p.code
            """, new { work.Tenant, schoolYear, only }));
    }
}
