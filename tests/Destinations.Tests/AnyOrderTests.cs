using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;
using static CareerPlatform.Destinations.Tests.Season;

namespace CareerPlatform.Destinations.Tests;

/// <summary>The same facts in any order and any number of times end in the same rows, the same sums and the same last word to the others.</summary>
public sealed class AnyOrderTests(DestinationsApp app)
{
    [Fact]
    public async Task Any_order_of_a_seasons_facts_ends_the_same()
    {
        List<string>? expected = null;
        for (var round = 0; round < 12; round++)
        {
            var random = new Random(round);
            var tenant = $"{10 + round}";
            var facts = SeasonOf(tenant);
            if (round > 0) facts = Shuffled(facts, random);

            foreach (var (producer, fact) in facts) await Tell(producer, fact, tenant);

            var ended = (await app.Rows<string>(
                "select level || cohort || school || status || coalesce(since::text, '') || coalesce(institution::text, '') || dual_track || periods::text || pupil_id from graduates where tenant_id = @tenant order by 1",
                new { tenant })).ToList();
            expected ??= ended;
            ended.ShouldBe(expected, $"seed {round}");
            await Sums.ShouldEqualTheCount(app, tenant, $"seed {round}");
            await TheLastWordShouldBeTheStatus(tenant, round);
        }
    }

    private async Task TheLastWordShouldBeTheStatus(string tenant, int seed)
    {
        var said = await app.Rows<string>(
            """
            select pupil || ' ' || status || ' ' || since from (
              select distinct on (data ->> 'graduateId') data ->> 'graduateId' as pupil, data ->> 'status' as status, data ->> 'since' as since, jsonb_array_length(data -> 'timeline') as periods
              from mt_events where tenant_id = @tenant and type = 'destination_recorded' order by data ->> 'graduateId', seq_id desc) last
            where periods > 0
            """,
            new { tenant });
        var stands = await app.Rows<string>("select pupil_id || ' ' || status || ' ' || since from graduates where tenant_id = @tenant and periods <> '[]'", new { tenant });
        said.Order().ShouldBe(stands.Order(), $"seed {seed}");
    }

    /// <summary>Forty pupils of two schools, with every fate.</summary>
    private static List<(string Producer, object Fact)> SeasonOf(string tenant)
    {
        var facts = new List<(string, object)>
        {
            ("schools", Recognised([.. Enumerable.Range(1, 30)]) with { Province = tenant }),
            ("schools", Recognised(2026, StreamIds.Of("school", "THCS 2"), "2026-06-06", [.. Enumerable.Range(28, 13)]) with { Province = tenant }),   // three at both schools
            ("schools", Recognised(2025, School, "2025-06-06", 5, 6) with { Province = tenant }),   // two repeat candidates
            ("schools", Admitted([.. Enumerable.Range(1, 18)])),
            ("schools", Admitted("continuing_education", 19, 20, 21)),
            ("schools", WithoutPlace([.. Enumerable.Range(22, 19)])),
            ("schools", Amended(2, "2026-08-15", 22, "admitted", "review_upheld")),
            ("schools", Amended(3, "2026-08-20", 1, "without_place", "error")),
        };
        foreach (var pupil in new[] { 2, 19, 23, 24, 25, 26, 27, 30 }) facts.Add(("enrolment", Enrolled(pupil, $"2026-09-{pupil:00}", pupil % 2 == 0 ? "elementary" : "intermediate")));
        facts.Add(("enrolment", Enrolled(23, "2026-09-23", "continuing_education", track: "culture", enrolment: 1)));
        facts.Add(("enrolment", Enrolled(24, "2026-09-20", "intermediate", CollegeB, enrolment: 1)));
        facts.Add(("enrolment", Left(23, "2026-10-30")));
        facts.Add(("enrolment", Left(25, "2026-10-01", reason: "error")));
        facts.Add(("enrolment", Left(2, "2026-12-01")));
        return facts;
    }

    /// <summary>Any order between streams, any repeats.</summary>
    private static List<(string, object)> Shuffled(List<(string, object)> facts, Random random)
    {
        var again = facts.Concat(facts.Where(_ => random.Next(2) == 0)).ToArray();
        random.Shuffle(again);
        return [.. again];
    }

    private Task Tell(string producer, object fact, string tenant) => fact switch
    {
        GraduatesRecognised one => app.Hear(producer, one, tenant: tenant),
        Grade10PupilsAdmitted one => app.Hear(producer, one, tenant: tenant),
        Grade10AdmissionFinalized one => app.Hear(producer, one, tenant: tenant),
        Grade10AdmissionAmended one => app.Hear(producer, one, tenant: tenant),
        StudentEnrolled one => app.Hear(producer, one, tenant: tenant),
        StudentLeftProgramme one => app.Hear(producer, one, tenant: tenant),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };
}
