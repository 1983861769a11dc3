using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Consents;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Requests;

/// <summary>The desk takes down what a family asks about its own data; its clocks begin, and a withdrawal or objection takes effect in the same commit.</summary>
public static class ReceiveRequest
{
    public sealed record Command
    {
        /// <summary>The platform's, the ministry's or the citizen's id.</summary>
        public required string PupilId { get; init; }

        /// <summary>`withdraw`, `restrict`, `object`, `access`, `correct`, `provide` or `delete`.</summary>
        public required string Kind { get; init; }

        /// <summary>`paper`, `web` or `phone_desk`.</summary>
        public required string Channel { get; init; }

        /// <summary>`child` or `guardian`.</summary>
        public required string AskedBy { get; init; }

        /// <summary>How the desk knows them: `id_document`, `school`, `family_code` or `court`.</summary>
        public required string ProvenBy { get; init; }

        /// <summary>Somebody else holds the data and must act too: an institution that had the lead.</summary>
        public bool ThirdParty { get; init; }
    }

    public sealed record Answer(Guid RequestId, DateTimeOffset AnswerBy, DateTimeOffset DueAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/data-requests", Handle).RequireAuthorization(Policies.Officer).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(
        Command command, IdempotencyKey key, Person officer, Database db, ContactSeal seal, WithdrawalLedger ledger, Holidays holidays, TimeProvider clock, CancellationToken ct)
    {
        if (!RequestClock.Kinds.Contains(command.Kind)) throw Invalid("/kind");
        if (command.Channel is not ("paper" or "web" or "phone_desk")) throw Invalid("/channel");
        if (command.AskedBy is not ("child" or "guardian")) throw Invalid("/askedBy");
        if (command.ProvenBy is not ("id_document" or "school" or "family_code" or "court")) throw Invalid("/provenBy");
        await using var work = await db.Begin(officer.Tenant, ct);
        if (await Family.Of(work, command.PupilId, officer) is not { } family) return TypedResults.NotFound();

        var now = clock.GetUtcNow();
        var birth = seal.OpenDate(work.Tenant, (await work.Single<byte[]>("select sealed_birth from pupil where pupil_id = @PupilId", family))!);
        if (command.AskedBy == "guardian" && birth > DateOnly.MinValue && birth.AddYears(18) <= VietnamTime.Day(now))
            throw new RuleBroken("of_age", "Người học đã đủ 18 tuổi, cần tự yêu cầu", "The person is 18 or older: a representative no longer speaks for them.", 403);
        var answer = await work.Once(key, command, async () =>
        {
            var taken = new Answer(Guid.CreateVersion7(now), RequestClock.AnswerBy(now, holidays.Days), RequestClock.DoneBy(now, command.Kind, command.ThirdParty));
            await work.Execute(
                """
                insert into data_request (tenant_id, request_id, pupil_id, kind, channel, asked_by, proven_by, third_party, received_at, received_by, answer_by, due_at)
                values (@Tenant, @RequestId, @PupilId, @Kind, @Channel, @AskedBy, @ProvenBy, @ThirdParty, @now, @Subject, @AnswerBy, @DueAt)
                """,
                new { work.Tenant, taken.RequestId, family.PupilId, command.Kind, command.Channel, command.AskedBy, command.ProvenBy, command.ThirdParty, now, officer.Subject, taken.AnswerBy, taken.DueAt });
            if (command.Kind is "withdraw" or "object") await RecordObjection.Store(work, ledger, family, command.Channel, now);
            work.Append("privacy", taken.RequestId, new DataRequestReceived { RequestId = taken.RequestId, PupilId = family.PupilId, Kind = command.Kind, DueAt = taken.DueAt, By = officer.Subject });
            return taken;
        });
        return TypedResults.Created($"/v1/data-requests/{answer.RequestId}", answer);
    }

    internal static RuleBroken Invalid(string pointer) => new RuleBroken("value_invalid", "Giá trị không hợp lệ", $"{pointer} has a value that is not allowed.", 422).With(new Fault(pointer, null, null, "value_invalid", null));
}

/// <summary>Days that are no working days beside Saturday and Sunday: `Calendar__Holidays`, dates separated by commas.</summary>
public sealed class Holidays(IConfiguration configuration)
{
    public IReadOnlySet<DateOnly> Days { get; } = (configuration["Calendar:Holidays"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(day => DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
}
