using CareerPlatform.Destinations.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Cohorts;

/// <summary>How many graduates stand on each rung, as of a day.</summary>
/// <param name="Total">Everyone recognised.</param>
/// <param name="Counted">Without those out of the cohort: the denominator of every rate.</param>
/// <param name="Statuses">Every rung of the ladder, the highest first.</param>
/// <param name="DualTrack">Of the vocational rungs: culture and trade at once, counted once.</param>
/// <param name="NotKnownShare">Percent of the counted.</param>
public sealed record CohortFigures(long Total, long Counted, IReadOnlyDictionary<string, long> Statuses, long DualTrack, decimal? NotKnownShare)
{
    /// <summary>Now, from sums; as of a day, from the timelines of the cohort by index.</summary>
    public static async Task<CohortFigures> Read(Work work, int cohort, string level, string scope, string? key, DateOnly? asOf)
    {
        var sums = await work.Query<Sum>(asOf is null ? Now : AsOf, new { work.Tenant, cohort, level, scope, key, asOf });
        var statuses = Status.Ladder.ToDictionary(status => status, status => sums.Where(sum => sum.Status == status).Sum(sum => sum.N));
        var total = statuses.Values.Sum();
        var counted = total - statuses[Status.OutOfCohort];
        return new CohortFigures(
            total, counted, statuses, sums.Where(sum => sum.DualTrack).Sum(sum => sum.N),
            counted == 0 ? null : Math.Round(statuses[Status.NotKnown] * 100m / counted, 2, MidpointRounding.AwayFromZero));
    }

    /// <summary>Refuses a level that does not exist rather than answering an empty cohort.</summary>
    public static string Level(string? level) => level switch
    {
        null or "lower_secondary" => "lower_secondary",
        "upper_secondary" => level,
        _ => throw new RuleBroken("parameter_invalid", "Tham số không hợp lệ", "The level must be lower_secondary or upper_secondary.", 400),
    };

    private const string Now =
        """
        select status, dual_track, sum(n)::bigint as n from counts
        where tenant_id = @Tenant and cohort = @cohort and level = @level and scope = @scope and (@key is null or key = @key) and n <> 0
        group by 1, 2
        """;

    private const string AsOf =
        """
        select case when already then status else status_on(periods, @asOf) end as status, case when already then dual_track else dual_track_on(periods, @asOf) end as dual_track, count(*) as n
        from graduates cross join lateral (select coalesce((periods -> -1 ->> 'since')::date <= @asOf, true) as already) newest
        where tenant_id = @Tenant and cohort = @cohort and level = @level
          and (@key is null or @key = case @scope when 'school' then school::varchar when 'school_area' then school_area
            when 'residence_area' then residence_area else coalesce(residence_area_before, '') end)
        group by 1, 2
        """;

    private sealed record Sum(string Status, bool DualTrack, long N);
}
