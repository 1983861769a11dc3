using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using static CareerPlatform.Destinations.Tests.Season;

namespace CareerPlatform.Destinations.Tests;

/// <summary>Facts of the other services in; rows, sums and announcements out; real PostgreSQL.</summary>
public sealed class ReactionTests(DestinationsApp app) : InProvince(app)
{
    [Fact]
    public async Task A_recognised_graduate_without_any_fact_is_not_known_and_nothing_is_announced()
    {
        await Hear("schools", Recognised(1));

        (await StatusOf(1)).ShouldBe("not_known");
        (await Facts<DestinationRecorded>()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pupil_with_a_place_and_one_who_starts_a_trade_are_announced_once_each()
    {
        await Hear("schools", Recognised(1, 2, 3));
        await Hear("schools", Admitted(1));
        await Hear("schools", WithoutPlace(2, 3));
        await Hear("enrolment", Enrolled(2, "2026-09-01"));
        await Hear("enrolment", Enrolled(2, "2026-09-01"));

        var announced = await Facts<DestinationRecorded>();

        announced.Select(fact => (fact.GraduateId, fact.Status)).ShouldBe([(Pupil(1), "upper_secondary"), (Pupil(2), "gdnn_intermediate")]);
        announced[1].Since.ShouldBe(Day("2026-09-01"));
        announced[1].Institution.ShouldBe(CollegeA);
        announced[1].Timeline!.Count.ShouldBe(1);
        (await StatusOf(3)).ShouldBe("not_known");
    }

    [Fact]
    public async Task A_fact_that_comes_before_the_recognition_waits_and_counts_once_recognised()
    {
        await Hear("enrolment", Enrolled(1, "2026-09-01"));
        (await Facts<DestinationRecorded>()).ShouldBeEmpty();

        await Hear("schools", Recognised(1));

        (await StatusOf(1)).ShouldBe("gdnn_intermediate");
        (await Facts<DestinationRecorded>()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_sums_equal_the_count_of_graduates_and_a_rebuild_from_the_log_gives_the_same_rows()
    {
        await using var own = new DestinationsApp();
        await own.InitializeAsync();
        await own.Hear("schools", Recognised([.. Enumerable.Range(1, 60)]));
        await own.Hear("schools", Admitted([.. Enumerable.Range(1, 40)]));
        await own.Hear("schools", WithoutPlace([.. Enumerable.Range(41, 20)]));
        foreach (var pupil in Enumerable.Range(38, 12)) await own.Hear("enrolment", Enrolled(pupil, "2026-10-01", pupil % 3 == 0 ? "elementary" : "intermediate"));
        foreach (var pupil in Enumerable.Range(38, 4)) await own.Hear("enrolment", Left(pupil, "2026-11-20"));
        await own.Hear("schools", Amended(2, "2026-08-15", 55, "admitted"));
        await own.Hear("schools", Recognised(2025, StreamIds.Of("school", "THCS 2"), "2025-06-05", 3));
        await Sums.ShouldEqualTheCount(own, "97");
        var (database, projections) = (own.Services.GetRequiredService<Database>(), own.Services.GetRequiredService<Projections>());
        var before = await projections.Hash(database);

        await projections.Rebuild(database);

        (await projections.Hash(database)).ShouldBe(before);
        await Sums.ShouldEqualTheCount(own, "97");
    }

    private async Task<string> StatusOf(int pupil) => (await Rows<string>("select status from graduates where tenant_id = @Province and pupil_id = @id", Pupil(pupil))).Single();
}

internal static class Sums
{
    /// <summary>The sums the service keeps against a plain count over its graduates.</summary>
    internal static async Task ShouldEqualTheCount(DestinationsApp app, string province, string? because = null)
    {
        const string counted =
            """
            select cohort, level, scope, key, status, dual_track, count(*)::int as n
            from graduates g cross join lateral (values ('school', g.school::text), ('school_area', g.school_area), ('residence_area', g.residence_area),
              ('residence_area_before', coalesce(g.residence_area_before, ''))) s(scope, key)
            where tenant_id = @province group by 1, 2, 3, 4, 5, 6
            """;
        const string kept = "select cohort, level, scope, key, status, dual_track, n from counts where tenant_id = @province and n <> 0";
        var difference = await app.Rows<string>($"select t::text from (({counted} except {kept}) union all ({kept} except {counted})) t", new { province });
        difference.ShouldBeEmpty(because);
    }
}
