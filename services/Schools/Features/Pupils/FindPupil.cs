using CareerPlatform.Schools.Features.Consents;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Pupils;

/// <summary>Finds one pupil by id, with guardian and contact; every read is journaled with its purpose in the same transaction, or it does not happen.</summary>
public static class FindPupil
{
    public sealed record Shown
    {
        public required Guid PupilId { get; init; }
        public required string Name { get; init; }
        public required DateOnly BirthDate { get; init; }
        public string? Gender { get; init; }
        public required IReadOnlyList<string> Ids { get; init; }
        public required IReadOnlyList<Enrolled> Rosters { get; init; }
        public string? Guardian { get; init; }
        public string? Phone { get; init; }
        public string? Address { get; init; }
        public string? ContactSource { get; init; }
        public DateOnly? ContactDate { get; init; }
        public string? ConsentScope { get; init; }
        public required IReadOnlyList<Result> Results { get; init; }
    }

    public sealed record Enrolled(int SchoolYear, int Grade, Guid SchoolId, string School, string Commune, string? OldCommune, string? WishTrade, string? WishLevel);

    public sealed record Result(Guid RoundId, int SchoolYear, int Version, string Outcome, string? Reason);

    static readonly string[] Purposes = ["vocational_guidance", "admission_check", "family_request", "data_correction"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var roles = new[] { Policies.Officer, Policies.Approver, Policies.School, Policies.Inspector, Policies.Family };
        routes.MapGet("/pupils", Search).RequireAuthorization(policy => policy.RequireRole(roles));
        routes.MapGet("/pupils/{id}", Handle).RequireAuthorization(policy => policy.RequireRole(roles));
    }

    public static Task<Results<Ok<Shown>, NotFound>> Search(Person person, Database db, ContactSeal seal, PupilKeys keys, TimeProvider clock, CancellationToken ct, string? id = null, string? purpose = null) =>
        Handle(id ?? throw new RuleBroken("parameter_missing", "Cần mã học sinh", "Say ?id=, the ministry's, the citizen's or the platform's.", 400), person, db, seal, keys, clock, ct, purpose);

    public static async Task<Results<Ok<Shown>, NotFound>> Handle(string id, Person person, Database db, ContactSeal seal, PupilKeys keys, TimeProvider clock, CancellationToken ct, string? purpose = null)
    {
        MustBePurpose(purpose);
        await using var work = await db.Begin(person.Tenant, ct);
        if (person.IsFamily) person.MustSpeakFor(await work.Pupil(id));
        if (await work.Pupil(id) is not { } pupil || person.Is(Policies.School) && !person.Is(Policies.Officer) && await Family.Of(work, id, person) is null) return TypedResults.NotFound();

        await work.Journal(person, purpose!, "/v1/pupils/{id}", [pupil], "name,birth_date,guardian,phone,address,results", clock.GetUtcNow());
        var row = (await work.Single<Row>(
            """
            select p.sealed_name, p.sealed_birth, p.gender, c.sealed_contact, c.source, c.collected_on, (select scope from consent where pupil_id = p.pupil_id and purpose = 'vocational_guidance') as scope
            from pupil p left join contact c on c.pupil_id = p.pupil_id and c.current where p.pupil_id = @pupil
            """, new { pupil }))!;
        using var names = seal.Names(person.Tenant);
        var contact = row.SealedContact is null ? null : await keys.Open(work, pupil, row.SealedContact);
        var shown = new Shown
        {
            PupilId = pupil,
            Name = row.SealedName is null ? "" : names.Open(row.SealedName),
            BirthDate = seal.OpenDate(person.Tenant, row.SealedBirth),
            Gender = row.Gender,
            Guardian = contact?.Guardian,
            Phone = contact?.Phone,
            Address = contact?.Address,
            ContactSource = row.Source,
            ContactDate = row.CollectedOn,
            ConsentScope = row.Scope,
            Ids = await work.Query<string>("select alias from pupil_alias where pupil_id = @pupil order by derived desc, alias", new { pupil }),
            Rosters = await work.Query<Enrolled>(
                """
                select r.school_year, r.grade, r.school_id, (select code from school s where s.school_id = r.school_id limit 1) as school, r.commune, r.old_commune, r.wish_trade, r.wish_level
                from roster r where r.pupil_id = @pupil order by r.school_year desc
                """, new { pupil }),
            Results = await work.Query<Result>("select r.round_id, o.school_year, r.version, r.outcome, r.reason from result r join round o using (round_id) where r.pupil_id = @pupil order by r.at, r.version", new { pupil }),
        };
        await work.Commit();
        return TypedResults.Ok(shown);
    }

    internal static void MustBePurpose(string? purpose)
    {
        if (purpose is null || !Purposes.Contains(purpose)) throw new RuleBroken("purpose_not_allowed", "Cần nêu mục đích xem dữ liệu", $"Say the purpose, one of {string.Join(", ", Purposes)}.", 403);
    }

    sealed record Row(byte[]? SealedName, byte[] SealedBirth, string? Gender, string? SealedContact, string? Source, DateOnly? CollectedOn, string? Scope);
}
