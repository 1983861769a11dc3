using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Impact;

/// <summary>The department filed the impact assessment with the ministry, the first time or as an update: the day, the number, and the file as it is now are kept.</summary>
/// <remarks>A statutory basis (mode C) gets its second approval only when there is a filing.</remarks>
public static class RecordFiling
{
    public sealed record Command(DateOnly FiledOn, string Number);

    public sealed record Answer(Guid FilingId, long Subjects, string Digest);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/impact-file/filings", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Impact file").ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);

    public static async Task<Created<Answer>> Handle(Command command, Person officer, IdempotencyKey key, Database db, ImpactFiles files, TimeProvider clock, CancellationToken ct)
    {
        var today = clock.Today();
        if (command.FiledOn > today || command.FiledOn < today.AddYears(-5)) throw new RuleBroken("dates_invalid", "Ngày nộp không hợp lệ", "filedOn lies in the past, at most five years ago.", 422);
        if (string.IsNullOrWhiteSpace(command.Number) || command.Number.Length > 100) throw new RuleBroken("number_missing", "Thiếu số văn bản", "number has 1 to 100 characters.", 422);

        var file = await files.Make(officer.Tenant, ct);
        await using var work = await db.BeginFor(officer, ct);
        var answer = await work.Once(key, command, async () =>
        {
            var now = clock.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            var stored = await work.Execute(
                """
                insert into impact_filing (tenant_id, filing_id, filed_on, number, digest, subjects, file, recorded_by, recorded_at)
                values (@Tenant, @id, @FiledOn, @Number, @Digest, @Subjects, @File::jsonb, @Subject, @now) on conflict do nothing
                """, new { work.Tenant, id, command.FiledOn, command.Number, file.Digest, file.Subjects, File = JsonSerializer.Serialize(file, StrictJson.Options), officer.Subject, now });
            if (stored == 0) throw new RuleBroken("already_recorded", "Hồ sơ này đã được ghi nhận", "A filing of this day and number is recorded already.");
            work.Append("impact-file", StreamIds.Of("impact-file", work.Tenant), new ImpactFileFiled { FilingId = id, FiledOn = command.FiledOn, Subjects = file.Subjects });
            return new Answer(id, file.Subjects, file.Digest);
        });
        return TypedResults.Created("/v1/impact-file", answer);
    }
}
