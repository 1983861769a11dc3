using System.Diagnostics;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Graduates;
using CareerPlatform.Targets.Features.Schools;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Benchmarks;

/// <summary>Facts applied to the indicators, against the bare insert rate of the same rows in the same run; then the dashboard of 34 provinces and 10 years, asked at random.</summary>
internal static class IndicatorFacts
{
    private const int Provinces = 34;
    private const int Years = 10;
    private const int AtOnce = 200;   // facts a transaction, as a consumer that is behind takes them

    public sealed record Answer(long Facts, double Applied, double Bare, long Graduates, double P50, double P99, int Requests);

    public static async Task<Answer> Measure(int facts, int requests)
    {
        await using var app = new ServiceApp<CountGraduatesWhenGraduatesRecognised>("targets");
        await app.InitializeAsync();
        var (database, plans) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<PlanRegistry>());
        var (recognise, record) = (new CountGraduatesWhenGraduatesRecognised(plans), new CountGraduateWhenDestinationRecorded(plans));
        var perCohort = Math.Max(50, facts / (Provinces * Years));
        var spent = TimeSpan.Zero;
        var applied = 0L;
        for (var province = 0; province < Provinces; province++)
        {
            var tenant = $"{10 + province}";
            await Schools(app, tenant);
            for (var cohort = 2017; cohort < 2017 + Years; cohort++)
            {
                var ids = Enumerable.Range(0, perCohort).Select(number => StreamIds.Of("pupil", tenant, cohort, number)).ToList();
                var since = Stopwatch.GetTimestamp();
                foreach (var (part, at) in ids.Chunk(AtOnce).Select((part, at) => (part, at)))
                {
                    await using var work = await database.Begin(tenant);
                    await recognise.When(Recognised(tenant, cohort, at, part), About("schools", tenant, StreamIds.Of("graduation", tenant, cohort, at), at + 1), work, default);
                    await work.Commit();
                }
                foreach (var part in ids.Chunk(AtOnce))
                {
                    await using var work = await database.Begin(tenant);
                    foreach (var id in part) await record.When(Recorded(tenant, cohort, id), About("destinations", tenant, id, 1), work, default);
                    await work.Commit();
                    applied += part.Length;
                }
                spent += Stopwatch.GetElapsedTime(since);
            }
        }
        var bare = await BareCopy.Measure(app.OwnerConnection, "graduates", applied);

        var random = new Random(1);
        var leaders = Enumerable.Range(0, Provinces).Select(province => app.As("leader", $"{10 + province}")).ToList();
        var times = new List<double>();
        for (var n = -requests / 10; n < requests; n++)
        {
            var since = Stopwatch.GetTimestamp();
            using var answer = await leaders[random.Next(Provinces)].GetAsync($"/v1/indicators?plan=demo-97-2026&year={2017 + random.Next(Years)}");
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            if (n >= 0) times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }
        times.Sort();
        foreach (var leader in leaders) leader.Dispose();
        return new Answer(applied, applied / spent.TotalSeconds, bare, applied, times[times.Count / 2], times[(int)(times.Count * 0.99)], requests);

        Heard About(string producer, string tenant, Guid stream, long version) => new(Guid.CreateVersion7(), producer, tenant, stream, version, app.Clock.GetUtcNow());
    }

    /// <summary>300 schools with a programme and a counsellor each.</summary>
    internal static async Task Schools(ServiceApp<CountGraduatesWhenGraduatesRecognised> app, string tenant)
    {
        var schools = Enumerable.Range(0, 300).Select(number => StreamIds.Of("school", tenant, number)).ToList();
        await app.Hear("schools", new SchoolRegisterChanged
        {
            Province = tenant,
            ChangedAt = app.Clock.GetUtcNow(),
            Schools = [.. schools.Select((id, number) => new ListedSchool
            {
                School = id,
                Code = $"{tenant}-{number}",
                ValidFrom = new(2010, 9, 1),
                Levels = [number % 4 == 0 ? "upper_secondary" : "lower_secondary"],
                Boarding = false,
                Area = $"{tenant}{number % 130:000}",
                Disadvantaged = [],
                Predecessors = [],
            })],
        }, tenant: tenant);
        await using var work = await app.Services.GetRequiredService<Database>().Begin(tenant);
        foreach (var (school, number) in schools.Select((school, number) => (school, number)))
        {
            var at = app.Clock.GetUtcNow();
            var counsellor = new CounsellorReported
            {
                Province = tenant,
                Counsellor = StreamIds.Of("counsellor", tenant, number),
                Assignments = [new CounsellorAssignment { School = school, DecidedOn = new(2016, 8, 28), From = new(2016, 9, 1) }],
                Certificates = [new CounsellorCertificate { Kind = "certificate", Recognised = number % 2 == 0, IssuedOn = new(2016, 7, 1) }],
                Leaves = [],
                ReportedAt = at,
            };
            await new NoteCounsellorWhenCounsellorReported().When(counsellor, new(Guid.CreateVersion7(), "schools", tenant, counsellor.Counsellor, 1, at), work, default);
            for (var year = 2016; year < 2016 + Years; year++)
            {
                var programme = new CareerProgrammeReported
                {
                    Province = tenant,
                    ProgrammeId = StreamIds.Of("programme", school, year),
                    School = school,
                    SchoolYear = year,
                    ApprovedOn = new(year, 9, 20),
                    Partners = number % 3,
                    Trades = [],
                    Activities = [new(year, 11, 12)],
                    ReportedAt = at,
                };
                await new NoteProgrammeWhenCareerProgrammeReported().When(programme, new(Guid.CreateVersion7(), "schools", tenant, programme.ProgrammeId, 1, at), work, default);
            }
        }
        await work.Commit();
    }

    internal static GraduatesRecognised Recognised(string tenant, int cohort, int part, IReadOnlyList<Guid> ids) => new()
    {
        Province = tenant,
        Cohort = cohort,
        Level = "lower_secondary",
        School = StreamIds.Of("school", tenant, part % 300),
        SchoolArea = $"{tenant}{part % 130:000}",
        SchoolDisadvantaged = false,
        Part = 1,
        Parts = 1,
        RecognisedAt = new(cohort, 6, 5, 0, 0, 0, TimeSpan.Zero),
        Graduates = [.. ids.Select((id, number) => new RecognisedGraduate { PupilId = id, Programme = "general", ResidenceArea = $"{tenant}{number % 130:000}", ResidenceDisadvantaged = number % 7 == 0 })],
    };

    internal static DestinationRecorded Recorded(string tenant, int cohort, Guid id)
    {
        var status = (id.ToByteArray()[0] % 4) switch { 0 => "gdnn_intermediate", 1 => "continuing_education", _ => "upper_secondary" };
        var since = new DateOnly(cohort, 8, 20);
        return new()
        {
            Province = tenant,
            GraduateId = id,
            Cohort = cohort,
            Level = "lower_secondary",
            Status = status,
            Since = since,
            DualTrack = false,
            RecordedAt = new(cohort, 9, 2, 0, 0, 0, TimeSpan.Zero),
            Timeline = [new DestinationPeriod { Status = status, Since = since, DualTrack = false }],
        };
    }
}
