using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Relay;

/// <summary>Lets families of mode B know that an institution wrote and they have not read it: through Schools, which has the number and sends once a day at most.</summary>
/// <remarks>
/// In permitted hours only. What could not be sent, or not today any more, is tried again while it is unread: after 1, 2, 4, … minutes, an hour at most, for that family and for the province's gateway;
/// both stand in the database, since each attempt opens and journals a number. Families that were tried least come first, so that one number nobody takes keeps no other waiting.
/// </remarks>
public sealed class TellFamilies(Database db, IHttpClientFactory http, ContactRules rules, TimeProvider clock, ILogger<TellFamilies> log)
{
    private const int AtOnce = 200;

    private sealed record Waiting(string TenantId, Guid PupilId, DateTimeOffset Until);

    private sealed record Answer(string Outcome);

    /// <summary>One round over all provinces; says how many families were told.</summary>
    public async Task<int> Sweep(CancellationToken ct = default)
    {
        var now = clock.GetUtcNow();
        var time = VietnamTime.Local(now).TimeOfDay;
        if (time < rules.From || time >= rules.To) return 0;

        IReadOnlyList<Waiting> waiting;
        await using (var work = await db.Begin("*", ct))
        {
            await work.AsProvince();
            waiting = await work.Query<Waiting>(
                """
                select m.tenant_id, l.pupil_id, max(m.sent_at) as until from relay_message m join lead l using (tenant_id, lead_id)
                left join family_telling f on f.tenant_id = l.tenant_id and f.pupil_id = l.pupil_id left join telling_pause p on p.tenant_id = l.tenant_id
                where m.told_at is null and m.read_at is null and not m.from_family and l.relay and not l.decoy and l.status = 'open' and m.sent_at > @Since
                  and not exists (select from relay_message t where t.tenant_id = m.tenant_id and t.lead_id = m.lead_id and t.told_at >= @Midnight)
                  and coalesce(f.next_at, @Now) <= @Now and coalesce(p.next_at, @Now) <= @Now
                group by 1, 2 order by max(coalesce(f.attempts, 0)), 3 limit @AtOnce
                """, new { Since = now.AddDays(-14), Midnight = VietnamTime.Start(VietnamTime.Day(now)).ToUniversalTime(), Now = now, AtOnce });
        }
        var told = 0;
        using var schools = http.CreateClient(InternalHttp.Client);
        foreach (var family in waiting)
        {
            if (!await db.Run(family.TenantId, work => Claim(work, family), ct)) continue;
            try
            {
                using var answer = await schools.PutAsync($"http://schools/internal/family-notices/{family.TenantId}/{family.PupilId}", null, ct);
                answer.EnsureSuccessStatusCode();
                if ((await answer.Content.ReadFromJsonAsync<Answer>(ct))!.Outcome == "already_today") continue;
            }
            catch (Exception away) when (away is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                log.LogWarning("Schools did not tell a family of a message ({Problem}); again later", away.GetType().Name);
                await db.Run(family.TenantId, Pause, ct);
                break;
            }
            await db.Run(family.TenantId, work => Told(work, family), ct);
            told++;
        }
        return told;
    }

    /// <summary>Notes the attempt before it is made, so that the number is not opened again before the next is due, whatever happens; false when it is somebody else's.</summary>
    private async Task<bool> Claim(Work work, Waiting family)
    {
        await work.AsProvince();
        return await work.Execute(
            $"""
            insert into family_telling as f (tenant_id, pupil_id, attempts, next_at) values (@Tenant, @PupilId, 1, {Later("1")})
            on conflict (pupil_id, tenant_id) do update set attempts = f.attempts + 1, next_at = {Later("f.attempts + 1")} where f.next_at <= @Now
            """, new { work.Tenant, family.PupilId, Now = clock.GetUtcNow() }) > 0;
    }

    /// <summary>The next families of the province would fare no better.</summary>
    private async Task Pause(Work work)
    {
        await work.AsProvince();
        await work.Execute(
            $"""
            insert into telling_pause as p (tenant_id, failures, next_at) values (@Tenant, 1, {Later("1")})
            on conflict (tenant_id) do update set failures = p.failures + 1, next_at = {Later("p.failures + 1")}
            """, new { work.Tenant, Now = clock.GetUtcNow() });
    }

    private async Task Told(Work work, Waiting family)
    {
        await work.AsProvince();
        await work.Execute(
            """
            update relay_message m set told_at = @Now from lead l
            where m.tenant_id = @Tenant and l.tenant_id = m.tenant_id and l.lead_id = m.lead_id and l.pupil_id = @PupilId and not m.from_family and m.told_at is null and m.sent_at <= @Until;
            delete from family_telling where tenant_id = @Tenant and pupil_id = @PupilId;
            delete from telling_pause where tenant_id = @Tenant
            """, new { work.Tenant, family.PupilId, family.Until, Now = clock.GetUtcNow() });
    }

    /// <summary>1, 2, 4, … minutes after so many failures, an hour at most.</summary>
    private static string Later(string failures) => $"@Now + least(interval '1 minute' * power(2, least({failures}, 10) - 1), interval '1 hour')";
}
