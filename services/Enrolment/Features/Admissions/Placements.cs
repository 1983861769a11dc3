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

    /// <summary>Where one pupil was heard to be; what many facts say is looked at together, before they commit.</summary>
    public Task Note(Work work, Guid pupil, string status, DateTimeOffset at)
    {
        work.AtOnce(new Word(pupil, status, at, work.CausationId), words => Settle(work, words));
        return Task.CompletedTask;
    }

    private sealed record Word(Guid Pupil, string Status, DateTimeOffset At, string? Cause)
    {
        public bool Placed => Places.Contains(Status);
    }

    private async Task Settle(Work work, IReadOnlyList<Word> words)
    {
        var last = words.GroupBy(word => word.Pupil).ToDictionary(pupil => pupil.Key, pupil => pupil.MaxBy(word => word.At)!);
        await work.AsProvince();
        var turned = await work.Query<Guid>(
            """
            with heard as (select * from unnest(@Pupils, @Placed, @At) as h (pupil_id, placed, at)),
            before as (select pupil_id, placed from placement where tenant_id = @Tenant and pupil_id = any (@Pupils)),
            newest as (
              insert into placement (tenant_id, pupil_id, placed, at) select @Tenant, pupil_id, placed, at from heard order by pupil_id
              on conflict (tenant_id, pupil_id) do update set placed = excluded.placed, at = excluded.at where placement.at < excluded.at
              returning pupil_id, placed)
            select pupil_id from newest n left join before b using (pupil_id) where n.placed or b.placed
            """,
            new
            {
                work.Tenant,
                Pupils = last.Keys.ToArray(),
                Placed = last.Values.Select(word => word.Placed).ToArray(),
                At = last.Values.Select(word => word.At).ToArray(),
            });
        if (turned.Count == 0) return;

        // Most people are nobody's candidate: they wait for no turn, only until an allocation that may be about them has committed.
        var ats = turned.Select(pupil => last[pupil].At).ToArray();
        var known = await Seasons(work, turned, ats);
        if (known.Count > 0) await work.LockLeads();
        else await work.AwaitLeads();
        var seasons = await Seasons(work, turned, ats);
        if (seasons.Count == 0) return;

        if (known.Count == 0) await work.LockLeads();
        foreach (var (pupil, schoolYear) in seasons)
        {
            work.CausationId = last[pupil].Cause;
            if (last[pupil].Placed) await work.Withdraw([(pupil, last[pupil].Status == "out_of_cohort" ? "error" : "placed")], clock.GetUtcNow(), schoolYear, openOnly: true);
            else await grant.To(work, schoolYear, [pupil]);
        }
    }

    private static Task<IReadOnlyList<(Guid Pupil, int SchoolYear)>> Seasons(Work work, IReadOnlyList<Guid> pupils, DateTimeOffset[] at) => work.Query<(Guid, int)>(
        """
        select c.pupil_id, c.school_year from unnest(@Pupils, @At) as h (pupil_id, at) join candidate c using (pupil_id)
        where c.tenant_id = @Tenant and c.outcome = 'without_place' and c.outcome_at <= h.at order by c.pupil_id, c.school_year
        """,
        new { work.Tenant, Pupils = pupils.ToArray(), At = at });
}
