using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>Programmes with their free seats: all of the province for staff, its own for an institution.</summary>
public static class ListProgrammes
{
    public sealed record Item
    {
        public required Guid ProgrammeId { get; init; }
        public required Guid InstitutionId { get; init; }
        public required string TrainingCode { get; init; }
        public required string Name { get; init; }
        public required string Level { get; init; }
        public required int IntakeYear { get; init; }
        public required int Seats { get; init; }
        public required int FreeSeats { get; init; }
        public required decimal Fee { get; init; }
        public required string[] SupportPolicies { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/programmes", Handle).RequireAuthorization(policy => policy.RequireRole(
            Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Leader, Policies.School, Policies.Institution)).WithTags("Institutions");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person reader, Database db, CancellationToken ct, Guid? institution = null, int? intakeYear = null)
    {
        if (reader.Is(Policies.Institution)) institution = reader.OwnOrganisation;

        await using var work = await db.BeginFor(reader, ct);
        return TypedResults.Ok(await work.Query<Item>(
            """
            select programme_id, institution_id, training_code, name, level, intake_year, seats, seats - taken as free_seats, fee, support_policies from programme
            where tenant_id = @Tenant and (@Institution::uuid is null or institution_id = @Institution) and (@IntakeYear::int is null or intake_year = @IntakeYear)
            order by institution_id, training_code, intake_year
            """, new { work.Tenant, Institution = institution, IntakeYear = intakeYear }));
    }
}
