using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Npgsql;

namespace CareerPlatform.Targets.Features.Graduates;

/// <summary>At start: where a plan in force names other census days than those a cohort was counted by, the cohort is counted again.</summary>
/// <remarks>Safe in several replicas: the second finds nothing to change.</remarks>
public sealed class RecountWhenPlansChange(Database database, PlanRegistry plans, TimeProvider clock, ILogger<RecountWhenPlansChange> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await Recount(stopping);
                return;
            }
            catch (NpgsqlException away)
            {
                log.LogWarning("Census days could not be compared with the plans ({Problem}); trying again", away.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(5), clock, stopping);
            }
        }
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

    private sealed record Cohort(string TenantId, int Number, string Level, DateOnly CensusOn, DateOnly SustainedOn);
}
