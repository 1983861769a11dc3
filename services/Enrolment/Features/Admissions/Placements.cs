using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>Where pupils were last heard to be: a place elsewhere ends the lead, a place lost again opens it. Kept with its time, so that any order of messages ends the same.</summary>
public sealed class Placements(GrantLeads grant, TimeProvider clock)
{
    private static readonly HashSet<string> Places =
    [
        "gdnn_college", "gdnn_intermediate", "gdnn_elementary", "vocational_upper_secondary", "upper_secondary", "continuing_education", "other_training", "abroad", "out_of_cohort",
    ];

    public async Task Note(Work work, Guid pupil, string status, DateTimeOffset at)
    {
        var placed = Places.Contains(status);
        await work.AsProvince();
        var before = await work.Single<bool?>("select placed from placement where tenant_id = @Tenant and pupil_id = @Pupil for update", new { work.Tenant, Pupil = pupil });
        var newest = await work.Execute(
            """
            insert into placement (tenant_id, pupil_id, placed, at) values (@Tenant, @Pupil, @Placed, @At)
            on conflict (tenant_id, pupil_id) do update set placed = excluded.placed, at = excluded.at where placement.at < excluded.at
            """, new { work.Tenant, Pupil = pupil, Placed = placed, At = at });
        if (newest == 0 || (!placed && before is not true)) return;

        // Most people are nobody's candidate: they wait for no turn, only until an allocation that may be about them has committed.
        var seasons = await Seasons(work, pupil, at);
        if (seasons.Count == 0)
        {
            await work.AwaitLeads();
            seasons = await Seasons(work, pupil, at);
            if (seasons.Count == 0) return;
        }

        await work.LockLeads();
        foreach (var schoolYear in seasons)
        {
            if (placed) await work.Withdraw([(pupil, status == "out_of_cohort" ? "error" : "placed")], clock.GetUtcNow(), schoolYear, openOnly: true);
            else await grant.To(work, schoolYear, [pupil]);
        }
    }

    private static Task<IReadOnlyList<int>> Seasons(Work work, Guid pupil, DateTimeOffset at) => work.Query<int>(
        "select school_year from candidate where tenant_id = @Tenant and pupil_id = @Pupil and outcome = 'without_place' and outcome_at <= @At",
        new { work.Tenant, Pupil = pupil, At = at });
}
