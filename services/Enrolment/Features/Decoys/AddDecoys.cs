using CareerPlatform.Enrolment.Data;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace CareerPlatform.Enrolment.Features.Decoys;

/// <summary>The province brings numbers it holds and names made up for them; each becomes one institution's decoy in a coming round.</summary>
/// <remarks>A number of a family that is known here is refused: a decoy must be nobody's.</remarks>
public static class AddDecoys
{
    public sealed record Command
    {
        public required int SchoolYear { get; init; }
        public required IReadOnlyList<Invented> Decoys { get; init; }
    }

    public sealed record Invented
    {
        public required string Name { get; init; }

        /// <summary>A number that the department itself answers.</summary>
        public required string Phone { get; init; }
        public string? Guardian { get; init; }
        public DateOnly? BirthDate { get; init; }
    }

    public sealed record Answer(int Added);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/decoys", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Decoys")
        .ProducesProblem(409).ProducesProblem(422);

    public static async Task<Ok<Answer>> Handle(Command command, Person officer, IdempotencyKey key, Database db, ContactSeal seal, TimeProvider clock, CancellationToken ct)
    {
        if (command.Decoys.Count is 0 or > 1_000) throw new RuleBroken("batch_size_invalid", "Mỗi lần từ 1 đến 1.000 hồ sơ", "decoys holds 1 to 1,000 entries.", 422);

        await using var work = await db.BeginFor(officer, ct);
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            var now = clock.GetUtcNow();
            foreach (var (invented, n) in command.Decoys.Select((one, n) => (one, n)))
            {
                var name = NameKey.Written(invented.Name);
                if (!name.Contains(' ') || name.Length > 120) throw At(n, "name", "name_invalid", 422);
                var phone = PhoneNumber.Read(invented.Phone);
                if (phone.E164 is null) throw At(n, "phone", phone.Fault ?? "phone_invalid", 422);

                var (id, phoneKey) = (Guid.CreateVersion7(now), seal.FamilyKey(phone.E164));
                if (await work.Single<bool>("select exists (select from candidate where tenant_id = @Tenant and family_key = @Key and not decoy)", new { work.Tenant, Key = phoneKey }))
                    throw At(n, "phone", "number_in_use", 422);
                try
                {
                    await work.Execute(
                        """
                        insert into decoy (tenant_id, decoy_id, school_year, sealed_contact, phone_key, name_key, added_by, added_at)
                        values (@Tenant, @Id, @SchoolYear, @Contact, @PhoneKey, @NameKey, @Subject, @Now)
                        """,
                        new
                        {
                            work.Tenant,
                            Id = id,
                            command.SchoolYear,
                            Contact = seal.Seal(id, new Contact(name, phone.E164, null, invented.Guardian is null ? null : NameKey.Written(invented.Guardian), invented.BirthDate)),
                            PhoneKey = phoneKey,
                            NameKey = seal.FamilyKey($"decoy|{NameKey.Fold(name)}"),
                            officer.Subject,
                            Now = now,
                        });
                }
                catch (PostgresException known) when (known.SqlState == PostgresErrorCodes.UniqueViolation)
                {
                    throw At(n, known.ConstraintName == "decoy_phone_once" ? "phone" : "name", "decoy_known", 409);
                }
            }
            return new Answer(command.Decoys.Count);
        }));
    }

    private static RuleBroken At(int n, string field, string code, int status) =>
        new RuleBroken(code, "Hồ sơ kiểm soát không hợp lệ, chưa lưu gì", $"Entry {n} is refused: {code}. Names and numbers are used once; nothing was stored.", status).With(new Fault($"/decoys/{n}/{field}", null, null, code, null));
}
