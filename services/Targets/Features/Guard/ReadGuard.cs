using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Schools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Guard;

/// <summary>Inspectors see which schools' figures call for an inspection of whether pupils decided for themselves; nobody else does, and nothing is scored.</summary>
/// <remarks>Pupils have been pressed not to sit the exam; a target must never reward that (rule). Thresholds and methods are the plan's: `parameters.voluntariness`.</remarks>
public static class ReadGuard
{
    public sealed record Finding(string Outcome, string Note, string FoundBy, DateTimeOffset FoundAt);

    public sealed record SchoolAlarms(Guid School, string? Code, IReadOnlyList<Alarm> Alarms, IReadOnlyList<Finding> Findings, bool Blocked);

    /// <summary>What an inspector entered by hand about an area, and has not closed.</summary>
    public sealed record OpenWarning(Guid WarningId, string Area, string Reason, string RaisedBy, DateTimeOffset RaisedAt);

    /// <param name="Schools">Those with alarms, and those an inspector has spoken about without any.</param>
    public sealed record Answer(int SchoolYear, Voluntariness Rules, IReadOnlyList<SchoolAlarms> Schools, IReadOnlyList<OpenWarning> Warnings);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/guard/voluntariness", Handle).RequireAuthorization(Policies.Inspector);

    public static async Task<Ok<Answer>> Handle(int schoolYear, Person inspector, PlanRegistry plans, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(inspector.Tenant, ct);
        var (rules, alarms) = await Look(work, plans, schoolYear);
        var findings = await Findings(work, schoolYear);
        var codes = (await SchoolFacts.Read<ListedSchool>(work, SchoolFacts.School)).GroupBy(school => school.School).ToDictionary(school => school.Key, school => school.MaxBy(period => period.ValidFrom)!.Code);
        var warnings = await work.Query<OpenWarning>(
            "select warning_id, area, reason, raised_by, raised_at from voluntariness_warning where tenant_id = @Tenant and year = @schoolYear and closed_at is null order by raised_at, warning_id", new { work.Tenant, schoolYear });
        var bySchool = alarms.ToLookup(alarm => alarm.School);
        return TypedResults.Ok(new Answer(schoolYear, rules, [.. alarms.Select(alarm => alarm.School).Concat(findings.Select(found => found.Key)).Distinct().Order().Select(school => new SchoolAlarms(
            school, codes.GetValueOrDefault(school), [.. bySchool[school]], [.. findings[school].Select(row => new Finding(row.Outcome, row.Note, row.FoundBy, row.FoundAt))], Blocks(findings[school])))], warnings));
    }

    /// <summary>Schools that may get no award for this year: those whose figures call for an inspection that did not explain them, and those about which an inspector left something open or confirmed it, with or without an alarm. Says nothing about why.</summary>
    public static async Task<IReadOnlySet<Guid>> Blocked(Work work, PlanRegistry plans, int schoolYear)
    {
        var (_, alarms) = await Look(work, plans, schoolYear);
        var findings = await Findings(work, schoolYear);
        return alarms.Select(alarm => alarm.School).Concat(findings.Select(found => found.Key)).Distinct().Where(school => Blocks(findings[school])).ToHashSet();
    }

    /// <summary>The communes in which such schools lie.</summary>
    public static async Task<IReadOnlySet<string>> BlockedAreas(Work work, PlanRegistry plans, int schoolYear)
    {
        var blocked = await Blocked(work, plans, schoolYear);
        return blocked.Count == 0 ? new HashSet<string>() : (await SchoolFacts.Read<ListedSchool>(work, SchoolFacts.School)).Where(school => blocked.Contains(school.School)).Select(school => school.Area).ToHashSet();
    }

    /// <summary>The newest finding decides; without one the alarm does.</summary>
    private static bool Blocks(IEnumerable<Row> findings) => findings.LastOrDefault()?.Outcome != "explained";

    private static async Task<(Voluntariness Rules, IReadOnlyList<Alarm> Alarms)> Look(Work work, PlanRegistry plans, int schoolYear)
    {
        var rules = plans.Parameters(work.Tenant, schoolYear).Voluntariness ?? Voluntariness.Default;
        return (rules, VoluntarinessGuard.Look(
            schoolYear, rules, [.. await SchoolFacts.Read<Participation>(work, SchoolFacts.Participation)], [.. await SchoolFacts.Read<Declaration>(work, SchoolFacts.Withdrawal, schoolYear)]));
    }

    private static async Task<ILookup<Guid, Row>> Findings(Work work, int schoolYear) => (await work.Query<Row>(
        "select school, outcome, note, found_by, found_at from guard_findings where tenant_id = @Tenant and school_year = @schoolYear order by school, number", new { work.Tenant, schoolYear })).ToLookup(row => row.School);

    private sealed record Row(Guid School, string Outcome, string Note, string FoundBy, DateTimeOffset FoundAt);
}
