using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>Keeps what the final results say about each pupil; contacts stay sealed as they came. A newer result replaces an older one, whatever order they come in.</summary>
public static class Candidates
{
    /// <summary>Notes pupils without a place; returns those whose data is new or changed.</summary>
    public static async Task<IReadOnlyList<Guid>> NoteWithoutPlace(this Work work, int schoolYear, IReadOnlyCollection<PupilWithoutPlace> pupils, DateTimeOffset at)
    {
        var changed = await Store(work, schoolYear, pupils, at);
        await work.ApplyCorrections(changed);
        return changed;
    }

    private static Task<IReadOnlyList<Guid>> Store(Work work, int schoolYear, IReadOnlyCollection<PupilWithoutPlace> pupils, DateTimeOffset at) => work.Query<Guid>(
        """
        insert into candidate as c (tenant_id, school_year, pupil_id, school_id, residence, family_key, wished_trade, wished_level, sealed_contact, outcome, outcome_at)
        select @Tenant, @Year, p.*, 'without_place', @At
        from unnest(@Pupils, @Schools, @Residences, @Families, @Trades, @Levels, @Contacts) as p
        on conflict (tenant_id, school_year, pupil_id) do update set
          school_id = excluded.school_id, residence = excluded.residence, family_key = excluded.family_key, wished_trade = excluded.wished_trade,
          wished_level = excluded.wished_level, sealed_contact = excluded.sealed_contact, outcome = excluded.outcome, outcome_at = excluded.outcome_at
        where c.outcome_at < excluded.outcome_at and c.erased_at is null
        returning pupil_id
        """,
        new
        {
            work.Tenant,
            Year = schoolYear,
            At = at,
            Pupils = pupils.Select(pupil => pupil.PupilId).ToArray(),
            Schools = pupils.Select(pupil => pupil.School).ToArray(),
            Residences = pupils.Select(pupil => pupil.ResidenceArea).ToArray(),
            Families = pupils.Select(pupil => pupil.FamilyKey ?? $"pupil:{pupil.PupilId:N}").ToArray(),   // no phone known: a family of its own
            Trades = pupils.Select(pupil => pupil.WishedTrade).ToArray(),
            Levels = pupils.Select(pupil => pupil.WishedLevel).ToArray(),
            Contacts = pupils.Select(pupil => pupil.SealedContact).ToArray(),
        });

    /// <summary>Notes pupils who are no longer without a place; returns those for whom this is the newest word.</summary>
    public static Task<IReadOnlyList<Guid>> NoteOutcome(this Work work, int schoolYear, IReadOnlyCollection<(Guid Pupil, string Outcome)> pupils, DateTimeOffset at) => work.Query<Guid>(
        """
        insert into candidate as c (tenant_id, school_year, pupil_id, outcome, outcome_at)
        select @Tenant, @Year, p.pupil_id, p.outcome, @At from unnest(@Pupils, @Outcomes) as p (pupil_id, outcome)
        on conflict (tenant_id, school_year, pupil_id) do update set outcome = excluded.outcome, outcome_at = excluded.outcome_at where c.outcome_at <= excluded.outcome_at
        returning pupil_id
        """,
        new { work.Tenant, Year = schoolYear, At = at, Pupils = pupils.Select(pupil => pupil.Pupil).ToArray(), Outcomes = pupils.Select(pupil => pupil.Outcome).ToArray() });

    /// <summary>Contacts that a school corrected after the results these pupils are known by; returns the seasons they concern.</summary>
    public static async Task<IReadOnlyList<int>> ApplyCorrections(this Work work, IReadOnlyCollection<Guid> pupils) => [.. (await work.Query<int>(
        """
        update candidate c set sealed_contact = k.sealed_contact, family_key = coalesce(k.family_key, c.family_key), number_wrong_at = null
        from contact_correction k
        where c.tenant_id = @Tenant and c.pupil_id = any (@Pupils) and c.outcome = 'without_place' and k.tenant_id = c.tenant_id and k.pupil_id = c.pupil_id and k.at >= c.outcome_at
          and k.sealed_contact <> c.sealed_contact
        returning c.school_year
        """, new { work.Tenant, Pupils = pupils.ToArray() })).Distinct()];
}
