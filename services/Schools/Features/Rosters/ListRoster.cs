using System.Globalization;
using CareerPlatform.Import;
using CareerPlatform.Schools.Features.Areas;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rosters;

/// <summary>A school's own pupils of a year, for itself, its area's office or the department, by given name in Vietnamese order, a page at a time: where each contact comes from and when, and what the pupil wishes. The pupils of a page are journaled.</summary>
/// <remarks>Names lie sealed, so the order is made here: those of one school are opened, never those of the province.</remarks>
public static class ListRoster
{
    public const int PageSize = 50;

    /// <summary>`number_wrong`: said to be wrong; `no_number`: none on record; `old_contact`: collected before this school year's June; `no_wish`.</summary>
    static readonly string[] Needs = ["number_wrong", "no_number", "old_contact", "no_wish"];

    static readonly StringComparer Letters = StringComparer.Create(CultureInfo.GetCultureInfo("vi-VN"), ignoreCase: true);

    public sealed record Shown
    {
        public required Guid PupilId { get; init; }
        public required string Name { get; init; }
        public required DateOnly BirthDate { get; init; }
        public string? Gender { get; init; }
        public required int Grade { get; init; }
        public required string Commune { get; init; }
        public string? ContactSource { get; init; }
        public DateOnly? ContactDate { get; init; }
        public required bool HasNumber { get; init; }
        public required bool NumberWrong { get; init; }
        public string? WishTrade { get; init; }
        public string? WishLevel { get; init; }
    }

    /// <param name="Counts">Pupils of the school, and of those how many need something, by need.</param>
    public sealed record Answer(string School, string SchoolName, int SchoolYear, int Page, int Pages, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<Shown> Pupils);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/rosters/{schoolYear:int}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School, Policies.AreaOffice)).ProducesProblem(400).ProducesProblem(404);

    /// <param name="schoolYear">The year it starts.</param>
    /// <param name="school">Code or id; an officer names one, an area's office one of its areas; a school is its own.</param>
    /// <param name="need">One of the needs; without it all.</param>
    /// <param name="page">From 1.</param>
    public static async Task<Ok<Answer>> Handle(int schoolYear, Person person, Database db, ContactSeal seal, TimeProvider clock, CancellationToken ct, string? school = null, string? need = null, int page = 1)
    {
        if (need is not null && !Needs.Contains(need)) throw Invalid("need");
        if (page is < 1 or > 1_000) throw Invalid("page");
        await using var work = await db.Begin(person.Tenant, ct);
        var own = person.Is(Policies.School) && !person.Is(Policies.Officer) ? (Guid?)person.OwnOrganisation : null;
        var office = own is null && !person.Is(Policies.Officer) ? (Guid?)person.OwnOrganisation : null;   // only the schools of its areas are there for it
        var id = Guid.TryParse(school, out var guid) ? guid : (Guid?)null;
        var of = await work.Single<School>(
            $"""
            select s.school_id, s.code, s.name from school s where s.tenant_id = @Tenant and (s.school_id = @own or (@own::uuid is null and (s.school_id = @id or s.code = @school)))
              and (@office::uuid is null or {ManageAreaOffices.IsOfOffice}) order by s.valid_from desc limit 1
            """, new { work.Tenant, own, office, id, school }) ?? throw new RuleBroken("school_unknown", "Không có trường này trong danh sách của tỉnh", "The province has no such school.", 404);

        var rows = await work.Query<Row>(
            """
            select r.pupil_id, p.sealed_name, p.sealed_birth, p.gender, r.grade, r.commune, c.source, c.collected_on, c.family_key is not null as has_number, r.wish_trade, r.wish_level,
                   exists (select from contact_task t where t.tenant_id = r.tenant_id and t.pupil_id = r.pupil_id and t.closed_at is null) as number_wrong
            from roster r join pupil p on p.pupil_id = r.pupil_id left join contact c on c.pupil_id = r.pupil_id and c.current
            where r.tenant_id = @Tenant and r.school_id = @SchoolId and r.school_year = @schoolYear and p.sealed_name is not null
            """, new { work.Tenant, of.SchoolId, schoolYear });
        var asked = rows.Where(row => need is null || Has(row, need, schoolYear)).ToList();
        using var names = seal.Names(person.Tenant);
        var shown = asked.Select(row => (Row: row, Name: names.Open(row.SealedName)))
            .OrderBy(one => NameKey.Parts(one.Name).Given, Letters).ThenBy(one => one.Name, Letters).ThenBy(one => one.Row.PupilId)
            .Skip((page - 1) * PageSize).Take(PageSize)
            .Select(one => new Shown
            {
                PupilId = one.Row.PupilId,
                Name = one.Name,
                BirthDate = seal.OpenDate(person.Tenant, one.Row.SealedBirth),
                Gender = one.Row.Gender,
                Grade = one.Row.Grade,
                Commune = one.Row.Commune,
                ContactSource = one.Row.Source,
                ContactDate = one.Row.CollectedOn,
                HasNumber = one.Row.HasNumber,
                NumberWrong = one.Row.NumberWrong,
                WishTrade = one.Row.WishTrade,
                WishLevel = one.Row.WishLevel,
            }).ToList();
        await work.Journal(person, "data_correction", "GET /v1/rosters/{schoolYear}", [.. shown.Select(pupil => pupil.PupilId)], "name,birth_date,wish", clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Answer(of.Code, of.Name, schoolYear, page, Math.Max(1, (asked.Count + PageSize - 1) / PageSize),
            Needs.ToDictionary(one => one, one => rows.Count(row => Has(row, one, schoolYear))).Append(new("all", rows.Count)).ToDictionary(), shown));
    }

    static bool Has(Row row, string need, int schoolYear) => need switch
    {
        "number_wrong" => row.NumberWrong,
        "no_number" => !row.HasNumber,
        "old_contact" => row.HasNumber && row.CollectedOn < new DateOnly(schoolYear - 1, 6, 1),
        _ => row.WishTrade is null && row.WishLevel is null,
    };

    static RuleBroken Invalid(string parameter) =>
        new RuleBroken("parameter_invalid", "Tham số không hợp lệ", $"The parameter {parameter} has a value that is not known.", 400).With(new Fault(null, null, parameter, "parameter_invalid", null));

    sealed record School(Guid SchoolId, string Code, string Name);

    sealed class Row
    {
        public Guid PupilId { get; init; }
        public byte[] SealedName { get; init; } = [];
        public byte[] SealedBirth { get; init; } = [];
        public string? Gender { get; init; }
        public int Grade { get; init; }
        public string Commune { get; init; } = "";
        public string? Source { get; init; }
        public DateOnly? CollectedOn { get; init; }
        public bool HasNumber { get; init; }
        public bool NumberWrong { get; init; }
        public string? WishTrade { get; init; }
        public string? WishLevel { get; init; }
    }
}
