using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Features.Consents;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Contacts;

/// <summary>A school, the department or the family itself corrects how a pupil's family is reached; the task about a wrong number is done with it.</summary>
/// <remarks>Publishes <see cref="ContactCorrected"/>. The earlier contact stays on record with its date and source.</remarks>
public static class CorrectContact
{
    /// <summary>From whom one knows how a family is reached.</summary>
    internal static readonly string[] Sources = ["family", "school_record", "phone_desk"];

    public sealed record Command
    {
        public required string Phone { get; init; }

        /// <summary>As before when absent.</summary>
        public string? Guardian { get; init; }

        /// <summary>As before when absent.</summary>
        public string? Address { get; init; }

        /// <summary>From whom: `family`, `school_record` or `phone_desk`; what a signed-in family says is always its own.</summary>
        public string Source { get; init; } = "family";
    }

    public sealed record Answer(Guid PupilId, bool Changed, bool TaskClosed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/pupils/{id}/contact", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School, Policies.Family))
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(string id, Command command, Person person, Database db, ContactSeal seal, PupilKeys keys, TimeProvider clock, CancellationToken ct)
    {
        if (!Sources.Contains(command.Source)) throw Invalid("source", "value_invalid");
        if (command.Guardian?.Length > 120) throw Invalid("guardian", "field_too_long");
        if (command.Address?.Length > 300) throw Invalid("address", "field_too_long");
        var phone = PhoneNumber.Read(command.Phone);
        if (phone.E164 is null) throw Invalid("phone", phone.Fault ?? "phone_invalid");

        await using var work = await db.Begin(person.Tenant, ct);
        if (await Family.Of(work, id, person) is not { } family) return TypedResults.NotFound();
        var (pupil, now) = (family.PupilId, clock.GetUtcNow());
        await work.Execute("select 1 from pupil where pupil_id = @pupil for update", new { pupil });
        var row = (await work.Single<Row>("select p.sealed_name, p.sealed_birth, c.sealed_contact from pupil p left join contact c on c.pupil_id = p.pupil_id and c.current where p.pupil_id = @pupil", new { pupil }))!;
        var before = row.SealedContact is null ? null : await keys.Open(work, pupil, row.SealedContact);
        using var names = seal.Names(work.Tenant);
        var contact = new Contact(names.Open(row.SealedName), phone.E164, command.Address ?? before?.Address, command.Guardian ?? before?.Guardian, seal.OpenDate(work.Tenant, row.SealedBirth));
        var asked = await work.Single<bool>("select exists (select from contact_task where pupil_id = @pupil and closed_at is null)", new { pupil });
        if (asked && before?.Phone == phone.E164) throw Invalid("phone", "number_unchanged");
        if (contact == before) return TypedResults.Ok(new Answer(pupil, false, false));

        var (sealedContact, familyKey) = (await keys.Seal(work, pupil, contact), seal.FamilyKey(phone.E164));
        await work.Execute(
            """
            update contact set current = false where pupil_id = @pupil and current;
            insert into contact (tenant_id, pupil_id, collected_on, source, sealed_contact, family_key, print, current)
            values (@Tenant, @pupil, @Today, @Source, @Sealed, @Key, @Print, true)
            on conflict (pupil_id, collected_on, source) do update set sealed_contact = excluded.sealed_contact, family_key = excluded.family_key, print = excluded.print, current = true;
            update contact_task set closed_at = @Now, closed_by = @By where pupil_id = @pupil and closed_at is null
            """,
            new
            {
                work.Tenant,
                pupil,
                Today = clock.Today(),
                Source = person.IsFamily ? "family" : command.Source,
                Sealed = sealedContact,
                Key = familyKey,
                Print = seal.FamilyKey($"{contact.Name}|{contact.Phone}|{contact.Address}|{contact.Guardian}|{contact.BirthDate}"),
                Now = now,
                By = person.Subject,
            });
        work.Append("contact", StreamIds.Of("contact", work.Tenant, pupil), new ContactCorrected
        {
            Province = work.Tenant,
            PupilId = pupil,
            FamilyKey = familyKey,
            SealedContact = sealedContact,
            CorrectedAt = now,
        });
        await work.Commit();
        return TypedResults.Ok(new Answer(pupil, true, asked));
    }

    static RuleBroken Invalid(string field, string code) =>
        new RuleBroken(code, "Thông tin liên hệ không hợp lệ", $"/{field} is refused: {code}.", 422).With(new Fault($"/{field}", null, null, code, null));

    sealed record Row(byte[] SealedName, byte[] SealedBirth, string? SealedContact);
}
