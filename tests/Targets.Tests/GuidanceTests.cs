using System.Net.Http.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Enrolment;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>The operational indicators: leads, first contact within 7 days, reached, started.</summary>
public sealed class GuidanceTests(TargetsApp app) : InProvince(app)
{
    [Fact]
    public async Task Outreach_is_counted_once_per_pupil_in_any_order_and_with_any_repeats()
    {
        object[] facts =
        [
            Granted(1, "2026-07-21", 1), Granted(1, "2026-07-21", 2), Granted(2, "2026-07-21", 1), Granted(3, "2026-07-21", 1), Granted(4, "2026-07-21", 1),
            Contacted(1, "2026-07-25", "no_answer"), Contacted(1, "2026-08-05", "interested"), Contacted(2, "2026-08-01", "no_answer"),
            Contacted(9, "2026-07-22", "reached"),                                      // no lead of ours
            Withdrawn(4, "2026-08-10"), Started(1, "2026-09-05", "trade"), Started(3, "2026-09-05", "culture"),
        ];
        for (var seed = 0; seed < 5; seed++)
        {
            var again = facts.Concat(facts.Where((_, n) => n % 2 == seed % 2)).ToArray();
            if (seed > 0) new Random(seed).Shuffle(again);
            foreach (var fact in again) await Tell(fact);

            var counts = (await Ask("?year=2026"))["operational"]!;

            ((long)counts["leads"]!, (long)counts["contacted"]!, (long)counts["contactedInTime"]!, (long)counts["reached"]!, (long)counts["withdrawn"]!, (long)counts["started"]!)
                .ShouldBe((4, 2, 1, 1, 1, 1), $"seed {seed}");
            ((decimal)counts["contactedInTimeShare"]!).ShouldBe(25m);
        }
    }

    [Fact]
    public async Task Without_leads_there_are_no_shares()
    {
        var counts = (await Ask("?year=2031"))["operational"]!;

        ((long)counts["leads"]!).ShouldBe(0);
        counts["reachedShare"].ShouldBeNull();
    }

    [Fact]
    public async Task A_family_called_by_more_than_two_colleges_within_two_weeks_is_counted_once()
    {
        foreach (var (pupil, day, institution) in new[]
        {
            (1, "2026-07-01", 1), (1, "2026-07-05", 2), (1, "2026-07-14", 3), (1, "2026-07-14", 4),      // four within 14 days
            (2, "2026-07-01", 1), (2, "2026-07-05", 2), (2, "2026-07-15", 3),                            // the third on the fifteenth day
            (3, "2026-07-01", 1), (3, "2026-07-02", 1), (3, "2026-07-03", 1),                            // one college, often
        }) await Tell(Contacted(pupil, day, "no_answer") with { Institution = Institution(institution) });

        var rate = (await As("leader").GetFromJsonAsync<System.Text.Json.Nodes.JsonNode>("/v1/indicators/operations?year=2026"))!["doubleContacts"]!;

        ((long)rate["n"]!, (long)rate["d"]!).ShouldBe((1, 3));
    }

    private Task Tell(object fact) => fact switch
    {
        LeadGranted one => Hear("enrolment", one),
        LeadWithdrawn one => Hear("enrolment", one),
        ContactLogged one => Hear("enrolment", one),
        StudentEnrolled one => Hear("enrolment", one),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };

    private static Guid Lead(int pupil) => StreamIds.Of("lead", pupil);

    private static Guid Institution(int number) => StreamIds.Of("institution", number);

    private static LeadGranted Granted(int pupil, string day, int institution) => new()
    {
        Province = Season.Province,
        LeadId = Lead(pupil),
        PupilId = Pupil(pupil),
        SchoolYear = 2026,
        Institution = Institution(institution),
        Reasons = ["area"],
        GrantedAt = Season.At(day),
    };

    private static LeadWithdrawn Withdrawn(int pupil, string day) => new()
    {
        Province = Season.Province,
        LeadId = Lead(pupil),
        PupilId = Pupil(pupil),
        SchoolYear = 2026,
        Institutions = [Institution(1)],
        Reason = "placed",
        WithdrawnAt = Season.At(day),
    };

    private static ContactLogged Contacted(int pupil, string day, string outcome) => new()
    {
        Province = Season.Province,
        LeadId = Lead(pupil),
        PupilId = Pupil(pupil),
        SchoolYear = 2026,
        Institution = Institution(1),
        Channel = "call",
        Outcome = outcome,
        ContactedAt = Season.At(day),
    };

    private static StudentEnrolled Started(int pupil, string day, string track) => new()
    {
        Province = Season.Province,
        EnrolmentId = StreamIds.Of("enrolment", pupil, track),
        PupilId = Pupil(pupil),
        Institution = Institution(1),
        Track = track,
        Level = track == "trade" ? "intermediate" : "continuing_education",
        OutOfProvince = false,
        StartedOn = Day(day),
        ConfirmedAt = Season.At(day),
    };
}
