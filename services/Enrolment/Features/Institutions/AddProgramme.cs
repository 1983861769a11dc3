using System.Text;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>A programme of an institution with its seats for one intake, fee and support policies; the department or the institution itself reports it.</summary>
public static class AddProgramme
{
    public sealed record Command
    {
        public required Guid InstitutionId { get; init; }

        /// <summary>Seven digits: level, field (two), group and trade.</summary>
        public required string TrainingCode { get; init; }

        public required string Name { get; init; }

        /// <summary>`elementary`, `intermediate`, `college` or `vocational_upper_secondary`.</summary>
        public required string Level { get; init; }

        public required int Seats { get; init; }
        public required int IntakeYear { get; init; }
        public decimal Fee { get; init; }
        public IReadOnlyList<string> SupportPolicies { get; init; } = [];
    }

    public sealed record Answer(Guid ProgrammeId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/programmes", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Institution)).WithTags("Institutions")
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(Command command, Person caller, IdempotencyKey key, Database db, CancellationToken ct)
    {
        Programme.MustBeValid(command.TrainingCode, command.Level, command.Seats, command.IntakeYear, command.Fee);
        if (caller.Is(Policies.Institution) && caller.OwnOrganisation != command.InstitutionId) return TypedResults.NotFound();

        await using var work = await db.BeginFor(caller, ct);
        if (await work.Single<Guid?>("select institution_id from institution where tenant_id = @Tenant and institution_id = @InstitutionId", new { work.Tenant, command.InstitutionId }) is null)
            return TypedResults.NotFound();
        var answer = await work.Once(key, command, async () =>
        {
            var id = Guid.CreateVersion7();
            var added = await work.Execute(
                """
                insert into programme (tenant_id, programme_id, institution_id, training_code, name, level, intake_year, seats, fee, support_policies)
                values (@Tenant, @Id, @InstitutionId, @TrainingCode, @Name, @Level, @IntakeYear, @Seats, @Fee, @Policies)
                on conflict (tenant_id, institution_id, training_code, intake_year) do nothing
                """,
                new
                {
                    work.Tenant,
                    Id = id,
                    command.InstitutionId,
                    command.TrainingCode,
                    Name = command.Name.Normalize(NormalizationForm.FormC),
                    command.Level,
                    command.IntakeYear,
                    command.Seats,
                    command.Fee,
                    Policies = command.SupportPolicies.ToArray(),
                });
            if (added == 0) throw new RuleBroken("programme_exists", "Ngành nghề đã có trong kỳ tuyển sinh này", "The institution has this training code in this intake already.");
            return new Answer(id);
        });
        return TypedResults.Created($"/v1/programmes/{answer.ProgrammeId}", answer);
    }
}
