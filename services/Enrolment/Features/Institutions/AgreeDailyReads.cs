using CareerPlatform.Contracts;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>An approver changes how many leads an institution may read in a day under its agreement; it holds at once, also for today.</summary>
public static class AgreeDailyReads
{
    /// <param name="DailyReads">1 or more; null is the platform's number.</param>
    public sealed record Command(int? DailyReads);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/agreements/{agreementId:guid}/daily-reads", Handle).RequireAuthorization(Policies.Approver).WithTags("Institutions").ProducesProblem(422);

    public static async Task<Results<NoContent, NotFound>> Handle(Guid agreementId, Command command, Person approver, Database db, CancellationToken ct)
    {
        MustBeNumber(command.DailyReads);
        await using var work = await db.BeginFor(approver, ct);
        if (await work.Execute("update agreement set daily_reads = @DailyReads where tenant_id = @Tenant and agreement_id = @agreementId", new { work.Tenant, agreementId, command.DailyReads }) == 0)
            return TypedResults.NotFound();

        work.Append("agreement", StreamIds.Of("agreement", work.Tenant, agreementId), new DailyReadsAgreed { AgreementId = agreementId, DailyReads = command.DailyReads });
        await work.Commit();
        return TypedResults.NoContent();
    }

    internal static void MustBeNumber(int? dailyReads)
    {
        if (dailyReads < 1) throw new RuleBroken("daily_reads_invalid", "Số hồ sơ được đọc trong ngày không hợp lệ", "dailyReads is 1 or more, or left out.", 422).With(new Fault("/dailyReads", null, null, "daily_reads_invalid", null));
    }
}
