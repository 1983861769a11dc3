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

        /// <summary>Communes or former districts where pupils live whom it is about; absent: all of the province.</summary>
        public IReadOnlyList<string>? Areas { get; init; }

        /// <summary>Training codes (seven digits) it is about; absent: all programmes of the institution.</summary>
        public IReadOnlyList<string>? TrainingCodes { get; init; }

        /// <summary>How many leads the institution may read in a day; absent: the platform's number.</summary>
        public int? DailyReads { get; init; }
    }

    public sealed record Answer(Guid AgreementId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/agreements", Handle).RequireAuthorization(Policies.Officer).WithTags("Institutions")
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(Command command, Person officer, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        command.Contents.MustBeComplete();
        DataScope.MustBeKnown(command.Purposes, command.Fields);
        if (command.Areas is [] || command.TrainingCodes is []) throw new RuleBroken("scope_empty", "Phạm vi thoả thuận đang để trống", "Leave areas and trainingCodes out for all; an empty list is nobody.", 422);
        if (command.TrainingCodes?.FirstOrDefault(code => code.Length != 7 || !code.All(char.IsAsciiDigit)) is { } invalid)
            throw new RuleBroken("training_code_invalid", "Mã ngành nghề không hợp lệ", "A training code has seven digits.", 422).With(new Fault("/trainingCodes", null, null, "training_code_invalid", invalid));
        AgreeDailyReads.MustBeNumber(command.DailyReads);
        if (command.ValidTo < command.ValidFrom) throw new RuleBroken("dates_invalid", "Ngày hiệu lực không hợp lệ", "validTo lies before validFrom.", 422);

        await using var work = await db.BeginFor(officer, ct);
        if (await work.Single<Guid?>("select institution_id from institution where tenant_id = @Tenant and institution_id = @InstitutionId", new { work.Tenant, command.InstitutionId }) is null)
            return TypedResults.NotFound();
        await work.MustKnow(command.Areas);
        var answer = await work.Once(key, command, async () =>
        {
            var id = Guid.CreateVersion7();
            await work.Execute(
                """
                insert into agreement (tenant_id, agreement_id, institution_id, valid_from, valid_to, contents, purposes, fields, areas, training_codes, daily_reads, signed_by, signed_at)
                values (@Tenant, @Id, @InstitutionId, @ValidFrom, @ValidTo, @Contents::jsonb, @Purposes, @Fields, @Areas, @TrainingCodes, @DailyReads, @Subject, @Now)
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
                    Areas = command.Areas?.ToArray(),
                    TrainingCodes = command.TrainingCodes?.ToArray(),
                    command.DailyReads,
                    officer.Subject,
                    Now = clock.GetUtcNow(),
                });
            return new Answer(id);
        });
        return TypedResults.Created($"/v1/agreements/{answer.AgreementId}", answer);
    }

    private static async Task MustKnow(this Work work, IReadOnlyList<string>? areas)
    {
        if (areas is null) return;
        var known = (await work.Query<string>("select distinct code from area where tenant_id = @Tenant and code = any (@Areas) and (kind = 'district' or kind = 'commune' and valid_to is null)",
            new { work.Tenant, Areas = areas.ToArray() })).ToHashSet();
        if (areas.Where(area => !known.Contains(area)).ToList() is { Count: > 0 } unknown)
            throw new RuleBroken("area_unknown", "Không có xã hoặc huyện cũ này trong tỉnh", "Areas are codes of communes or former districts of the province.", 422).With([.. unknown.Select(area => new Fault("/areas", null, null, "area_unknown", area))]);
    }
}
