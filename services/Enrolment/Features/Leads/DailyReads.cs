using CareerPlatform.Contracts;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>
/// How many children's details an institution is shown on one day (Asia/Ho_Chi_Minh) at most: what its agreement says, otherwise `Leads__DailyReads__97` of the province or `Leads__DailyReads`.
/// The department and the operator hear of it at 80 % and when the first read is refused.
/// </summary>
/// <remarks>reliability.md, S5 and API6. Who asks again for a lead on the same day learns nothing new, and it counts once.</remarks>
public sealed class DailyReads(Database db, IConfiguration configuration, ILogger<DailyReads> log)
{
    private const int Early = 80;
    private const int Over = 100;
    private const int OfNoAgreement = 1_000;

    /// <summary>What an agreement in force on this day allows the institution.</summary>
    public async Task<int> Limit(Work work, Guid institution, DateOnly today) => Limit(work.Tenant, await work.Single<int?>(
        "select daily_reads from agreement where tenant_id = @Tenant and institution_id = @institution and @today between valid_from and valid_to order by valid_to desc, agreement_id limit 1",
        new { work.Tenant, institution, today }));

    public int Limit(string province, int? agreed) =>
        agreed ?? configuration.GetValue<int?>($"Leads:DailyReads:{province}") ?? configuration.GetValue("Leads:DailyReads", OfNoAgreement);

    /// <summary>Counts the leads that are about to be shown, in the transaction of the read. Refuses all of them with 429 `daily_reads_exceeded` when they are more than the day has left.</summary>
    public async Task Take(Work work, Guid institution, int limit, IReadOnlyCollection<Guid> leads, DateTimeOffset now)
    {
        if (leads.Count == 0) return;
        var day = VietnamTime.Day(now);
        var (total, fresh, rang) = await work.Single<(int Total, int Fresh, bool Rang)>(
            """
            with fresh as (
              insert into lead_shown (tenant_id, institution_id, day, lead_id)
              select @Tenant, @institution, @day, lead from unnest(@Leads) as lead order by lead on conflict do nothing returning lead_id)
            insert into daily_reads as d (tenant_id, institution_id, day, leads) select @Tenant, @institution, @day, count(*) from fresh
            on conflict (institution_id, day, tenant_id) do update set leads = d.leads + excluded.leads
            returning d.leads, (select count(*)::int from fresh),
              exists (select from daily_reads_alarm a where a.tenant_id = @Tenant and a.institution_id = @institution and a.day = @day and a.percent = @Over)
            """, new { work.Tenant, institution, day, Leads = leads.ToArray(), Over });
        if (fresh == 0) return;
        if (total > limit)
        {
            await work.Transaction.RollbackAsync(CancellationToken.None);   // the read is undone, and nobody waits for it, before the alarm is written
            if (!rang)
            {
                await db.Run(work.Tenant, async alarm =>
                {
                    await alarm.AsProvince();
                    await Ring(alarm, institution, day, Over, total - fresh, limit, now);
                }, CancellationToken.None);
            }
            throw new RuleBroken("daily_reads_exceeded", "Đã đọc đủ số hồ sơ được phép trong ngày", $"At most {limit} leads are shown to an institution in one day; {Math.Max(0, limit - (total - fresh))} are left today.", 429)
                .After((int)Math.Ceiling((VietnamTime.Start(day.AddDays(1)) - now).TotalSeconds));
        }
        if (total * 100L >= limit * (long)Early) await Ring(work, institution, day, Early, total, limit, now);
    }

    private async Task Ring(Work work, Guid institution, DateOnly day, int percent, int leads, int limit, DateTimeOffset now)
    {
        var isNew = await work.Execute(
            "insert into daily_reads_alarm (tenant_id, institution_id, day, percent, raised_at) values (@Tenant, @institution, @day, @percent, @now) on conflict do nothing",
            new { work.Tenant, institution, day, percent, now }) > 0;
        if (!isNew) return;
        work.Append("daily-reads", StreamIds.Of("daily-reads", work.Tenant, institution), new DailyReadsAlarm { Institution = institution, Day = day, Percent = percent, Leads = leads, Limit = limit });
        await work.Notify(institution, percent == Over ? "reads_refused" : "reads_many", $"{leads} / {limit}", now);
        log.LogWarning("{Severity} institution {Institution} of {Province} was shown {Leads} of the {Limit} leads it may read in a day{Refused}",
            percent == Over ? "ALARM" : "notice:", institution, work.Tenant, leads, limit, percent == Over ? "; more were asked for and refused" : "");
    }
}
