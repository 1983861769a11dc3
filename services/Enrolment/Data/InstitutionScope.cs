using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Data;

/// <summary>The second level of row security: a transaction sees one institution's rows, or the whole province's.</summary>
public static class InstitutionScope
{
    /// <summary>A transaction that sees what the caller may see: an institution its own rows, the province's staff all of the province.</summary>
    public static async Task<Work> BeginFor(this Database db, Person person, CancellationToken ct)
    {
        var work = await db.Begin(person.Tenant, ct);
        await work.Execute("select set_config('app.institution', @Scope, true)", new { Scope = person.Is(Policies.Institution) ? person.OwnOrganisation.ToString() : "*" });
        return work;
    }

    /// <summary>From here on the transaction works for the province: for reactions, and for effects on others after the caller's own right is proved.</summary>
    public static Task AsProvince(this Work work) => work.Execute("select set_config('app.institution', '*', true)");

    /// <summary>The provinces that have such rows: what goes over all of them begins here.</summary>
    /// <param name="rows">A table, with its condition.</param>
    public static async Task<IReadOnlyList<string>> ProvincesWith(this Database db, string rows, CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        await work.AsProvince();
        return await work.Query<string>($"select distinct tenant_id from {rows}");
    }

    /// <summary>
    /// Everything that gives or takes leads in one province goes one after the other, so that seats, families and feed positions are counted right whatever runs in parallel.
    /// </summary>
    public static Task LockLeads(this Work work) =>
        work.Execute("select set_config('app.institution', '*', true), pg_advisory_xact_lock(hashtextextended('leads|' || @Tenant, 0))", new { work.Tenant });

    /// <summary>Waits until those who give or take leads have committed, beside others who only wait.</summary>
    public static Task AwaitLeads(this Work work) => work.Execute("select pg_advisory_xact_lock_shared(hashtextextended('leads|' || @Tenant, 0))", new { work.Tenant });
}
