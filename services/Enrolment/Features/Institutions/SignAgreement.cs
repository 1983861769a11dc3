using System.Text.Json;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>The department records the agreement on the transfer of personal data that it signed with an institution; without one in force nothing flows.</summary>
/// <remarks>Decree 356/2025/ND-CP, Art. 7(1). In force from the first to the last day, midnight to midnight, Asia/Ho_Chi_Minh.</remarks>
public static class SignAgreement
{
    public sealed record Command
    {
        public required Guid InstitutionId { get; init; }
        public required DateOnly ValidFrom { get; init; }
        public required DateOnly ValidTo { get; init; }
        public required AgreementContents Contents { get; init; }

        public IReadOnlyList<string> Purposes { get; init; } = [DataScope.VocationalGuidance];

        /// <summary>Fields that may leave: `name`, `area`, `interests`, `phone`, `guardian`.</summary>
        public IReadOnlyList<string> Fields { get; init; } = ["name", "area", "interests", "phone"];
    }

    public sealed record Answer(Guid AgreementId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/agreements", Handle).RequireAuthorization(Policies.Officer).WithTags("Institutions")
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(Command command, Person officer, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        command.Contents.MustBeComplete();
        DataScope.MustBeKnown(command.Purposes, command.Fields);
        if (command.ValidTo < command.ValidFrom) throw new RuleBroken("dates_invalid", "Ngày hiệu lực không hợp lệ", "validTo lies before validFrom.", 422);

        await using var work = await db.BeginFor(officer, ct);
        if (await work.Single<Guid?>("select institution_id from institution where tenant_id = @Tenant and institution_id = @InstitutionId", new { work.Tenant, command.InstitutionId }) is null)
            return TypedResults.NotFound();
        var answer = await work.Once(key, command, async () =>
        {
            var id = Guid.CreateVersion7();
            await work.Execute(
                """
                insert into agreement (tenant_id, agreement_id, institution_id, valid_from, valid_to, contents, purposes, fields, signed_by, signed_at)
                values (@Tenant, @Id, @InstitutionId, @ValidFrom, @ValidTo, @Contents::jsonb, @Purposes, @Fields, @Subject, @Now)
                """,
                new
                {
                    work.Tenant,
                    Id = id,
                    command.InstitutionId,
                    command.ValidFrom,
                    command.ValidTo,
                    Contents = JsonSerializer.Serialize(command.Contents, StrictJson.Options),
                    Purposes = command.Purposes.ToArray(),
                    Fields = command.Fields.ToArray(),
                    officer.Subject,
                    Now = clock.GetUtcNow(),
                });
            return new Answer(id);
        });
        return TypedResults.Created($"/v1/agreements/{answer.AgreementId}", answer);
    }
}
