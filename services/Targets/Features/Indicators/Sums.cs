using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>One sum of the table `counts`.</summary>
public sealed record Sums(
    string Level, string Maturity, string Area, string AreaBefore, bool Disadvantaged, string Programme, string Status, bool DualTrack, long N, DateTimeOffset ChangedAt)
{
    public Cell Cell => new(Maturity, Disadvantaged, Programme, Status, DualTrack, N);

    /// <summary>The area of this kind, within the borders asked for, that this sum belongs to; null where it cannot be told.</summary>
    public string? AreaIn(Borders borders, Question question, string kind) => question is { OldBorders: true, AreaOf: "residence" }
        ? borders.Of(AreaBefore, countedOld: true, kind)
        : borders.Of(Area, countedOld: false, kind);

    /// <summary>The sums of a cohort; for a day of the caller's own they are counted from its graduates, which takes longer.</summary>
    public static Task<IReadOnlyList<Sums>> Read(Work work, int cohort, string areaOf, bool byArea, DateOnly? asOf = null) => asOf is { } day ? OnDay(work, cohort, areaOf, byArea, day) : work.Query<Sums>(
        $"""
        select level, maturity, {(byArea ? "area, area_before" : "'' as area, '' as area_before")}, disadvantaged, programme, status, dual_track, sum(n) as n, max(changed_at) as changed_at
        from counts where tenant_id = @Tenant and cohort = @cohort and area_of = @areaOf and n <> 0
        group by 1, 2, 3, 4, 5, 6, 7, 8
        """,
        new { work.Tenant, cohort, areaOf });

    private static Task<IReadOnlyList<Sums>> OnDay(Work work, int cohort, string areaOf, bool byArea, DateOnly day) => work.Query<Sums>(
        $"""
        select level, 'as_of' as maturity, {(!byArea ? "'' as area, '' as area_before" : areaOf == "school" ? "school_area as area, '' as area_before" : "residence_area as area, coalesce(residence_area_before, '') as area_before")},
          disadvantaged, programme, s.status, s.dual_track, count(*) as n, max(recognised_at) as changed_at
        from graduates cross join lateral (select coalesce(statuses[width_bucket(@day, sinces)], 'not_known') as status, coalesce(duals[width_bucket(@day, sinces)], false) as dual_track) s
        where tenant_id = @Tenant and cohort = @cohort and recognised_at < @Before group by 1, 2, 3, 4, 5, 6, 7, 8
        """,
        new { work.Tenant, cohort, day, Before = VietnamTime.Start(day.AddDays(1)).UtcDateTime });
}

/// <summary>Outreach of one school year: indicators.md, operational indicators. What no fact tells yet is null.</summary>
public sealed record Operational(
    long Leads, long Withdrawn, long Contacted, long ContactedInTime, long Reached, long Started, decimal? ContactedInTimeShare, decimal? ReachedShare, decimal? StartedShare)
{
    public static async Task<Operational> Read(Work work, int schoolYear)
    {
        var sums = await work.Single<Row>(
            """
            select coalesce(sum(leads), 0) as leads, coalesce(sum(withdrawn), 0) as withdrawn, coalesce(sum(contacted), 0) as contacted,
              coalesce(sum(contacted_in_time), 0) as contacted_in_time, coalesce(sum(reached), 0) as reached, coalesce(sum(started), 0) as started
            from guidance_counts where tenant_id = @Tenant and school_year = @schoolYear
            """,
            new { work.Tenant, schoolYear });
        var (leads, withdrawn, contacted, inTime, reached, started) = sums!;
        return new Operational(leads, withdrawn, contacted, inTime, reached, started, Percent(inTime), Percent(reached), Percent(started));

        decimal? Percent(long part) => leads == 0 ? null : Math.Round(part * 100m / leads, 2, MidpointRounding.AwayFromZero);
    }

    private sealed record Row(long Leads, long Withdrawn, long Contacted, long ContactedInTime, long Reached, long Started);
}
