using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>One fact of a random province: made from one number, with its place in the order in which it came about, so that leaving out another changes nothing of it.</summary>
/// <remarks>What two facts say about one person never contradicts in what nothing orders; everything else may: repeats, corrections, transfers, mergers, late and out of order.</remarks>
public sealed record RandomFact(int Number, int Place)
{
    private static readonly string[] Rungs =
    [
        "gdnn_college", "gdnn_intermediate", "gdnn_intermediate", "gdnn_elementary", "vocational_upper_secondary", "upper_secondary", "upper_secondary", "continuing_education", "work", "declined", "not_known", "out_of_cohort",
    ];

    internal object Fact => Make(new Random(Number));

    /// <summary>The stream it comes from; a later place in it is a later version.</summary>
    internal Guid Stream => Fact switch
    {
        DestinationRecorded one => one.GraduateId,
        CareerProgrammeReported one => one.ProgrammeId,
        CounsellorReported one => one.Counsellor,
        GuidanceSessionReported one => one.SessionId,
        GuidanceReachRecorded one => one.RecordId,
        ContactLogged one => one.LeadId,
        PersonalDataErased one => StreamIds.Of("privacy", one.PupilId),
        SchoolRegisterChanged => StreamIds.Of("schools", 1),
        PupilsListed one => StreamIds.Of("listed", one.School),
        _ => StreamIds.Of("graduation", Place),
    };

    internal long Version => Place + 1;

    public override string ToString() => $"{Place}: {Fact.GetType().Name} {JsonSerializer.Serialize(Fact)}";

    private object Make(Random random) => random.Next(24) switch
    {
        < 3 => Recognition(random),
        < 9 => Destination(random),
        < 12 => Register(random),
        < 14 => Programme(random),
        < 16 => Counsellor(random),
        16 => Session(random),
        17 => Listing(random),
        18 or 19 => Reach(random),
        20 => Erased(random),
        _ => Contact(random),
    };

    private static GraduatesRecognised Recognition(Random random)
    {
        var (area, cohort) = ($"9700{random.Next(3)}", 2025 + random.Next(2));
        var (level, at) = (random.Next(4) == 0 ? "upper_secondary" : "lower_secondary", $"{cohort}-0{6 + random.Next(3)}-{random.Next(1, 28):00}");
        return Recognised(area, Pupils(random, 5), cohort, level, at,
            pupil => $"9700{pupil % 4}", pupil => pupil % 5 == 0 ? null : $"97900{pupil % 3}", pupil => pupil % 4 == 1, pupil => pupil % 6 == 0 ? "continuing_education" : "general");
    }

    private static DestinationRecorded Destination(Random random)
    {
        var days = Enumerable.Range(0, random.Next(4)).Select(_ => new DateOnly(2025, 7, 1).AddDays(random.Next(560))).Distinct().Order().ToList();
        return Recorded(random.Next(1, 30), 2025 + random.Next(2), random.Next(4) == 0 ? "upper_secondary" : "lower_secondary", random.Next(4) == 0,
            [.. days.Select(day => (Rungs[random.Next(Rungs.Length)], $"{day:yyyy-MM-dd}"))]);
    }

    /// <summary>Schools 0 to 2 stand from the start; 3 to 5 may be formed from them, whole or after a division.</summary>
    private static SchoolRegisterChanged Register(Random random)
    {
        var school = random.Next(6);
        var old = $"S{random.Next(3)}";
        return SchoolSeason.Schools(SchoolSeason.ASchool(
            $"S{school}", Pick(random, "lower_secondary", "upper_secondary", "lower_secondary+upper_secondary", "continuing_education")!, $"9700{random.Next(3)}", random.Next(4) == 0,
            Pick(random, "2010-09-01", "2010-09-01", "2026-01-01")!, Pick(random, null, null, null, "2025-08-15", "2026-03-31", "2026-05-31"),
            Pick(random, null, "2025-07-01..", "2025-07-01..2025-12-31", "2021-06-04..2026-05-30|2026-07-01.."), school >= 3 && random.Next(2) == 0 ? old : "", Day(random, 2025, 500)));
    }

    private static CareerProgrammeReported Programme(Random random) => SchoolSeason.Programme(
        $"S{random.Next(6)}", $"P{random.Next(2)}", random.Next(5) == 0 ? null : Day(random, 2025, 600), random.Next(3), random.Next(3) == 0 ? ["5520227"] : [],
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => Day(random, 2025, 600))], Pick(random, null, "a", "b", "c"), 2024 + random.Next(3));

    private static CounsellorReported Counsellor(Random random) => SchoolSeason.Reported(
        $"GV{random.Next(5)}",
        [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => SchoolSeason.Assigned($"S{random.Next(6)}", random.Next(4) == 0 ? null : Day(random, 2025, 300), Day(random, 2025, 300), random.Next(4) == 0 ? Day(random, 2026, 300) : null))],
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => SchoolSeason.Certificate(random.Next(4) != 0, Day(random, 2024, 800), random.Next(2) == 0 ? Day(random, 2025, 900) : null))],
        [.. Enumerable.Range(0, random.Next(2)).Select(_ => SchoolSeason.Leave(Day(random, 2025, 400), random.Next(3) == 0 ? null : Day(random, 2026, 300)))]);

    private static GuidanceSessionReported Session(Random random)
    {
        var state = Pick(random, "held", "held", "held", "cancelled", "merged", "planned")!;
        return SchoolSeason.Session($"B{random.Next(8)}", $"C{random.Next(5)}", Day(random, 2025, 640), state, state == "merged" ? "B0" : null);
    }

    private PupilsListed Listing(Random random)
    {
        var school = $"S{random.Next(3)}";
        return SchoolSeason.Listed(school, 8 + random.Next(5), "2025-09-10", [.. Pupils(random, 4).Select(pupil => (pupil, $"{school}-f{pupil % 7}"))]) with { ListedAt = At("2025-09-10").AddMinutes(Place) };
    }

    private static GuidanceReachRecorded Reach(Random random)
    {
        var school = $"S{random.Next(3)}";
        var kind = Pick(random, "attended_session", "attended_session", "read_receipt", "signed_minutes", "sent")!;
        return SchoolSeason.Reached(school, Day(random, 2025, 560), kind, [.. Pupils(random, 4)],
            [.. Enumerable.Range(0, 7).Where(_ => random.Next(4) == 0).Select(family => $"{school}-f{family}")]) with
        { RecordId = StreamIds.Of("reach", random.Next(6)), SessionId = kind == "attended_session" && random.Next(4) > 0 ? StreamIds.Of("session", $"B{random.Next(8)}") : null };
    }

    private static ContactLogged Contact(Random random)
    {
        var pupil = random.Next(1, 6);
        return new()
        {
            Province = Season.Province,
            LeadId = StreamIds.Of("lead", pupil),
            PupilId = Pupil(pupil),
            SchoolYear = 2026,
            Institution = StreamIds.Of("institution", random.Next(4)),
            Channel = "call",
            Outcome = "no_answer",
            ContactedAt = At("2026-07-01").AddHours(random.Next(40 * 24)),
        };
    }

    private static PersonalDataErased Erased(Random random) => new() { Province = Season.Province, PupilId = Pupil(random.Next(1, 29)), Reason = "request", ErasedAt = At("2026-07-01") };

    private static IEnumerable<int> Pupils(Random random, int oneOf) => Enumerable.Range(1, 28).Where(_ => random.Next(oneOf) == 0).ToList();

    private static string Day(Random random, int year, int within) => $"{new DateOnly(year, 1, 1).AddDays(random.Next(within)):yyyy-MM-dd}";

    private static string? Pick(Random random, params string?[] of) => of[random.Next(of.Length)];
}

/// <summary>A random province: facts, and the order in which they are heard, some of them twice. Who is erased is erased at the end: nothing is told of them afterwards.</summary>
public sealed record RandomCase(IReadOnlyList<RandomFact> Facts, int Order)
{
    internal IEnumerable<RandomFact> Heard
    {
        get
        {
            var random = new Random(Order);
            var all = Facts.Concat(Facts.Where(_ => random.Next(5) == 0)).ToArray();
            random.Shuffle(all);
            return ErasedLast(all);
        }
    }

    internal static IEnumerable<RandomFact> ErasedLast(IEnumerable<RandomFact> facts) => facts.OrderBy(fact => fact.Fact is PersonalDataErased).ThenBy(fact => fact.Fact is PersonalDataErased ? fact.Place : 0);

    /// <summary>Without half of its facts, a quarter, and so on down to a single one.</summary>
    internal IEnumerable<RandomCase> Smaller()
    {
        for (var size = Facts.Count / 2; size >= 1; size /= 2)
            for (var from = 0; from + size <= Facts.Count; from += size)
                yield return this with { Facts = [.. Facts.Take(from), .. Facts.Skip(from + size)] };
    }

    public override string ToString() => $"order {Order}, {Facts.Count} facts:\n{string.Join('\n', Facts)}";
}
