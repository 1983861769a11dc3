using System.Security.Cryptography;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>An institution asks for a workbook of the leads it works on; no personal data is read yet.</summary>
/// <remarks>Each lead gets a token that means nothing outside this institution and ends with the workbook.</remarks>
public static class MakeWorkbook
{
    private const int Most = 5_000;
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";   // none that is taken for another

    public sealed record Command
    {
        public string Purpose { get; init; } = DataScope.VocationalGuidance;
    }

    /// <param name="WorkbookId">Names the workbook.</param>
    /// <param name="Leads">How many leads it has; at most 5,000, and what may be read in a day.</param>
    /// <param name="FileUntil">Until when the file can be fetched.</param>
    /// <param name="ReturnsUntil">Until when it is taken back.</param>
    public sealed record Answer(Guid WorkbookId, int Leads, DateTimeOffset FileUntil, DateTimeOffset ReturnsUntil);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/workbooks", Handle).RequireAuthorization(Policies.Institution).WithTags("Workbooks")
        .ProducesProblem(403).ProducesProblem(409);

    public static async Task<Created<Answer>> Handle(Command command, Person caller, IdempotencyKey key, Database db, DailyReads daily, SecretSeal seal, WorkbookTimes times, TimeProvider clock, CancellationToken ct)
    {
        if (!DataScope.Purposes.Contains(command.Purpose)) throw new RuleBroken("purpose_not_allowed", "Mục đích không được phép", $"Purposes: {string.Join(", ", DataScope.Purposes)}.", 403);

        await using var work = await db.BeginFor(caller, ct);
        var answer = await work.Once(key, command, async () =>
        {
            var now = clock.GetUtcNow();
            await work.MustHaveAgreement(caller, VietnamTime.Day(now));
            var most = Math.Min(Most, await daily.Limit(work, caller.OwnOrganisation, VietnamTime.Day(now)));   // its file is read at once
            var leads = await work.Query<Guid>(
                """
                select lead_id from lead_grant
                where tenant_id = @Tenant and institution_id = @Institution and state in ('offered', 'contacted', 'applied') and expires_at > @Now
                order by granted_at, lead_id limit @most
                """, new { work.Tenant, Institution = caller.OwnOrganisation, Now = now, most });
            if (leads.Count == 0) throw new RuleBroken("workbook_empty", "Hiện không có hồ sơ nào để lập tệp", "The institution has no open lead.");

            var workbook = new Answer(Guid.CreateVersion7(now), leads.Count, now + times.Fetch, now + times.Return);
            await work.Execute(
                """
                insert into workbook (tenant_id, workbook_id, institution_id, purpose, made_by, made_at, file_until, returns_until, sealed_password)
                values (@Tenant, @WorkbookId, @Institution, @Purpose, @Subject, @Now, @FileUntil, @ReturnsUntil, @Sealed);
                insert into workbook_row (tenant_id, token, workbook_id, institution_id, lead_id)
                select @Tenant, token, @WorkbookId, @Institution, lead_id from unnest(@Tokens, @Leads) as r (token, lead_id)
                """,
                new
                {
                    work.Tenant,
                    workbook.WorkbookId,
                    Institution = caller.OwnOrganisation,
                    command.Purpose,
                    caller.Subject,
                    Now = now,
                    workbook.FileUntil,
                    workbook.ReturnsUntil,
                    Sealed = seal.Seal("workbook", workbook.WorkbookId, RandomNumberGenerator.GetString(Letters, 20)),
                    Tokens = leads.Select(_ => $"hs-{RandomNumberGenerator.GetString(Letters, 26)}").ToArray(),
                    Leads = leads.ToArray(),
                });
            return workbook;
        });
        return TypedResults.Created($"/v1/workbooks/{answer.WorkbookId}/file", answer);
    }
}
