using CareerPlatform.Contracts.Destinations;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Graduates;

/// <summary>What Destinations says about one graduate, as this service keeps it.</summary>
/// <remarks>Safe to repeat and safe out of order: each fact tells the whole timeline, and an older version never replaces a newer.</remarks>
public static class Whereabouts
{
    /// <summary>One round trip; the sums follow in the same statement by the difference it makes.</summary>
    public static Task Note(Work work, Heard heard, Parameters rules, Guid graduate, int cohort, string level, IReadOnlyList<DestinationPeriod> timeline) => work.Execute(
        """
        insert into graduates as kept (tenant_id, graduate_id, level, cohort, census_on, sustained_on, version, sinces, statuses, duals)
        values (@Tenant, @Id, @Level, @Cohort, @CensusOn, @SustainedOn, @Version, @Sinces, @Statuses, @Duals)
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
            Id = graduate,
            Level = level,
            Cohort = cohort,
            CensusOn = rules.CensusOn(cohort, level),
            SustainedOn = rules.SustainedOn(cohort),
            Version = heard.StreamVersion,
            Sinces = timeline.Select(period => period.Since).ToArray(),
            Statuses = timeline.Select(period => period.Status).ToArray(),
            Duals = timeline.Select(period => period.DualTrack).ToArray(),
        });
}
