using System.Diagnostics;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Targets.Features.Graduates;
using CareerPlatform.Testing;

namespace CareerPlatform.Benchmarks;

/// <summary>The province's indicators asked again and again, with ten times as many graduates in the second half.</summary>
internal static class Indicators
{
    public sealed record Answer(int Graduates, double P50, double P99);

    public static async Task<IReadOnlyList<Answer>> Measure(int few, int many, int requests)
    {
        await using var app = new ServiceApp<CountGraduatesWhenGraduatesRecognised>("targets");
        await app.InitializeAsync();
        using var leader = app.As("leader");
        var answers = new List<Answer>();
        var known = 0;
        foreach (var graduates in new[] { few, many })
        {
            for (; known < graduates; known += 500)
            {
                var school = StreamIds.Of("school", known % 412);
                var ids = Enumerable.Range(known, 500).Select(n => StreamIds.Of("pupil", n)).ToList();
                await app.Hear("schools", new GraduatesRecognised
                {
                    Province = "97",
                    Cohort = 2026,
                    Level = "lower_secondary",
                    School = school,
                    SchoolArea = $"97{known % 130:000}",
                    SchoolDisadvantaged = false,
                    Part = 1,
                    Parts = 1,
                    Graduates = [.. ids.Select((id, n) => new RecognisedGraduate { PupilId = id, Programme = "general", ResidenceArea = $"97{(known + n) % 130:000}", ResidenceDisadvantaged = n % 7 == 0 })],
                    RecognisedAt = app.Clock.GetUtcNow(),
                }, stream: StreamIds.Of("graduation", school, known));
                foreach (var id in ids.Take(20))
                {
                    var period = new DestinationPeriod { Status = "gdnn_intermediate", Since = new(2026, 8, 20), DualTrack = false };
                    await app.Hear("destinations", new DestinationRecorded
                    {
                        Province = "97",
                        GraduateId = id,
                        Cohort = 2026,
                        Level = "lower_secondary",
                        Status = period.Status,
                        Since = period.Since,
                        DualTrack = false,
                        RecordedAt = app.Clock.GetUtcNow(),
                        Timeline = [period],
                    }, stream: id);
                }
            }
            var times = new List<double>();
            for (var n = -requests / 10; n < requests; n++)
            {
                var since = Stopwatch.GetTimestamp();
                using var answer = await leader.GetAsync("/v1/indicators?plan=demo-97-2026&year=2026");
                answer.EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
                if (n >= 0) times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
            times.Sort();
            answers.Add(new(known, times[times.Count / 2], times[(int)(times.Count * 0.99)]));
        }
        return answers;
    }
}
