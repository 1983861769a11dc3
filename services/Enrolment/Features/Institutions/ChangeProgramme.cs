using System.Text;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>An institution, or the department, corrects a programme: its name, seats, fee and support. Trade, level and intake stay; seats never fall below those that are taken.</summary>
/// <remarks>Safe to repeat. The next round of the allocation counts with the new seats.</remarks>
public static class ChangeProgramme
{
    public sealed record Command
    {
        public required string Name { get; init; }
        public required int Seats { get; init; }

        /// <summary>Đồng a year.</summary>
        public required decimal Fee { get; init; }

        public required IReadOnlyList<string> SupportPolicies { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/programmes/{programmeId:guid}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Institution)).WithTags("Institutions")
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid programmeId, Command command, Person caller, Database db, CancellationToken ct)
    {
        await using var work = await db.BeginFor(caller, ct);
        var known = await work.Single<Known>(
            "select training_code, level, intake_year, taken from programme where tenant_id = @Tenant and programme_id = @programmeId and (@Own::uuid is null or institution_id = @Own) for update",
            new { work.Tenant, programmeId, Own = caller.Is(Policies.Institution) ? caller.OwnOrganisation : (Guid?)null });
        if (known is null) return TypedResults.NotFound();

        if (command.Name.Trim().Length is 0 or > 200 || command.SupportPolicies.Count > 20 || command.SupportPolicies.Any(policy => policy.Length is 0 or > 60))
            throw new RuleBroken("programme_invalid", "Thông tin ngành nghề không hợp lệ", "A name of 1 to 200 characters and at most 20 policy codes are needed.", 422);
        Programme.MustBeValid(known.TrainingCode, known.Level, command.Seats, known.IntakeYear, command.Fee);
        if (command.Seats < known.Taken)
            throw new RuleBroken("seats_taken", $"Đã có {known.Taken} học sinh nhập học, chỉ tiêu không thể ít hơn", $"{known.Taken} seats are taken; there cannot be fewer.").With(new Fault("/seats", null, null, "seats_taken", $"{known.Taken}"));
        await work.Execute(
            "update programme set name = @Name, seats = @Seats, fee = @Fee, support_policies = @Policies where tenant_id = @Tenant and programme_id = @programmeId",
            new { work.Tenant, programmeId, Name = command.Name.Trim().Normalize(NormalizationForm.FormC), command.Seats, command.Fee, Policies = command.SupportPolicies.Distinct().ToArray() });
        await work.Commit();
        return TypedResults.NoContent();
    }

    private sealed record Known(string TrainingCode, string Level, int IntakeYear, int Taken);
}
