using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Labour;

/// <summary>Reads the numbers of quarters within a unit of work.</summary>
internal static class LabourRows
{
    /// <summary>One sum of the province.</summary>
    internal sealed record Sum(string Measure, string Level, long Number);

    /// <summary>An institution or area, and when it entered its numbers; null when it has not.</summary>
    internal sealed record Reporter(string Code, string? Name, bool IsArea, DateTimeOffset? EnteredAt);

    /// <summary>Sums over quarters of one year: what happened in them adds up, how things stand is that of the last quarter.</summary>
    internal static async Task<IReadOnlyList<Sum>> Labour(this Work work, int year, int from, int to)
    {
        var rows = await work.Query<Row>(
            "select quarter, measure, level, sum(number) as number from labour_number where tenant_id = @Tenant and year = @year and quarter between @from and @to group by 1, 2, 3", new { work.Tenant, year, from, to });
        return
        [
            .. from measure in LabourMeasure.All
               from level in LabourMeasure.Levels
               let own = rows.Where(row => row.Measure == measure.Code && row.Level == level.Code && (!measure.Stock || row.Quarter == to)).ToList()
               where own.Count > 0
               select new Sum(measure.Code, level.Code, own.Sum(row => row.Number)),
        ];
    }

    /// <summary>Who is to enter numbers: organisations that do the work of vocational institutions, and the areas that stand at the end of the last quarter; told is who told every quarter.</summary>
    internal static async Task<IReadOnlyList<Reporter>> LabourReporters(this Work work, int year, int from, int to)
    {
        var end = new DateOnly(year, 1, 1).AddMonths(to * 3).AddDays(-1);
        return await work.Query<Reporter>(
            """
            with told as (select reporter, is_area, case when count(distinct quarter) = @to - @from + 1 then max(entered_at) end as entered_at
              from labour_number where tenant_id = @Tenant and year = @year and quarter between @from and @to group by 1, 2),
            wanted as (
              select distinct organisation_id::text as code, null::varchar as name, false as is_area from task_owner where tenant_id = @Tenant and owner = 'vocational_institution'
              union select code, name, true from areas where tenant_id = @Tenant and valid_from <= @end and (valid_to is null or valid_to >= @end)
                and kind = (select case when bool_or(kind = 'district') then 'district' else 'commune' end from areas where tenant_id = @Tenant and valid_from <= @end and (valid_to is null or valid_to >= @end)))
            select coalesce(w.code, t.reporter) as code, w.name, coalesce(w.is_area, t.is_area) as is_area, t.entered_at
            from wanted w full join told t on t.reporter = w.code and t.is_area = w.is_area order by 3, 1
            """, new { work.Tenant, year, from, to, end });
    }

    private sealed record Row(int Quarter, string Measure, string Level, long Number);
}
