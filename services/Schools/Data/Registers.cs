using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Data;

/// <summary>A school as it stood in one period.</summary>
public sealed record School
{
    public required Guid SchoolId { get; init; }
    public required string Code { get; init; }
    public required DateOnly ValidFrom { get; init; }
    public DateOnly? ValidTo { get; init; }
    public required string Name { get; init; }
    public required string NameKey { get; init; }
    public required string[] Levels { get; init; }
    public string? Kind { get; init; }
    public required string Commune { get; init; }

    /// <summary>The day on which the commune bore that code.</summary>
    public required DateOnly CommuneOn { get; init; }

    public bool IsValidOn(DateOnly day) => ValidFrom <= day && (ValidTo is null || day <= ValidTo);

    /// <summary>What a pupil admitted here follows.</summary>
    public string Programme => Levels.Contains("upper_secondary") || !Levels.Contains("continuing_education") ? "upper_secondary" : "continuing_education";
}

/// <summary>The province's schools, by code, id and name, as of one day.</summary>
public sealed class SchoolRegister
{
    readonly Dictionary<Guid, School> byId = [];
    readonly Dictionary<string, School> byCode = new(StringComparer.OrdinalIgnoreCase);
    readonly ILookup<string, School> byName;

    /// <param name="periods">All periods of all schools; the one valid on the day is taken, else the last before it, else the first.</param>
    /// <param name="day">As of this day.</param>
    public SchoolRegister(IEnumerable<School> periods, DateOnly day)
    {
        foreach (var school in periods.GroupBy(period => period.SchoolId).Select(all => all.FirstOrDefault(period => period.IsValidOn(day))
            ?? all.Where(period => period.ValidFrom <= day).MaxBy(period => period.ValidFrom) ?? all.MinBy(period => period.ValidFrom)!))
        {
            byId[school.SchoolId] = school;
            byCode[school.Code] = school;
        }
        byName = byId.Values.ToLookup(school => school.NameKey);
    }

    public IReadOnlyCollection<School> All => byId.Values;

    public School? ById(Guid id) => byId.GetValueOrDefault(id);

    public School? ByCode(string code) => byCode.GetValueOrDefault(code);

    /// <summary>By code, by id, or by a name that only one school has.</summary>
    public School? Read(string written) =>
        ByCode(written) ?? (Guid.TryParse(written, out var id) ? ById(id) : byName[SchoolKey.Of(written)].Take(2).ToList() is [var only] ? only : null);
}

/// <summary>Loads the province's small registers, which are looked up in memory while files of many rows go by.</summary>
public static class Registers
{
    public static async Task<AreaRegister> AreaRegister(this Work work) => new(
        await work.Query<Area>("select kind, code, name, parent, province, valid_from, valid_to from area where tenant_id = @Tenant", new { work.Tenant }),
        await work.Query<Succession>("select old_kind, old_code, new_kind, new_code, on_date as \"on\", whole, suspect from area_succession where tenant_id = @Tenant", new { work.Tenant }),
        await work.Query<DisadvantagedPeriod>("select kind, code, valid_from, valid_to from area_disadvantaged where tenant_id = @Tenant", new { work.Tenant }));

    public static async Task<SchoolRegister> SchoolRegister(this Work work, DateOnly day) => new(
        await work.Query<School>("select school_id, code, valid_from, valid_to, name, name_key, levels, kind, commune, commune_on from school where tenant_id = @Tenant", new { work.Tenant }), day);
}
