using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Awards;

/// <summary>What stands against an award for areas in a year, read within a unit of work.</summary>
internal static class AwardRows
{
    internal static readonly string[] Readers = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader];

    /// <param name="work">The unit of work.</param>
    /// <param name="areas">Their codes.</param>
    /// <param name="year">The year of the award.</param>
    /// <param name="today">Today.</param>
    /// <param name="pressed">Areas in which a school's figures call for an inspection that has not explained them.</param>
    internal static async Task<IReadOnlyDictionary<string, Award.Blockers>> BlockersOf(this Work work, IEnumerable<string> areas, int year, DateOnly today, IReadOnlySet<string> pressed) =>
        (await work.Query<(string Area, int Warnings, int Findings, int Overdue)>(
            """
            select a.area,
              (select count(*)::int from voluntariness_warning w where w.tenant_id = @Tenant and w.area = a.area and w.closed_at is null),
              (select count(*)::int from inspection_finding f where f.tenant_id = @Tenant and f.area = a.area and f.severity = 'critical' and f.closed_on is null),
              (select count(*)::int from task t where t.tenant_id = @Tenant and t.area = a.area and @year between t.first_year and t.last_year and t.dropped_at is null
                 and t.state in ('not_begun', 'in_progress', 'returned') and t.last_day < @today and (t.awaits is null or t.not_before is not null))
            from unnest(@Areas) as a (area)
            """, new { work.Tenant, Areas = areas.Distinct().ToArray(), year, today }))
        .ToDictionary(row => row.Area, row => new Award.Blockers(row.Warnings + (pressed.Contains(row.Area) ? 1 : 0), row.Findings, row.Overdue));

    /// <summary>Serialises what raises a warning and what judges, for one area.</summary>
    internal static Task<int> LockArea(this Work work, string area) => work.Execute("select pg_advisory_xact_lock(hashtextextended('award:' || @Tenant || @area, 0))", new { work.Tenant, area });

    internal static string Text(string? value, string name, int most)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > most) throw new RuleBroken("text_invalid", "Nội dung không hợp lệ", $"{name} has 1 to {most} characters.", 422);
        return value.Trim().Normalize();
    }

    internal static async Task MustKnow(this Work work, string area)
    {
        if (!await work.Single<bool>("select exists (select from areas where tenant_id = @Tenant and code = @area)", new { work.Tenant, area }))
            throw new RuleBroken("unknown_area", "Không có địa bàn này", "The register of areas has no such code.", 422);
    }
}
