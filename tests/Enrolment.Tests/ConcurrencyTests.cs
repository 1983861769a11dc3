using CareerPlatform.Contracts.Schools;
using CareerPlatform.Testing;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Many parts, agreements, withdrawals and enrolments at once, on two replicas, with connections dying under them: the counts are right and no feed has a hole.</summary>
public sealed class ConcurrencyTests(EnrolmentApp app)
{
    private async Task InvariantsHold(EnrolmentApp of, string province)
    {
        async Task None(string sql) => (await of.Rows<string>(sql, new { Province = province })).ShouldBeEmpty(sql);

        await None("select institution_id::text from institution_feed where tenant_id = @Province group by institution_id having count(*) <> max(pos) or min(pos) <> 1");
        await None("select h.institution_id::text from institution_feed_head h where h.tenant_id = @Province and h.pos <> (select count(*) from institution_feed f where f.tenant_id = h.tenant_id and f.institution_id = h.institution_id)");
        await None("select grant_id::text from lead_grant g where tenant_id = @Province and 1 <> (select count(*) from institution_feed f where f.tenant_id = g.tenant_id and f.grant_id = g.grant_id and f.kind = 'offered' and f.institution_id = g.institution_id)");
        await None("select family_key from lead_grant where tenant_id = @Province and slot is not null group by family_key having count(distinct institution_id) > 2");
        await None("select i.institution_id::text from intake i where i.tenant_id = @Province and i.open_offers <> (select count(*) from lead_grant g where g.tenant_id = i.tenant_id and g.institution_id = i.institution_id and g.state in ('offered', 'contacted', 'applied'))");
        await None("select i.institution_id::text from intake i join lateral (select sum(seats) as seats from programme p where p.tenant_id = i.tenant_id and p.institution_id = i.institution_id) p on true where i.tenant_id = @Province and i.open_offers > 2 * p.seats");
        await None("select programme_id::text from programme p where tenant_id = @Province and taken <> (select count(*) from enrolment e where e.tenant_id = p.tenant_id and e.programme_id = p.programme_id and e.left_on is null)");
        await None("select lead_id::text from lead l where tenant_id = @Province and status = 'withdrawn' and exists (select 1 from lead_grant g where g.tenant_id = l.tenant_id and g.lead_id = l.lead_id and g.state not in ('withdrawn', 'expired', 'left'))");
        await None("select l.lead_id::text from lead l where tenant_id = @Province and (select count(*) from mt_events e where e.stream_id = l.lead_id and e.type = 'lead_granted') <> (select count(*) from lead_grant g where g.lead_id = l.lead_id)");
        await None("select e.stream_id::text from mt_events e where e.tenant_id = @Province group by e.stream_id having count(*) <> max(e.version)");
    }

    [Fact]
    public async Task Parts_agreements_withdrawals_and_enrolments_in_parallel_on_two_replicas_keep_every_count_right()
    {
        await using var second = new Replica(app);
        var season = app.NewSeason();
        var institutions = new List<Participant>();
        for (var n = 0; n < 8; n++) institutions.Add(await season.Institution($"9700{n % 4}", seats: 12, code: n % 2 == 0 ? "5520227" : "5480201"));
        var random = new Random(7);
        var pupils = Enumerable.Range(0, 240).Select(n => season.Pupil($"9700{random.Next(4)}", $"family-{season.Province}-{random.Next(160)}", random.Next(2) == 0 ? "52" : "48")).ToList();
        var acts = new List<Func<Task>>();
        EnrolmentApp One() => random.Next(2) == 0 ? app : second;
        foreach (var part in pupils.Chunk(12))
        {
            var (one, two) = (One(), One());
            acts.Add(() => Finalized(one, season, part));
            acts.Add(() => Agreed(two, season, part, "all", -30));
        }
        foreach (var pupil in pupils.Take(40)) acts.Add(() => Agreed(app, season, [pupil], "none", -1));
        foreach (var institution in institutions)
            for (var n = 0; n < 5; n++)
                acts.Add(() => season.Send(institution.Http, "/v1/enrolments", new { pupilId = pupils[random.Next(pupils.Count)].PupilId, programmeId = institution.Programme, level = institution.Level, startedOn = "2026-09-15" }));

        await Parallel.ForEachAsync(acts.OrderBy(_ => random.Next()).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (act, _) => await act());

        await InvariantsHold(app, season.Province);
        var open = await app.Rows<long>("select count(*) from lead l where tenant_id = @Province and status = 'open'", new { season.Province });
        open[0].ShouldBeGreaterThan(60);
        (await app.Rows<long>("select count(*) from lead l join consent c using (tenant_id, school_year, pupil_id) where l.tenant_id = @Province and l.status = 'open' and c.scope = 'none'", new { season.Province })).ShouldBe([0]);
    }

    [Fact]
    public async Task Connections_that_are_killed_at_random_leave_no_hole_and_no_double_position()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        for (var n = 0; n < 5; n++) await season.Institution(seats: 400);
        var parts = Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 10).Select(_ => season.Pupil()).ToArray()).ToList();
        await season.Consents(parts.SelectMany(part => part));
        using var done = new CancellationTokenSource();
        var kills = 0;
        var killer = Task.Run(async () =>
        {
            var random = new Random(11);
            while (!done.IsCancellationRequested)
            {
                await Task.Delay(random.Next(20, 200));
                var killed = await own.Rows<bool>(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'enrolmentdb' and state <> 'idle' order by random() limit 1");
                Interlocked.Add(ref kills, killed.Count);
            }
        });

        await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (part, _) =>
        {
            await Wait.Until(async () =>
            {
                await Finalized(own, season, part);
                return true;
            }, TimeSpan.FromSeconds(60));
        });
        await done.CancelAsync();
        await killer;

        kills.ShouldBeGreaterThan(5);
        await InvariantsHold(own, season.Province);
        (await own.Rows<long>("select count(*) from lead_grant where tenant_id = @Province", new { season.Province })).ShouldBe([1_000]);
    }

    private static Task Finalized(EnrolmentApp on, Season season, PupilWithoutPlace[] part) => on.Hear("schools", new Grade10AdmissionFinalized
    {
        RoundId = Guid.CreateVersion7(),
        RoundVersion = 1,
        Province = season.Province,
        SchoolYear = Season.Year,
        Area = "97001",
        Part = 1,
        Parts = 1,
        Pupils = part,
        FinalizedAt = season.Now,
    }, Guid.CreateVersion7(), tenant: season.Province);

    private static Task Agreed(EnrolmentApp on, Season season, PupilWithoutPlace[] part, string scope, int days) => on.Hear("schools", new ContactConsentChanged
    {
        Province = season.Province,
        SchoolYear = Season.Year,
        School = Guid.CreateVersion7(),
        ChangedAt = season.Now,
        Changes = [.. part.Select(pupil => new ConsentChange
        {
            PupilId = pupil.PupilId, Purpose = Season.Purpose, Scope = scope, ChildAgreed = true, GuardianAgreed = true, TextVersion = "1", Evidence = "web", At = season.Now.AddDays(days),
        })],
    }, Guid.CreateVersion7(), tenant: season.Province);
}
