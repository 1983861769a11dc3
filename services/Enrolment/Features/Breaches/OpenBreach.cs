using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>The department opens an incident: from its detection on both clocks run, 24 hours for the first notice of a cyber incident and 72 for the specialised agency.</summary>
public static class OpenBreach
{
    public sealed record Command
    {
        /// <summary>`disclosure`, `unauthorised_access`, `misuse`, `loss`, `alteration` or `cyber_attack`.</summary>
        public required string Kind { get; init; }

        /// <summary>When it was noticed; the clocks begin then.</summary>
        public required DateTimeOffset DetectedAt { get; init; }

        /// <summary>What happened, for the record and the notice; kept sealed.</summary>
        public required string Description { get; init; }

        /// <summary>The institution it concerns, if it is one.</summary>
        public Guid? Institution { get; init; }
    }

    public sealed record Answer(Guid BreachId, DateTimeOffset CyberBy, DateTimeOffset AgencyBy);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/breaches", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Breaches").ProducesProblem(422);

    public static async Task<Created<Answer>> Handle(Command command, Person officer, IdempotencyKey key, Database db, SecretSeal seal, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        BreachClock.MustBeTold(command.Kind, command.DetectedAt, command.Description, now);
        await using var work = await db.BeginFor(officer, ct);
        if (command.Institution is not null && !await work.Single<bool>("select exists (select from institution where tenant_id = @Tenant and institution_id = @Institution)", new { work.Tenant, command.Institution }))
            throw BreachClock.Invalid("institution", "institution_unknown", "No institution has this id.");

        var answer = await work.Once(key, command, () => work.Open(seal, command, command.Institution, reported: false, officer, now));
        return TypedResults.Created($"/v1/breaches/{answer.BreachId}", answer);
    }

    internal static async Task<Answer> Open(this Work work, SecretSeal seal, Command command, Guid? institution, bool reported, Person by, DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now);
        var detected = command.DetectedAt.ToUniversalTime();
        await work.Execute(
            """
            insert into breach (tenant_id, breach_id, kind, sealed_description, institution_id, reported, detected_at, opened_at, opened_by)
            values (@Tenant, @id, @Kind, @Description, @institution, @reported, @detected, @now, @Subject)
            """, new { work.Tenant, id, command.Kind, Description = seal.Seal(Breaches.Description, id, command.Description.Normalize()), institution, reported, detected, now, by.Subject });
        work.Append("breach", id, new BreachOpened { BreachId = id, Kind = command.Kind, DetectedAt = detected, Institution = institution, Reported = reported });
        return new(id, BreachClock.Due(BreachClock.Cyber, detected), BreachClock.Due(BreachClock.Agency, detected));
    }
}
