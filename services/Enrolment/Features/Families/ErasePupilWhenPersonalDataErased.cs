using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.LegalBases;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Families;

/// <summary>Erases here what Schools erased: the key, the sealed contact, what people wrote about the family; the lead ends for everybody.</summary>
/// <remarks>Safe to repeat and in any order: an older result brings nothing back.</remarks>
public sealed class ErasePupilWhenPersonalDataErased(WithdrawalLedger ledger, TimeProvider clock) : IReaction<PersonalDataErased>
{
    public async Task When(PersonalDataErased fact, Heard heard, Work work, CancellationToken ct)
    {
        await work.LockLeads();
        await ledger.Note(work, LedgerWord.Erased, [fact.PupilId]);
        await Erase(work, [fact.PupilId], clock.GetUtcNow());
    }

    internal static async Task Erase(Work work, IReadOnlyCollection<Guid> pupils, DateTimeOffset now)
    {
        await WithdrawAgain.Withdraw(work, pupils, now);
        await PupilKeys.Erase(work, pupils);
        await work.Execute(
            """
            update candidate set sealed_contact = null, wished_trade = null, wished_level = null, erased_at = coalesce(erased_at, @now) where tenant_id = @Tenant and pupil_id = any (@Pupils);
            update contact_log set next_step = null where tenant_id = @Tenant and lead_id in (select lead_id from lead where tenant_id = @Tenant and pupil_id = any (@Pupils));
            delete from relay_message where tenant_id = @Tenant and lead_id in (select lead_id from lead where tenant_id = @Tenant and pupil_id = any (@Pupils));
            delete from family_telling where tenant_id = @Tenant and pupil_id = any (@Pupils);
            delete from family_elsewhere where tenant_id = @Tenant and pupil_id = any (@Pupils);
            delete from contact_correction where tenant_id = @Tenant and pupil_id = any (@Pupils)
            """, new { work.Tenant, Pupils = pupils.ToArray(), now });
    }
}

/// <summary>After a restore: who withdrew or was erased is withdrawn or erased again, for everyone who ever had the lead, before anything is answered.</summary>
public sealed class WithdrawAgain(TimeProvider clock) : ILedgerReplay
{
    public async Task<IReadOnlyList<(string Province, Guid Pupil)>> People(Work work)
    {
        await work.AsProvince();
        return await work.Query<(string, Guid)>("select tenant_id, pupil_id from candidate union select tenant_id, pupil_id from consent");
    }

    public async Task Again(Work work, LedgerWord word, IReadOnlyCollection<Guid> pupils)
    {
        await work.LockLeads();
        if (word is LedgerWord.Erased) await ErasePupilWhenPersonalDataErased.Erase(work, pupils, clock.GetUtcNow());
        else await Withdraw(work, pupils, clock.GetUtcNow());
    }

    internal static async Task Withdraw(Work work, IReadOnlyCollection<Guid> pupils, DateTimeOffset now)
    {
        var seasons = await work.Query<(Guid Pupil, int Year)>(
            "select pupil_id, school_year from candidate where tenant_id = @Tenant and pupil_id = any (@Pupils) union select pupil_id, school_year from consent where tenant_id = @Tenant and pupil_id = any (@Pupils)",
            new { work.Tenant, Pupils = pupils.ToArray() });
        foreach (var season in seasons.GroupBy(row => row.Year, row => row.Pupil))
        {
            await work.NoteFamilies(season.Key, [.. season.Select(pupil => FamilySays.Objects(pupil, "school_record", now))]);
            await work.Withdraw([.. season.Select(pupil => (pupil, "opted_out"))], now, season.Key);
        }
    }
}
