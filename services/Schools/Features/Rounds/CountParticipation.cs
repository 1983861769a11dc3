using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>Tells, as figures by school, how many pupils registered for a round that is final, sat it, or never registered.</summary>
/// <remarks>What is far from a school's own history or its peers is judged elsewhere, by parameters of the plan and before the eyes of inspectors only: pupils have been pressed not to sit (rule).</remarks>
public static class CountParticipation
{
    public static async Task Announce(Work work, Round round, DateTimeOffset now, CancellationToken ct)
    {
        var schools = await work.QueryBulk<SchoolRow>(
            """
            with grade9 as (select distinct on (pupil_id) pupil_id, school_id from roster where tenant_id = @Tenant and grade = 9 and school_year between @SchoolYear - 1 and @SchoolYear order by pupil_id, school_year desc)
            select g.school_id, count(*)::int as pupils, count(*) filter (where r.pupil_id is null)::int as never_registered, count(*) filter (where r.outcome = 'absent')::int as absent
            from grade9 g left join result r on r.round_id = @RoundId and r.version = @Version and r.pupil_id = g.pupil_id group by g.school_id order by g.school_id
            """, new { work.Tenant, round.SchoolYear, round.RoundId, round.Version }, ct);
        foreach (var part in schools.Chunk(1_000))
        {
            work.Append("round", StreamIds.Of("participation", round.RoundId), new ExamParticipationCounted
            {
                Province = work.Tenant,
                SchoolYear = round.SchoolYear,
                RoundId = round.RoundId,
                Round = round.Number,
                Schools = [.. part.Select(school => new SchoolParticipation { School = school.SchoolId, Pupils = school.Pupils, NeverRegistered = school.NeverRegistered, Absent = school.Absent })],
                CountedAt = now,
            });
        }
    }

    sealed record SchoolRow(Guid SchoolId, int Pupils, int NeverRegistered, int Absent);
}
