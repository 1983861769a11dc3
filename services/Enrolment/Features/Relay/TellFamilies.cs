using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Relay;

/// <summary>Lets families of mode B know that an institution wrote and they have not read it: through Schools, which has the number and sends once a day at most.</summary>
/// <remarks>In permitted hours only. What could not be sent, or not today any more, is tried again in a later round while it is unread.</remarks>
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
                where m.told_at is null and m.read_at is null and not m.from_family and l.relay and not l.decoy and l.status = 'open' and m.sent_at > @Since
                  and not exists (select from relay_message t where t.tenant_id = m.tenant_id and t.lead_id = m.lead_id and t.told_at >= @Midnight)
                group by 1, 2 order by 3 limit @AtOnce
                """, new { Since = now.AddDays(-14), Midnight = new DateTimeOffset(VietnamTime.Day(now).ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(7)).ToUniversalTime(), AtOnce });
        }
        var told = 0;
        using var schools = http.CreateClient(InternalHttp.Client);
        foreach (var family in waiting)
        {
            try
            {
                using var answer = await schools.PutAsync($"http://schools/internal/family-notices/{family.TenantId}/{family.PupilId}", null, ct);
                answer.EnsureSuccessStatusCode();
                if ((await answer.Content.ReadFromJsonAsync<Answer>(ct))!.Outcome == "already_today") continue;
            }
            catch (Exception away) when (away is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                log.LogWarning("Schools did not tell a family of a message ({Problem}); again later", away.GetType().Name);
                break;
            }
            await db.Run(family.TenantId, async work =>
            {
                await work.AsProvince();
                await work.Execute(
                    """
                    update relay_message m set told_at = @Now from lead l
                    where m.tenant_id = @Tenant and l.tenant_id = m.tenant_id and l.lead_id = m.lead_id and l.pupil_id = @PupilId and not m.from_family and m.told_at is null and m.sent_at <= @Until
                    """, new { work.Tenant, family.PupilId, family.Until, Now = clock.GetUtcNow() });
            }, ct);
            told++;
        }
        return told;
    }
}
