using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>Looks after what no message announces: grants whose time is over expire, leads whose statutory basis ran out are withdrawn, waiting pupils are offered when seats or agreements appear.</summary>
/// <remarks>Every replica may run it: each step holds the province's lock and decides by the rows alone.</remarks>
public sealed class KeepLeads(Database db, GrantLeads grant, IConfiguration configuration, TimeProvider clock, ILogger<KeepLeads> log) : BackgroundService
{
    private const int Batch = 500;

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var seconds = configuration.GetValue("Leads:SweepSeconds", 30);
        if (seconds <= 0) return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds), clock);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(ct);
                await Sweep(ct);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log.LogWarning("Leads could not be looked after: {Exception}", exception.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One round over all provinces.</summary>
    public async Task Sweep(CancellationToken ct)
    {
        foreach (var (tenant, year) in await Seasons(ct))
        {
            while (await db.Run(tenant, work => Expire(work), ct) == Batch) { }
            while (await db.Run(tenant, work => EndStatutory(work, year), ct) == Batch) { }
            var after = Guid.Empty;
            while (await db.Run(tenant, work => Offer(work, year, after), ct) is { } last) after = last;
        }
    }

    private async Task<IReadOnlyList<(string Tenant, int Year)>> Seasons(CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        await work.AsProvince();
        return await work.Query<(string, int)>("select distinct tenant_id, school_year from candidate where outcome = 'without_place'");
    }

    private async Task<int> Expire(Work work)
    {
        var now = clock.GetUtcNow();
        await work.LockLeads();
        var over = await work.Query<Row>(
            """
            select grant_id, lead_id, institution_id from lead_grant
            where tenant_id = @Tenant and expires_at <= @Now and state in ('offered', 'contacted', 'refused', 'applied') order by institution_id, lead_id limit @Batch
            """, new { work.Tenant, Now = now, Batch });
        await work.EndGrants([.. over.Select(row => (row.GrantId, "expired"))], "expired", now);
        await work.Tell([.. over.Select(row => new FeedEntry(row.InstitutionId, "expired", row.LeadId, row.GrantId, "expired"))], now);
        return over.Count;
    }

    private async Task<int> EndStatutory(Work work, int year)
    {
        await work.LockLeads();
        var pupils = await work.Query<Guid>(
            """
            select l.pupil_id from legal_basis b join lead l using (tenant_id, basis_id)
            where b.tenant_id = @Tenant and b.mode = 'C' and b.expires_on < @Today and l.school_year = @Year and l.status = 'open' limit @Batch
            """, new { work.Tenant, Year = year, Today = VietnamTime.Today(clock), Batch });
        return await work.Withdraw([.. pupils.Select(pupil => (pupil, "basis_ended"))], clock.GetUtcNow(), year);
    }

    /// <summary>Offers one batch of pupils who wait; returns the last of them, or null when there are no more.</summary>
    private async Task<Guid?> Offer(Work work, int year, Guid after)
    {
        await work.AsProvince();
        const string waiting =
            """
            select c.pupil_id from candidate c left join lead l using (tenant_id, school_year, pupil_id)
            where c.tenant_id = @Tenant and c.school_year = @Year and c.outcome = 'without_place' and c.pupil_id > @After
              and (l.lead_id is null or (l.status = 'open' and not exists (
                select 1 from lead_grant g where g.tenant_id = l.tenant_id and g.lead_id = l.lead_id)))
              and (exists (select 1 from legal_basis b where b.tenant_id = c.tenant_id and b.school_year = c.school_year and b.pupil_id = c.pupil_id and b.mode = 'A' and b.ended_at is null)
                or exists (select 1 from legal_basis b where b.tenant_id = c.tenant_id and b.school_year = c.school_year and b.mode = 'C' and b.ended_at is null and cardinality(b.approved_by) = 2))
            order by c.pupil_id limit @Batch
            """;
        var pupils = await work.Query<Guid>(waiting, new { work.Tenant, Year = year, After = after, Batch });
        if (pupils.Count == 0) return null;

        await work.LockLeads();
        await grant.To(work, year, [.. pupils]);
        return pupils.Count < Batch ? null : pupils[^1];
    }

    private sealed record Row(Guid GrantId, Guid LeadId, Guid InstitutionId);
}
