using CareerPlatform.Contracts.Destinations;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Graduates;

/// <summary>What Destinations says about graduates, as this service keeps it.</summary>
/// <remarks>Safe to repeat and safe out of order: each fact tells the whole timeline, and an older version never replaces a newer.</remarks>
public static class Whereabouts
{
    private sealed record Standing(Guid Graduate, string Level, int Cohort, DateOnly CensusOn, DateOnly SustainedOn, long Version, IReadOnlyList<DestinationPeriod> Timeline);

    public static Task Note(Work work, Heard heard, Parameters rules, Guid graduate, int cohort, string level, IReadOnlyList<DestinationPeriod> timeline)
    {
        work.AtOnce(new Standing(graduate, level, cohort, rules.CensusOn(cohort, level), rules.SustainedOn(cohort), heard.StreamVersion, timeline), standings => Keep(work, standings));
        return Task.CompletedTask;
    }

    /// <summary>One round trip for all; the sums follow in the same statement by the difference it makes.</summary>
    private static Task Keep(Work work, IReadOnlyList<Standing> standings)
    {
        var newest = standings.GroupBy(standing => (standing.Graduate, standing.Level)).Select(graduate => graduate.MaxBy(standing => standing.Version)!).ToList();
        var periods = newest.SelectMany((standing, n) => standing.Timeline.Select(period => (Of: n + 1, Period: period))).ToList();
        return work.Execute(
            """
            insert into graduates as kept (tenant_id, graduate_id, level, cohort, census_on, sustained_on, version, sinces, statuses, duals)
            select @Tenant, g.id, g.level, g.cohort, g.census_on, g.sustained_on, g.version, coalesce(p.sinces, '{}'), coalesce(p.statuses, '{}'), coalesce(p.duals, '{}')
            from unnest(@Ids, @Levels, @Cohorts, @CensusOn, @SustainedOn, @Versions) with ordinality as g (id, level, cohort, census_on, sustained_on, version, n)
            left join (
              select n, array_agg(since order by k) as sinces, array_agg(status order by k) as statuses, array_agg(dual order by k) as duals
              from unnest(@Of, @Sinces, @Statuses, @Duals) with ordinality as p (n, since, status, dual, k) group by n) p using (n)
            order by g.id, g.level
            on conflict (tenant_id, graduate_id, level) do update set
              version = excluded.version, sinces = excluded.sinces, statuses = excluded.statuses, duals = excluded.duals,
              cohort = case when kept.recognised_at is null then excluded.cohort else kept.cohort end,                 -- recognition decides, once it is heard
              census_on = case when kept.recognised_at is null then excluded.census_on else kept.census_on end,
              sustained_on = case when kept.recognised_at is null then excluded.sustained_on else kept.sustained_on end
            where kept.version < excluded.version
            """,
            new
            {
                work.Tenant,
                Ids = newest.Select(standing => standing.Graduate).ToArray(),
                Levels = newest.Select(standing => standing.Level).ToArray(),
                Cohorts = newest.Select(standing => standing.Cohort).ToArray(),
                CensusOn = newest.Select(standing => standing.CensusOn).ToArray(),
                SustainedOn = newest.Select(standing => standing.SustainedOn).ToArray(),
                Versions = newest.Select(standing => standing.Version).ToArray(),
                Of = periods.Select(row => (long)row.Of).ToArray(),
                Sinces = periods.Select(row => row.Period.Since).ToArray(),
                Statuses = periods.Select(row => row.Period.Status).ToArray(),
                Duals = periods.Select(row => row.Period.DualTrack).ToArray(),
            });
    }
}
