using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Careerctl.Demo;

namespace CareerPlatform.Careerctl.Season;

/// <summary>Plays the main job from the results file to the reconciliation. Playing it again finds everything done and counts again.</summary>
public sealed class PlaySeason(Platform platform, Databases databases, DemoProvince province, Draw draw, SeasonState state, Steps steps, TimeProvider clock)
{
    const int AtOnce = 8, PageSize = 500, BatchSize = 100;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);   // without any event moving

    readonly ConcurrentDictionary<Guid, ConcurrentBag<Offer>> offers = [];   // by lead
    readonly Dictionary<string, Caller> colleges = [];
    Dictionary<Guid, Guid> pupilOfLead = [];

    sealed record Offer(string Institution, DateTimeOffset At);

    public async Task<(IReadOnlyList<Line> Lines, IReadOnlyDictionary<string, long> Figures)> Play(string files, CancellationToken ct)
    {
        await new LoadProvince(platform, province, state, steps).Load(files, ct);
        foreach (var (code, institution) in state.Institutions) colleges[code] = platform.System(code, institution.ClientId!, institution.Secret!);

        var round = await Finalise(files, ct);
        var reconciliation = new Reconciliation(databases, draw);
        await CatchUp("leads and feeds follow the results", ct);
        var unheard = await reconciliation.Offered();
        await ReadFeeds(ct);
        var contacts = await Contact(ct);
        var students = await Enrol(ct);
        await AmendAndOptOut(round, ct);
        await CatchUp("every event has reached everyone who hears it", ct);

        await steps.Run("count", async _ =>
        {
            await reconciliation.Round(round);
            await reconciliation.Leads();
            reconciliation.Add(unheard);
            reconciliation.Add(await FeedsThroughTheApi(ct));
            await reconciliation.Enrolments(contacts, students);
            await reconciliation.Indicator(platform.Officer, new DateOnly(DemoProvince.SchoolYear, 11, 15), ct);
            reconciliation.Add(await ReadableAfterwards(ct));
            await reconciliation.Logs();
        });
        return (reconciliation.Lines, await reconciliation.Figures());
    }

    /// <summary>Round opened, file read, report shown, accepted by the officer, finalised by the approver.</summary>
    async Task<Guid> Finalise(string files, CancellationToken ct)
    {
        var officer = platform.Officer;
        var name = $"Tuyển sinh lớp 10 năm học {DemoProvince.SchoolYear}-{DemoProvince.SchoolYear + 1}";
        var known = (await officer.Get<JsonArray>($"v1/rounds?schoolYear={DemoProvince.SchoolYear}", ct)).FirstOrDefault(round => (int)round!["number"]! == 1)
            ?? await officer.Post<JsonObject>("v1/rounds", new { schoolYear = DemoProvince.SchoolYear, number = 1, name }, ct, $"demo-{province.Seed}-{province.Pupils}-round");
        var (round, status) = ((Guid)known["roundId"]!, (string?)known["status"] ?? "open");
        if (status == "finalized") return round;

        var report = await steps.Run("results file read and checked row by row", _ => officer.Upload<JsonObject>(HttpMethod.Put, $"v1/rounds/{round}/file", Path.Combine(files, DemoFiles.Results), ct));
        var counts = report["counts"]!;
        steps.Say($"    {counts["rows"]} rows: {counts["matched"]} matched, {counts["review"]} to review, {counts["unmatched"]} unmatched; {counts["admitted"]} admitted, {counts["withoutPlace"]} without a place, {counts["absent"]} absent");
        if (status == "open") await officer.Post($"v1/rounds/{round}/acceptance", new { uploadId = (Guid)report["uploadId"]! }, ct, $"acceptance-{report["uploadId"]}");
        // Already final: the first request was cut off on the way back, and did its work.
        await steps.Run("round finalised by the second person", _ => platform.Approver.PutUnless($"v1/rounds/{round}/finalization", new { controlTotal = draw.Candidates, resultsAreFinal = true }, ct, "round_already_final"));
        return round;
    }

    /// <summary>Waits until every log is relayed and every consumer has taken in what it hears; whoever waits sees how far they are.</summary>
    Task CatchUp(string what, CancellationToken ct) => steps.Until(what, Patience, async tally =>
    {
        (tally.Of, var missing) = await Hearers.Count(databases);
        tally.Done = tally.Of - missing;
        return missing == 0 && await Reconciliation.Unrelayed(databases) == 0 && (await Hearers.Count(databases)) == (tally.Of, 0);
    }, ct);

    /// <summary>Every institution reads its feed from the beginning, page by page, through the gateway with its own client.</summary>
    async Task ReadFeeds(CancellationToken ct)
    {
        offers.Clear();
        await steps.Run("institutions read their feeds", async tally =>
        {
            await EachCollege(async (code, college, stop) =>
            {
                string? after = null;
                for (var more = true; more;)
                {
                    var page = await college.Get<FeedPage>($"v1/feed?limit={PageSize}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", stop);
                    foreach (var item in page.Items)
                    {
                        if (item.Kind is "offered" or "tombstone" && item.LeadId is { } lead) offers.GetOrAdd(lead, _ => []).Add(new(code, item.At));
                        tally.One();
                    }

                    (after, more) = (page.Next, page.HasMore);
                }
            }, ct);
        });
        pupilOfLead = (await databases.Many<(Guid Lead, Guid Pupil)>("enrolmentdb", "select lead_id, pupil_id from lead")).ToDictionary(row => row.Lead, row => row.Pupil);
    }

    /// <summary>The institution that a family of the draw hears from, and since when.</summary>
    Offer? Chosen(Guid lead) => offers.TryGetValue(lead, out var all) && all.OrderBy(offer => offer.Institution, StringComparer.Ordinal).ToList() is { Count: > 0 } sorted
        ? sorted[draw.Choice(pupilOfLead[lead], sorted.Count)]
        : null;

    /// <summary>Institutions read the details of the families they turn to, and log the contact in the shared ledger: how many, of the drawn families that an institution hears of.</summary>
    async Task<int> Contact(CancellationToken ct)
    {
        var contacted = offers.Keys.Where(lead => draw.IsContacted(pupilOfLead[lead])).Select(lead => (Lead: lead, Offer: Chosen(lead)!)).ToLookup(family => family.Offer.Institution);
        await steps.Run("institutions read details and log contacts", async tally =>
        {
            tally.Of = contacted.Sum(families => families.Count());
            await EachCollege(async (code, college, stop) =>
            {
                foreach (var batch in contacted[code].OrderBy(family => family.Lead).Chunk(BatchSize))
                {
                    await college.Post<JsonObject>("v1/leads:batchGet", new { purpose = "vocational_guidance", leadIds = batch.Select(family => family.Lead) }, stop);
                    foreach (var (lead, offer) in batch)
                    {
                        var at = offer.At.AddMilliseconds(1);
                        var permitted = at.ToOffset(TimeSpan.FromHours(7)).Hour is >= 7 and < 21;
                        var enrols = draw.Enrols(pupilOfLead[lead]);
                        await college.Post("v1/contacts", new
                        {
                            leadId = lead,
                            channel = permitted ? "call" : "letter",
                            outcome = enrols ? "will_enrol" : draw.Choice(pupilOfLead[lead], 3) == 0 ? "no_answer" : "reached",
                            contactedAt = at,
                            nextStep = enrols ? "visit" : null,
                        }, stop, $"contact-{lead}");
                        tally.One();
                    }
                }
            }, ct);
        });
        return contacted.Sum(families => families.Count());
    }

    /// <summary>A realistic share enrols, some in dual track; some who never registered come by themselves. How many persons found a seat.</summary>
    async Task<int> Enrol(CancellationToken ct)
    {
        var enrolling = offers.Keys.Where(lead => draw.Enrols(pupilOfLead[lead])).Select(lead => (Lead: (Guid?)lead, Pupil: pupilOfLead[lead], Chosen(lead)!.Institution));
        var codes = province.Institutions.Select(institution => institution.Code).ToList();
        var walkIns = draw.WalkIns.Select(pupil => (Lead: (Guid?)null, Pupil: pupil, Institution: codes[draw.Choice(pupil, codes.Count)]));
        var all = enrolling.Concat(walkIns).ToLookup(student => student.Institution);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().ToOffset(TimeSpan.FromHours(7)).Date);
        var opening = new DateOnly(DemoProvince.SchoolYear, 9, 7);
        var turnedAway = 0;
        await steps.Run("students enrol, some in dual track", async tally =>
        {
            tally.Of = all.Sum(students => students.Count());
            await EachCollege(async (code, college, stop) =>
            {
                var taught = province.Programmes.Where(programme => programme.InstitutionCode == code && programme.Level != "college").ToList();
                var centre = province.Institutions.First(institution => institution.Code == code).Kind == "vocational_continuing_centre";
                foreach (var student in all[code].OrderBy(student => student.Pupil))
                {
                    var first = draw.Choice(student.Pupil, taught.Count);
                    string? refused = null;
                    for (var next = 0; next < taught.Count; next++)
                    {
                        var programme = taught[(first + next) % taught.Count];
                        var body = new
                        {
                            leadId = student.Lead,
                            pupilId = student.Lead is null ? student.Pupil : (Guid?)null,
                            programmeId = state.Institutions[code].Programmes[programme.TrainingCode],
                            level = programme.Level,
                            startedOn = today < opening ? today : opening,
                            dualTrack = (centre || draw.TakesDualTrack(student.Pupil)) && programme.Level == "intermediate" ? new { level = "continuing_education" } : null,
                        };
                        // Full: the next programme. Enrolled already: by an earlier run that found its first choice full.
                        refused = await college.PostUnless("v1/enrolments", body, stop, $"enrolment-{student.Pupil}-{programme.TrainingCode}", "no_free_seat", "transition_not_allowed", "already_enrolled");
                        if (refused != "no_free_seat") break;
                    }

                    if (refused == "no_free_seat") Interlocked.Increment(ref turnedAway);
                    tally.One();
                }
            }, ct);
        });
        if (turnedAway > 0) steps.Say($"    {turnedAway} found every programme of the institution they chose full");
        return all.Sum(students => students.Count()) - turnedAway;
    }

    /// <summary>Fifty pupils get a place after all, fifty families do not want to be contacted any more.</summary>
    async Task AmendAndOptOut(Guid round, CancellationToken ct)
    {
        var host = province.Councils[0].Host.Code;
        string[] reasons = ["review_upheld", "extra_round", "private_school"];
        await steps.Run("amendments and opt-outs", async tally =>
        {
            tally.Of = draw.Amended.Count + draw.OptedOut.Count;
            foreach (var batch in draw.Amended.Select((id, n) => new { pupilId = id, reason = reasons[n % reasons.Length], outcome = "admitted", admittedTo = host }).Chunk(10))
            {
                await platform.Officer.Post($"v1/rounds/{round}/amendments", batch, ct, $"amendment-{batch[0].pupilId}");
                tally.Done += batch.Length;
            }

            foreach (var id in draw.OptedOut)
            {
                await platform.Officer.Post("v1/consents/objections", new { pupilId = id }, ct, $"objection-{id}");
                tally.One();
            }
        });
    }

    /// <summary>As the institutions see it: as many positions as the database has, from 1, without a hole.</summary>
    async Task<Line> FeedsThroughTheApi(CancellationToken ct)
    {
        var positions = 0L;
        await EachCollege(async (_, college, stop) =>
        {
            var (after, last) = ((string?)null, 0L);
            for (var more = true; more;)
            {
                var page = await college.Get<FeedPage>($"v1/feed?limit={PageSize}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", stop);
                foreach (var item in page.Items) last = item.Position == last + 1 ? item.Position : long.MinValue / 2;
                (after, more) = (page.Next, page.HasMore);
            }

            Interlocked.Add(ref positions, last);
        }, ct);
        return Line.Equal("feed positions read by the institutions", await databases.Count("enrolmentdb", "select count(*) from institution_feed"), positions);
    }

    /// <summary>No feed and no detail returns those who got a place or opted out: asked as each institution that ever had them.</summary>
    async Task<Line> ReadableAfterwards(CancellationToken ct)
    {
        var gone = draw.Amended.Concat(draw.OptedOut).Select(Draw.IdOf).ToHashSet();
        var theirs = (await databases.Many<(Guid Lead, string Institution)>("enrolmentdb",
            """
            select distinct lead_id, i.code from lead l join lead_grant g using (tenant_id, lead_id) join institution i on i.tenant_id = g.tenant_id and i.institution_id = g.institution_id
            where l.pupil_id = any (@gone)
            """, new { gone = gone.ToArray() })).ToLookup(row => row.Institution, row => row.Lead);
        var withdrawn = await databases.Count("enrolmentdb", "select count(*) from lead where pupil_id = any (@gone) and status = 'withdrawn'", new { gone = gone.ToArray() });
        var readable = 0L;
        await EachCollege(async (code, college, stop) =>
        {
            var leads = theirs[code].ToHashSet();
            foreach (var lead in leads)
                if (await college.Status($"v1/leads/{lead}?purpose=vocational_guidance", stop) is not (HttpStatusCode.Gone or HttpStatusCode.NotFound))
                    Interlocked.Increment(ref readable);
            var after = (string?)null;
            for (var more = true; more;)
            {
                var page = await college.Get<FeedPage>($"v1/feed?limit={PageSize}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}", stop);
                Interlocked.Add(ref readable, page.Items.Count(item => item.Kind is "offered" or "corrected" && item.LeadId is { } lead && leads.Contains(lead)));
                (after, more) = (page.Next, page.HasMore);
            }
        }, ct);
        return new($"feeds and details that still return the {gone.Count} who got a place or opted out", "0", $"{readable:N0}", readable == 0 && withdrawn == gone.Count);
    }

    Task EachCollege(Func<string, Caller, CancellationToken, Task> act, CancellationToken ct) => Parallel.ForEachAsync(
        colleges, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (college, stop) => await act(college.Key, college.Value, stop));

    sealed record FeedItem(long Position, string Kind, Guid? LeadId, DateTimeOffset At);

    sealed record FeedPage(IReadOnlyList<FeedItem> Items, string Next, bool HasMore);
}
