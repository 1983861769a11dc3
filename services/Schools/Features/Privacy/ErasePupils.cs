using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Privacy;

/// <summary>Erases what says who a pupil is: the keys of the contacts (and with them every sealed text, in events and backups too), the contacts, ids, names and birth dates, here and in uploaded rows.</summary>
/// <remarks>What is counted stays: roster, result, graduation of somebody unknown. No later list brings the person back. Publishes <see cref="PersonalDataErased"/>. Safe to repeat.</remarks>
public sealed class ErasePupils(ContactSeal seal, WithdrawalLedger ledger, TimeProvider clock)
{
    public async Task From(Work work, IReadOnlyCollection<Guid> pupils, string reason)
    {
        if (pupils.Count == 0) return;
        var now = clock.GetUtcNow();
        await ledger.Note(work, LedgerWord.Erased, pupils);
        await PupilKeys.Erase(work, pupils);
        var erased = await work.Query<Guid>(
            """
            delete from contact where pupil_id = any (@Pupils);
            update roster set guardian = null where pupil_id = any (@Pupils);
            delete from pupil_alias where pupil_id = any (@Pupils);
            update upload_row set sealed_name = null, name_fold = null, sealed_birth = null, ministry_id = null, citizen_id = null, candidate_number = null, notes = null where pupil_id = any (@Pupils);
            update pupil set sealed_name = null, name_key = null, name_fold = null, sealed_birth = @Nobody, gender = null, ethnicity = null, erased_at = coalesce(erased_at, @Now)
            where pupil_id = any (@Pupils) returning pupil_id
            """, new { Pupils = pupils.ToArray(), Nobody = seal.SealDate(work.Tenant, DateOnly.MinValue), Now = now });
        var consents = await work.Query<Consents.ConsentRow>(
            """
            update consent set scope = 'none', relay = false, institutions = '{}', objected = true, at = @Now where pupil_id = any (@Pupils)
            returning pupil_id, purpose, school_id, school_year, scope, institutions, child_agreed, guardian_agreed, text_version, evidence, objected, at
            """, new { Pupils = pupils.ToArray(), Now = now });
        Consents.ConsentAnnouncement.Append(work, consents, now);
        foreach (var pupil in erased)
            work.Append("privacy", StreamIds.Of("privacy", work.Tenant, pupil), new PersonalDataErased { Province = work.Tenant, PupilId = pupil, Reason = reason, ErasedAt = now });
    }
}

/// <summary>After a restore: families who withdrew are withdrawn again, who was erased is erased again, before anything is answered.</summary>
public sealed class ForgetAgain(ErasePupils erase, TimeProvider clock) : ILedgerReplay
{
    public Task<IReadOnlyList<(string Province, Guid Pupil)>> People(Work work) => work.Query<(string, Guid)>("select tenant_id, pupil_id from pupil");

    public async Task Again(Work work, LedgerWord word, IReadOnlyCollection<Guid> pupils)
    {
        if (word is LedgerWord.Erased)
        {
            await erase.From(work, pupils, "request");
            return;
        }
        var now = clock.GetUtcNow();
        var withdrawn = await work.Query<Consents.ConsentRow>(
            """
            insert into consent (tenant_id, pupil_id, purpose, school_id, school_year, scope, child_agreed, guardian_agreed, objected, text_version, evidence, at)
            select distinct on (r.pupil_id) @Tenant, r.pupil_id, 'vocational_guidance', r.school_id, r.school_year, 'none', false, false, true, 'objection', 'school_record', @now
            from roster r where r.pupil_id = any (@Pupils) order by r.pupil_id, r.school_year desc
            on conflict (pupil_id, purpose) do update set scope = 'none', institutions = '{}', child_agreed = false, guardian_agreed = false, objected = true, relay = false, text_version = 'objection', at = excluded.at
              where consent.scope <> 'none' or not consent.objected
            returning pupil_id, purpose, school_id, school_year, scope, institutions, child_agreed, guardian_agreed, text_version, evidence, objected, at
            """, new { work.Tenant, Pupils = pupils.ToArray(), now });
        Consents.ConsentAnnouncement.Append(work, withdrawn, now);
    }
}
