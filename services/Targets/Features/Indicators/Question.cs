using System.Text.Json;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>What is asked of the indicators: which plan, cohort, borders and maturity, and how the caller may see small cells.</summary>
public sealed record Question(Plan? Plan, IReadOnlyList<EffectiveTarget> Targets, Parameters Rules, int Year, bool OldBorders, string AreaOf, string? Maturity, DateOnly Today, bool SeesSmallCells, DateOnly? AsOf = null)
{
    /// <summary>Checks the parameters of a request; refuses what is not known rather than answering something else.</summary>
    public static Question From(PlanRegistry plans, Person caller, TimeProvider clock, int year, string? plan, string? border, string? areaOf, string? maturity, DateOnly? asOf = null)
    {
        var chosen = plan is null ? plans.InForce(caller.Tenant, year) : plans.Find(plan) ?? throw new RuleBroken("unknown_plan", "Không có kế hoạch này", "No plan has this id; see GET /v1/plans.", 404);
        if (year is < 2000 or > 2100) throw Unknown("year");
        if (border is not (null or "new" or "old")) throw Unknown("border");
        if (areaOf is not (null or "school" or "residence")) throw Unknown("areaOf");
        if (maturity is not null && !Domain.Maturity.All.Contains(maturity)) throw Unknown("maturity");

        if (asOf > clock.Today()) throw Unknown("asOf");

        var sees = caller.Roles.Overlaps(["officer", "approver", "area", "inspector", "leader"]);
        var own = plans.Parameters(caller.Tenant, year);
        if (!sees && (border == "old" || maturity is not null || asOf is not null || (areaOf is not null && areaOf != own.AreaOf)))
        {
            // One published view: two views of the same people could be subtracted from each other.
            throw new RuleBroken("staff_view", "Cách xem này chỉ dành cho cán bộ và lãnh đạo", "Other borders, days and maturities are for staff and leaders.", 403);
        }
        var rules = sees ? chosen?.Parameters ?? own : own;
        var old = border == "old";
        return new Question(
            chosen,
            chosen is null ? [] : plans.Targets(chosen, year),
            rules,
            year,
            old,
            areaOf ?? (old ? "residence" : rules.AreaOf),   // the old commune is known of every residence; of a school it follows from the succession, where that can tell
            maturity,
            clock.Today(),
            sees,
            asOf);
    }

    /// <summary>The maturity to show: the one asked for, or the target's as soon as its day has come; until then the figure is the live one.</summary>
    public string MaturityOf(Target? target, string level)
    {
        if (AsOf is not null) return Domain.Maturity.AsOf;
        if (Maturity is not null) return Maturity;
        var wanted = target?.Maturity ?? Rules.Maturity;
        if (wanted == Domain.Maturity.Sustained && Today < Rules.SustainedOn(Year)) wanted = Domain.Maturity.Census;
        return wanted == Domain.Maturity.Census && Today < Rules.CensusOn(Year, level) ? Domain.Maturity.Started : wanted;
    }

    /// <summary>The day a maturity is about; null for first attendance, which has none.</summary>
    public DateOnly? DayOf(string maturity, string level) => maturity switch
    {
        Domain.Maturity.Census => Rules.CensusOn(Year, level),
        Domain.Maturity.Sustained => Rules.SustainedOn(Year),
        Domain.Maturity.AsOf => AsOf,
        _ => null,
    };

    /// <summary>True until the day has come by which the figure no longer changes in the ordinary course.</summary>
    public bool Provisional(string maturity, string level) => Today < (DayOf(maturity, level) ?? Rules.CensusOn(Year, level));

    public static RuleBroken Unknown(string parameter) =>
        new RuleBroken("parameter_invalid", "Tham số không hợp lệ", $"The parameter {parameter} has a value that is not known.", 400).With(new Fault(null, null, parameter, "parameter_invalid", null));

    public async Task<Borders> Borders(Work work) => new(
        [.. (await work.Query<AreaRow>("select kind, code, name, parent, valid_from, valid_to, predecessors::text as predecessors from areas where tenant_id = @Tenant", new { work.Tenant }))
            .Select(row => new Area(row.Kind, row.Code, row.Name, row.Parent, row.ValidFrom, row.ValidTo, JsonSerializer.Deserialize<List<Predecessor>>(row.Predecessors, JsonSerializerOptions.Web)!))],
        OldBorders,
        Today);

    private sealed record AreaRow(string Kind, string Code, string Name, string? Parent, DateOnly ValidFrom, DateOnly? ValidTo, string Predecessors);
}
