using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Graduates;

/// <summary>The tables of facts and graduates, made from this service's log alone; the sums of `counts` follow the graduates by trigger.</summary>
/// <remarks>Who joins and where they stand are different columns, so the order of the two does not matter; of two recognitions the earlier cohort stands.</remarks>
public sealed class Standings : IProjection
{
    public IReadOnlyList<string> Tables { get; } = ["facts", "graduates"];

    public async Task Apply(Work work, IReadOnlyList<StoredEvent> events)
    {
        var facts = events.Select(e => e.Data).OfType<FactsNoted>().SelectMany(noted => noted.Facts).ToList();
        var joined = events.Select(e => e.Data).OfType<CohortJoined>().SelectMany(cohort => cohort.Graduates)
            .GroupBy(graduate => (graduate.PupilId, graduate.Level))
            .Select(same => same.Aggregate((kept, other) => other.ComesBefore(kept) ? other : kept)).ToList();
        var said = events.Select(Said).OfType<Standing>()
            .GroupBy(standing => (standing.PupilId, standing.Level)).Select(same => same.Last()).ToList();

        if (facts.Count > 0) await work.Execute(InsertFacts, new { work.Tenant, Rows = Rows.Write(facts) });
        if (joined.Count > 0) await work.Execute(InsertGraduates, new { work.Tenant, Rows = Rows.Write(joined) });
        if (said.Count > 0) await work.Execute(UpdateGraduates, new { work.Tenant, Rows = Rows.Write(said), Pupils = said.Select(standing => standing.PupilId).ToArray() });
    }

    private static Standing? Said(StoredEvent e) => e.Data switch
    {
        DestinationRecorded fact => Stands(fact.GraduateId, fact.Level, fact.Timeline),
        DestinationCorrected fact => Stands(fact.GraduateId, fact.Level, fact.Timeline),
        _ => null,
    };

    private static Standing Stands(Guid graduate, string level, IReadOnlyList<DestinationPeriod>? timeline)
    {
        var periods = Periods(timeline);
        var now = periods.LastOrDefault();
        return new(graduate, level, now?.Status ?? Status.NotKnown, Timeline.Since(periods), now?.Institution, now?.DualTrack ?? false, periods);
    }

    private static List<Period> Periods(IReadOnlyList<DestinationPeriod>? timeline) =>
        [.. (timeline ?? []).Select(period => new Period(period.Status, period.Since, period.Institution, period.DualTrack))];

    private sealed record Standing(Guid PupilId, string Level, string Status, DateOnly? Since, Guid? Institution, bool DualTrack, List<Period> Periods);

    private const string InsertFacts =
        """
        insert into facts (tenant_id, pupil_id, id, kind, source, version, status, since, institution, culture, out_of_province, reason, reported_by, recorded_at)
        select @Tenant, pupil_id, id, kind, source, version, status, since, institution, culture, out_of_province, reason, reported_by, recorded_at
        from jsonb_to_recordset(@Rows::jsonb) f(pupil_id uuid, id uuid, kind varchar, source uuid, version int, status varchar, since date, institution uuid,
          culture boolean, out_of_province boolean, reason varchar, reported_by varchar, recorded_at timestamptz)
        on conflict (tenant_id, pupil_id, id) do nothing
        """;

    private const string InsertGraduates =
        """
        insert into graduates as kept (tenant_id, pupil_id, level, cohort, school, school_area, school_disadvantaged, programme, residence_area,
          residence_area_before, residence_disadvantaged, recognised_at, status, dual_track, periods)
        select @Tenant, pupil_id, level, cohort, school, school_area, school_disadvantaged, programme, residence_area,
          residence_area_before, residence_disadvantaged, recognised_at, 'not_known', false, '[]'
        from jsonb_to_recordset(@Rows::jsonb) g(pupil_id uuid, level varchar, cohort int, school uuid, school_area varchar, school_disadvantaged boolean,
          programme varchar, residence_area varchar, residence_area_before varchar, residence_disadvantaged boolean, recognised_at timestamptz)
        on conflict (tenant_id, pupil_id, level) do update set
          cohort = excluded.cohort, school = excluded.school, school_area = excluded.school_area, school_disadvantaged = excluded.school_disadvantaged,
          programme = excluded.programme, residence_area = excluded.residence_area, residence_area_before = excluded.residence_area_before,
          residence_disadvantaged = excluded.residence_disadvantaged, recognised_at = excluded.recognised_at
        where (excluded.cohort, excluded.recognised_at, excluded.school) < (kept.cohort, kept.recognised_at, kept.school)
        """;

    /// <summary>The pupils are named once more beside the join: a season begins before there are statistics, and without them PostgreSQL would read the province for every row.</summary>
    private const string UpdateGraduates =
        """
        update graduates g set status = s.status, since = s.since, institution = s.institution, dual_track = s.dual_track, periods = s.periods
        from jsonb_to_recordset(@Rows::jsonb) s(pupil_id uuid, level varchar, status varchar, since date, institution uuid, dual_track boolean, periods jsonb)
        where g.tenant_id = @Tenant and g.pupil_id = any(@Pupils) and g.pupil_id = s.pupil_id and g.level = s.level
        """;
}
