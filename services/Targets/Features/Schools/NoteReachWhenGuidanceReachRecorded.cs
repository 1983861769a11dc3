using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Schools;

/// <summary>Whom guidance reached: who attended, read the message or signed the minutes. What was only sent reached nobody, nor did a session that was cancelled afterwards.</summary>
/// <remarks>Nghệ An 3129/QĐ-UBND, V.2.1. Safe to repeat and safe out of order: the fact tells the whole record, and an older version never replaces a newer.</remarks>
public sealed class NoteReachWhenGuidanceReachRecorded : IReaction<GuidanceReachRecorded>
{
    private sealed record Told(GuidanceReachRecorded Fact, Heard Heard);

    public Task When(GuidanceReachRecorded fact, Heard heard, Work work, CancellationToken ct) => Informed.InOrder(work, new Told(fact, heard), facts => Keep(work, facts));

    private static async Task Keep(Work work, IReadOnlyList<Told> facts)
    {
        var records = facts.GroupBy(told => told.Fact.RecordId).Select(same => same.MaxBy(told => told.Heard.StreamVersion)!).OrderBy(told => told.Fact.RecordId).ToList();
        var newer = (await work.Query<Guid>(
            """
            insert into reach_records as kept (tenant_id, record_id, version, school_year, school, kind, on_date, recorded_at)
            select @Tenant, r.* from unnest(@Ids, @Versions, @Years, @Schools, @Kinds, @Days, @At) as r (id, version, year, school, kind, on_date, recorded_at)
            on conflict (tenant_id, record_id) do update set version = excluded.version, school_year = excluded.school_year, school = excluded.school, kind = excluded.kind,
              on_date = excluded.on_date, recorded_at = excluded.recorded_at
            where kept.version < excluded.version returning record_id
            """,
            new
            {
                work.Tenant,
                Ids = records.Select(told => told.Fact.RecordId).ToArray(),
                Versions = records.Select(told => told.Heard.StreamVersion).ToArray(),
                Years = records.Select(told => told.Fact.SchoolYear).ToArray(),
                Schools = records.Select(told => told.Fact.School).ToArray(),
                Kinds = records.Select(told => told.Fact.Kind).ToArray(),
                Days = records.Select(told => told.Fact.On).ToArray(),
                At = records.Select(told => told.Heard.RecordedAt.UtcDateTime).ToArray(),
            })).ToHashSet();
        var people = records.Where(told => newer.Contains(told.Fact.RecordId)).SelectMany(told =>
            told.Fact.Pupils.Distinct().Select(pupil => (told.Fact, Who: "pupil", Key: pupil.ToString())).Concat(told.Fact.Families.Distinct().Select(family => (told.Fact, Who: "guardian", Key: family)))).ToList();
        // Schools whose figures may change: those where anybody of the record is enrolled, before or after.
        var touched = await work.Query<Informed.Touched>(
            """
            with gone as (delete from reach_people where tenant_id = @Tenant and record_id = any (@Newer) returning school_year, school, who, key),
            p as (select school_year, school, who, key from gone union all select * from unnest(@Years, @Schools, @Who, @Keys))
            select distinct p.school_year, p.school from p union select e.school_year, e.school from p join enrolled e on e.tenant_id = @Tenant and e.school_year = p.school_year and e.pupil_id = case when p.who = 'pupil' then p.key::uuid end
            """, Args());
        await work.Execute(
            """
            insert into reach_people (tenant_id, record_id, school_year, school, who, key, on_date, reached, session_id)
            select @Tenant, p.* from unnest(@Ids, @Years, @Schools, @Who, @Keys, @Days, @Reached, @Sessions) as p (record_id, school_year, school, who, key, on_date, reached, session_id)
            """, Args());
        await Informed.Count(work, touched);

        object Args() => new
        {
            work.Tenant,
            Newer = newer.ToArray(),
            Ids = people.Select(row => row.Fact.RecordId).ToArray(),
            Years = people.Select(row => row.Fact.SchoolYear).ToArray(),
            Schools = people.Select(row => row.Fact.School).ToArray(),
            Who = people.Select(row => row.Who).ToArray(),
            Keys = people.Select(row => row.Key).ToArray(),
            Days = people.Select(row => row.Fact.On).ToArray(),
            Reached = people.Select(row => row.Fact.Kind != "sent").ToArray(),
            Sessions = people.Select(row => row.Fact.SessionId).ToArray(),
        };
    }
}
