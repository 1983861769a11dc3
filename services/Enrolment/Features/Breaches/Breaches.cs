using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>The breach workbench (reliability.md, P11): incidents, their clocks, the children concerned, the notices.</summary>
public static class Breaches
{
    internal const string Description = "breach";
    internal const string Outcome = "breach-outcome";

    public static void AddBreaches(this IHostApplicationBuilder builder) => builder.AddSweep<KeepBreaches>("Breaches:SweepSeconds", 60, (keep, ct) => keep.Sweep(ct));

    public static void MapBreaches(this IEndpointRouteBuilder routes)
    {
        OpenBreach.Map(routes);
        ReportBreach.Map(routes);
        ListBreaches.Map(routes);
        FindAffected.Map(routes);
        ListAffected.Map(routes);
        RecordNotice.Map(routes);
        CloseBreach.Map(routes);
        ShowNotification.Map(routes);
    }

    /// <summary>Locks an incident that is still open; null when there is none of that id, 409 when it is closed.</summary>
    internal static async Task<Incident?> OpenIncident(this Work work, Guid breachId)
    {
        var incident = await work.Single<Incident>("select detected_at, opened_by, closed_at is not null as closed from breach where tenant_id = @Tenant and breach_id = @breachId for update", new { work.Tenant, breachId });
        return incident is { Closed: true } ? throw new RuleBroken("already_closed", "Sự cố đã được đóng", "The incident is closed; its record stays as it is.") : incident;
    }

    internal sealed record Incident(DateTimeOffset DetectedAt, string OpenedBy, bool Closed);
}

/// <summary>Rings when 50, 80 and 100 % of the time to notify are gone, each once, until the notice is recorded.</summary>
public sealed class KeepBreaches(Database db, TimeProvider clock, ILogger<KeepBreaches> log)
{
    /// <summary>One round over all provinces.</summary>
    public async Task Sweep(CancellationToken ct = default)
    {
        foreach (var province in await db.ProvincesWith("breach where closed_at is null", ct)) await db.Run(province, Alarm, ct);
    }

    private async Task Alarm(Work work)
    {
        var now = clock.GetUtcNow();
        await work.AsProvince();
        var open = await work.Query<Open>(
            """
            select b.breach_id, b.detected_at, b.agency_alarm, b.cyber_alarm, coalesce((select array_agg(n.clock) from breach_notice n where n.tenant_id = b.tenant_id and n.breach_id = b.breach_id), '{}') as settled
            from breach b where b.tenant_id = @Tenant and b.closed_at is null for update of b skip locked
            """, new { work.Tenant });
        foreach (var breach in open)
        {
            foreach (var name in BreachClock.Clocks.Except(breach.Settled))
            {
                var (before, percent) = (name == BreachClock.Agency ? breach.AgencyAlarm : breach.CyberAlarm, BreachClock.Alarm(name, breach.DetectedAt, now));
                if (percent <= before) continue;
                await work.Execute($"update breach set {name}_alarm = @percent where tenant_id = @Tenant and breach_id = @BreachId", new { work.Tenant, percent, breach.BreachId });
                work.Append("breach", breach.BreachId, new BreachAlarm { BreachId = breach.BreachId, Clock = name, Percent = percent });
                log.LogWarning("{Severity} {Percent} % of the {Clock} time to notify incident {Breach} are gone", percent == 100 ? "ALARM" : "notice:", percent, name, breach.BreachId);
            }
        }
    }

    [method: Dapper.ExplicitConstructor]
    private sealed record Open(Guid BreachId, DateTimeOffset DetectedAt, short AgencyAlarm, short CyberAlarm, string[] Settled);
}
