using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Npgsql;

namespace CareerPlatform.Targets.Features.Graduates;

/// <summary>At start and every few seconds: takes over the plans that were loaded, here or in another replica; where one names other census days than those a cohort
/// was counted by, the cohort is counted again.</summary>
/// <remarks>Safe in several replicas: the second finds nothing to change. After a change it counts once more a moment later, for facts that were being written by the old days.</remarks>
public sealed class RecountWhenPlansChange(Database database, PlanRegistry plans, TimeProvider clock, ILogger<RecountWhenPlansChange> log) : BackgroundService
{
    private readonly SemaphoreSlim one = new(1);
    private Dictionary<(string, string), int> taken = [];

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        for (var counts = 1; ;)
        {
            try
            {
                if (await Refresh(stopping)) counts = 1;
                else if (counts-- > 0) await Recount(stopping);
            }
            catch (NpgsqlException away)
            {
                log.LogWarning("Plans could not be compared with the database ({Problem}); trying again", away.GetType().Name);
            }
            await Task.Delay(TimeSpan.FromSeconds(5), clock, stopping);
        }
    }

    /// <summary>True when a plan was loaded since the last time; then everything is counted by it.</summary>
    public async Task<bool> Refresh(CancellationToken ct)
    {
        await one.WaitAsync(ct);
        try
        {
            await using var work = await database.Begin("*", ct);
            var newest = (await work.Query<Version>("select tenant_id, plan_id, max(version) as number from plans group by 1, 2")).ToDictionary(row => (row.TenantId, row.PlanId), row => row.Number);
            if (newest.Count == taken.Count && newest.All(row => taken.GetValueOrDefault(row.Key) == row.Value)) return false;

            var loaded = new List<Plan>();
            foreach (var stored in await work.Query<Stored>("select distinct on (tenant_id, plan_id) plan_id, version, body from plans order by tenant_id, plan_id, version desc"))
            {
                try
                {
                    loaded.Add(PlanFile.Read($"{stored.PlanId}, version {stored.Version}", stored.Body));
                }
                catch (PlanInvalid invalid)
                {
                    log.LogError("A plan loaded earlier does not hold under this release's schema and is not used: {Faults}", invalid.Message);
                }
            }
            await work.Commit();
            plans.Use(loaded);
            taken = newest;
        }
        finally
        {
            one.Release();
        }
        await Recount(ct);
        return true;
    }

    /// <summary>Number of graduates counted again.</summary>
    public async Task<int> Recount(CancellationToken ct)
    {
        await using var work = await database.Begin("*", ct);
        var counted = await work.Query<Cohort>("select distinct tenant_id, cohort as number, level, census_on, sustained_on from graduates");
        var changed = 0;
        foreach (var cohort in counted)
        {
            var rules = plans.Parameters(cohort.TenantId, cohort.Number);
            var (census, sustained) = (rules.CensusOn(cohort.Number, cohort.Level), rules.SustainedOn(cohort.Number));
            if (census == cohort.CensusOn && sustained == cohort.SustainedOn) continue;
            changed += await work.Execute(
                """
                update graduates set census_on = @census, sustained_on = @sustained
                where tenant_id = @TenantId and cohort = @Number and level = @Level and (census_on, sustained_on) is distinct from (@census, @sustained)
                """,
                new { cohort.TenantId, cohort.Number, cohort.Level, census, sustained });
        }
        await work.Commit();
        if (changed > 0) log.LogInformation("{Graduates} graduates counted again by the plans' census days", changed);
        return changed;
    }

    private sealed record Version(string TenantId, string PlanId, int Number);

    private sealed record Stored(string PlanId, int Version, string Body);

    private sealed record Cohort(string TenantId, int Number, string Level, DateOnly CensusOn, DateOnly SustainedOn);
}
