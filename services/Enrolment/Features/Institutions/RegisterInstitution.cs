using System.Text;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>The provincial department registers a vocational institution, in or out of the province.</summary>
public static class RegisterInstitution
{
    public sealed record Command
    {
        /// <summary>Where the institution has an organisation for its people already, that id; otherwise a new one is given.</summary>
        public Guid? InstitutionId { get; init; }

        public required string Code { get; init; }
        public required string Name { get; init; }

        /// <summary>Commune code of today.</summary>
        public required string Commune { get; init; }

        /// <summary>`college`, `intermediate_school`, `vocational_centre`, `vocational_continuing_centre` or `other`.</summary>
        public required string Kind { get; init; }

        public bool Boarding { get; init; }
        public bool OutOfProvince { get; init; }
        public DateOnly? ValidFrom { get; init; }
        public DateOnly? ValidTo { get; init; }
    }

    public sealed record Answer(Guid InstitutionId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/institutions", Handle).RequireAuthorization(Policies.Officer).WithTags("Institutions")
        .ProducesProblem(StatusCodes.Status409Conflict);

    public static async Task<Created<Answer>> Handle(Command command, Person officer, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (command.ValidTo < command.ValidFrom) throw new RuleBroken("dates_invalid", "Ngày hiệu lực không hợp lệ", "validTo lies before validFrom.", 422);

        await using var work = await db.BeginFor(officer, ct);
        var answer = await work.Once(key, command, async () =>
        {
            var id = command.InstitutionId ?? Guid.CreateVersion7();
            var added = await work.Execute(
                """
                insert into institution (tenant_id, institution_id, code, name, commune, kind, boarding, out_of_province, valid_from, valid_to, registered_at)
                values (@Tenant, @Id, @Code, @Name, @Commune, @Kind, @Boarding, @OutOfProvince, @From, @ValidTo, @Now)
                on conflict do nothing
                """,
                new
                {
                    work.Tenant,
                    Id = id,
                    command.Code,
                    Name = command.Name.Normalize(NormalizationForm.FormC),
                    command.Commune,
                    command.Kind,
                    command.Boarding,
                    command.OutOfProvince,
                    From = command.ValidFrom ?? clock.Today(),
                    command.ValidTo,
                    Now = clock.GetUtcNow(),
                });
            if (added == 0) throw new RuleBroken("institution_exists", "Mã cơ sở đã có", "An institution with this code or id is registered already.");
            return new Answer(id);
        });
        return TypedResults.Created($"/v1/institutions/{answer.InstitutionId}", answer);
    }
}
