using CareerPlatform.Schools.Features.Pupils;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Consents;

/// <summary>A family gives, changes or withdraws its agreement to be contacted; both the child and the representative must agree.</summary>
/// <remarks>Law 91/2025/QH15 and Decree 356/2025/ND-CP. Publishes ContactConsentChanged.</remarks>
public static class ChangeConsent
{
    public sealed record Command
    {
        /// <summary>The platform's, the ministry's or the citizen's id.</summary>
        public required string PupilId { get; init; }

        /// <summary>`all`, `chosen` or `none`.</summary>
        public required string Scope { get; init; }

        public IReadOnlyList<Guid> Institutions { get; init; } = [];
        public required bool ChildAgreed { get; init; }
        public required bool GuardianAgreed { get; init; }
        /// <summary>A version registered for the purpose (<see cref="RegisterConsentText"/>).</summary>
        public required string TextVersion { get; init; }

        /// <summary>Only through the platform (mode B): institutions write to the family there, and see neither name nor number.</summary>
        public bool Relay { get; init; }

        /// <summary>Each purpose has its own agreement: one given for another does not count.</summary>
        public string Purpose { get; init; } = "vocational_guidance";

        /// <summary>`paper`, `web`, `phone_desk` or `school_record`.</summary>
        public required string Evidence { get; init; }
    }

    public sealed record Answer(Guid PupilId, string Scope, bool Changed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/consents", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School, Policies.Family))
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Command command, IdempotencyKey key, Person person, Database db, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        if (command.Scope is not ("all" or "chosen" or "none")) throw Invalid("/scope");
        if (command.Evidence is not ("paper" or "web" or "phone_desk" or "school_record")) throw Invalid("/evidence");
        if (command.TextVersion is { Length: 0 or > 60 }) throw Invalid("/textVersion");
        if (command.Scope == "chosen" != command.Institutions.Count > 0) throw Invalid("/institutions");
        if (command.Relay && command.Scope == "none") throw Invalid("/relay");
        if (command.Scope != "none" && !(command.ChildAgreed && command.GuardianAgreed))
            throw new RuleBroken("both_must_agree", "Cần cả học sinh và người đại diện đồng ý", "Without both agreements the scope is `none`.", 422);

        await using var work = await db.Begin(person.Tenant, ct);
        if (await Family.Of(work, command.PupilId, person) is not { } family) return TypedResults.NotFound();
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            if (command.Scope != "none") await work.MustBeRegistered(command.TextVersion, command.Purpose);
            var changed = await Store(work, ledger, family, command, objected: false, clock.GetUtcNow());
            return new Answer(family.PupilId, command.Scope, changed);
        }));
    }

    /// <summary>Stores the agreement as it stands now and announces it when it differs.</summary>
    internal static async Task<bool> Store(Work work, WithdrawalLedger ledger, Family family, Command command, bool objected, DateTimeOffset now)
    {
        var changes = await work.Query<ConsentRow>(
            """
            insert into consent (tenant_id, pupil_id, purpose, school_id, school_year, scope, institutions, child_agreed, guardian_agreed, objected, relay, text_version, text_sha256, evidence, at)
            values (@Tenant, @PupilId, @Purpose, @SchoolId, @SchoolYear, @Scope, @Institutions, @ChildAgreed, @GuardianAgreed, @objected, @Relay, @TextVersion,
              (select sha256 from consent_text where tenant_id = @Tenant and version = @TextVersion and purpose = @Purpose), @Evidence, @now)
            on conflict (pupil_id, purpose) do update set school_id = excluded.school_id, school_year = excluded.school_year, scope = excluded.scope, institutions = excluded.institutions,
              child_agreed = excluded.child_agreed, guardian_agreed = excluded.guardian_agreed, objected = excluded.objected, relay = excluded.relay, text_version = excluded.text_version, text_sha256 = excluded.text_sha256,
              evidence = excluded.evidence, at = excluded.at
              where (consent.scope, consent.institutions, consent.child_agreed, consent.guardian_agreed, consent.objected, consent.relay, consent.text_version)
                is distinct from (excluded.scope, excluded.institutions, excluded.child_agreed, excluded.guardian_agreed, excluded.objected, excluded.relay, excluded.text_version)
            returning pupil_id, purpose, school_id, school_year, scope, institutions, child_agreed, guardian_agreed, text_version, evidence, objected, relay, at
            """,
            new
            {
                work.Tenant,
                family.PupilId,
                family.SchoolId,
                family.SchoolYear,
                command.Purpose,
                command.Scope,
                Institutions = command.Institutions.ToArray(),
                command.ChildAgreed,
                command.GuardianAgreed,
                objected,
                command.Relay,
                command.TextVersion,
                command.Evidence,
                now,
            });
        if (changes.Count > 0) await ledger.Note(work, command.Scope == "none" ? LedgerWord.Withdrawn : LedgerWord.Agreed, [family.PupilId]);
        ConsentAnnouncement.Append(work, changes, now);
        return changes.Count > 0;
    }

    static RuleBroken Invalid(string pointer) => new RuleBroken("value_invalid", "Giá trị không hợp lệ", $"{pointer} has a value that is not allowed.", 422).With(new Fault(pointer, null, null, "value_invalid", null));
}

/// <summary>A pupil and the school they were last on the roster of; a school sees only its own, a family only its own child (403 `guardian_not_verified` otherwise).</summary>
public sealed record Family(Guid PupilId, Guid SchoolId, int SchoolYear)
{
    public static async Task<Family?> Of(Work work, string pupil, Person person)
    {
        if (person.IsFamily) person.MustSpeakFor(await work.Pupil(pupil));
        return await work.Pupil(pupil) is { } id
            && await work.Single<Family>("select pupil_id, school_id, school_year from roster where pupil_id = @id order by school_year desc limit 1", new { id }) is { } family
            && (person.Is(Policies.Officer) || person.IsFamily || family.SchoolId == person.OwnOrganisation)
                ? family
                : null;
    }
}
