using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>What an institution's feed promises: everything it is entitled to, once, in order, and a way back for whoever lost its place.</summary>
public sealed class FeedPromiseTests(FeedPromiseTests.OwnApp app) : IClassFixture<FeedPromiseTests.OwnApp>
{
    /// <summary>The service for this class alone: its tests move the clock and sweep.</summary>
    public sealed class OwnApp : EnrolmentApp;

    private Task Sweep() => app.Services.GetRequiredService<KeepFeeds>().Sweep(TestContext.Current.CancellationToken);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task W1_every_page_size_concatenates_to_the_same_feed_without_a_hole_whatever_happened(int seed)
    {
        var random = new Random(seed);
        var season = app.NewSeason();
        var institutions = new List<Participant>();
        for (var n = 0; n < 3; n++) institutions.Add(await season.Institution(seats: 12));
        await Happen(season, institutions, random, acts: 40);

        foreach (var institution in institutions)
        {
            var whole = await Walk(season, institution, () => 500);
            foreach (var size in new[] { 1, 2, 3, 7, 50 }) (await Walk(season, institution, () => size)).ShouldBe(whole, $"seed {seed}, pages of {size}");
            (await Walk(season, institution, () => random.Next(1, 20))).ShouldBe(whole, $"seed {seed}, pages of any size");

            whole.Select(item => item.Position).ShouldBe(Enumerable.Range(1, whole.Count).Select(n => (long)n), $"seed {seed}");
            await MustEqualEntitlement(season, institution, whole, $"seed {seed}");
        }
    }

    [Fact]
    public async Task W1_W11_a_reader_that_keeps_up_while_others_write_gets_every_item_once_and_each_lead_in_its_order()
    {
        var season = app.NewSeason();
        var institutions = new List<Participant> { await season.Institution(seats: 200), await season.Institution(seats: 200) };
        using var written = new CancellationTokenSource();
        var readers = institutions.Select(institution => Task.Run(() => Follow(season, institution, written.Token))).ToList();

        await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(() => Happen(season, institutions, new Random(seed), acts: 15))));
        await written.CancelAsync();

        foreach (var (institution, reader) in institutions.Zip(readers))
        {
            var seen = await reader;
            var stored = await app.Rows<(long, Guid)>("select pos, lead_id from institution_feed where institution_id = @Id order by pos", new { institution.Id });
            seen.Select(item => (item.Position, item.Lead!.Value)).ShouldBe(stored);
            foreach (var lead in seen.GroupBy(item => item.Lead!.Value))
            {
                var open = false;   // a lead is offered before anything else is said of it, and again after it ended
                foreach (var item in lead)
                {
                    if (item.Kind is "offered") open = true;
                    else if (item.Kind is "corrected") open.ShouldBeTrue($"position {item.Position}");
                    else if (item.Kind is "withdrawn" or "expired") open = false;
                }
            }
            await MustEqualEntitlement(season, institution, seen, "while writing");
        }
    }

    [Fact]
    public async Task W2_what_is_committed_is_in_the_next_page_although_a_foreign_transaction_stays_open()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        await using var foreign = new NpgsqlConnection(app.OwnerConnection);
        await foreign.OpenAsync();
        await using var open = await foreign.BeginTransactionAsync();
        await new NpgsqlCommand("insert into area (tenant_id, kind, code, valid_from, name, disadvantaged) values ('elsewhere', 'commune', '1', '2025-07-01', 'Xã Khác', false)", foreign, open).ExecuteNonQueryAsync();

        var (_, lead) = await season.Lead();

        (await season.Feed(institution)).Items.ShouldBe([new FeedLine(1, "offered", lead, null)]);
    }

    [Fact]
    public async Task W9_a_hundred_thousand_items_are_read_again_from_an_old_cursor_without_a_hole()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        await app.Rows<int>(
            """
            insert into institution_feed (tenant_id, institution_id, pos, kind, lead_id, grant_id, at)
            select @Province, @Id, n, 'offered', gen_random_uuid(), gen_random_uuid(), now() from generate_series(1, 100000) n;
            insert into institution_feed_head (tenant_id, institution_id, pos) values (@Province, @Id, 100000)
            """, new { season.Province, institution.Id });
        var cursor = app.Services.GetRequiredService<FeedCursors>().At(institution.Id, 0);

        var positions = (await Walk(season, institution, () => 500, cursor)).Select(item => item.Position).ToList();

        positions.Count.ShouldBe(100_000);
        positions.ShouldBe(Enumerable.Range(1, 100_000).Select(n => (long)n));
    }

    [Fact]
    public async Task H5_after_a_restore_every_old_cursor_is_refused_with_a_link_and_the_snapshot_brings_the_reader_back()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        for (var n = 0; n < 4; n++) await season.Lead();
        var (_, cursor) = await season.Feed(institution);
        await LoseWhatCameAfter(season, institution, position: 2);
        await using var restored = new Replica(app);
        restored.Settings["Feed:Epoch"] = "2";
        using var reader = restored.As("institution", season.Province, institution.Id);
        await season.Lead();   // takes position 3 again

        var refused = await reader.GetAsync($"/v1/feed?after={cursor}");
        await refused.ShouldBeRefusedWith(HttpStatusCode.Conflict, "feed_epoch_changed");
        var link = (string)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["link"]!;
        var (leads, feed) = await Snapshot(reader, link);
        await season.Lead();
        var page = JsonNode.Parse(await reader.GetStringAsync($"/v1/feed?after={feed}"))!["items"]!.AsArray();

        leads.Select(lead => lead.Lead).Concat(page.Select(item => (Guid)item!["leadId"]!)).Order().ShouldBe(
            await app.Rows<Guid>("select lead_id from lead_grant where institution_id = @Id order by lead_id", new { institution.Id }));
        page.Select(item => (long)item!["position"]!).ShouldBe([4]);
    }

    [Fact]
    public async Task H5_a_restored_database_is_seen_to_be_another_and_begins_a_new_epoch_by_itself()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        var (_, cursor) = await season.Feed(institution);
        await using (var again = new Replica(own))
        {
            using var same = again.As("institution", season.Province, institution.Id);
            (await same.GetAsync($"/v1/feed?after={cursor}")).StatusCode.ShouldBe(HttpStatusCode.OK, "a second process of the same database changes nothing");
        }

        await using var restored = new EnrolmentApp { Existing = await Dumps.Restore(await Dumps.Text(own.OwnerConnection), "enrolment") };
        foreach (var (name, value) in own.Settings) restored.Settings[name] = value;
        await restored.InitializeAsync();

        using var reader = restored.As("institution", season.Province, institution.Id);
        await (await reader.GetAsync($"/v1/feed?after={cursor}")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "feed_epoch_changed");
        var next = (string)JsonNode.Parse(await reader.GetStringAsync("/v1/feed"))!["next"]!;
        (await reader.GetAsync($"/v1/feed?after={next}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task H5_a_snapshot_stands_still_while_leads_come_and_go_and_the_feed_goes_on_behind_it()
    {
        var season = app.NewSeason();
        var (institution, other) = (await season.Institution(), await season.Institution());
        List<(PupilWithoutPlace Pupil, Guid Lead)> early = [];
        for (var n = 0; n < 11; n++) early.Add(await season.Lead());
        early.Sort((one, two) => one.Lead.CompareTo(two.Lead));
        var first = await Page(institution.Http, "/v1/leads?limit=4");

        List<Guid> late = [];
        for (var n = 0; n < 3; n++) late.Add((await season.Lead()).Lead);
        await season.Consent(early[0].Pupil, "none", at: season.Now, evidence: "web");    // already shown
        await season.Consent(early[9].Pupil, "none", at: season.Now, evidence: "web");    // still to come
        var (rest, feed) = await Snapshot(institution.Http, $"/v1/leads?limit=4&after={first.Next}");

        first.Leads.Concat(rest).ShouldBe(early.Select((lead, n) => (lead.Lead, n == 9 ? "tombstone" : "offered", n == 9 ? "objected" : null)));
        feed.ShouldBe(first.Feed);
        (await season.Feed(institution, feed)).Items.Select(item => (item.Kind, item.Lead!.Value)).ShouldBe(
            [.. late.Select(lead => ("offered", lead)), ("withdrawn", early[0].Lead), ("withdrawn", early[9].Lead)]);
        foreach (var forged in new[] { "x", feed, first.Next![..^2] + "AA" })
            await (await institution.Http.GetAsync($"/v1/leads?after={forged}")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "cursor_invalid");
        await (await institution.Http.GetAsync($"/v1/feed?after={first.Next}")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "cursor_invalid");
        await (await other.Http.GetAsync($"/v1/leads?after={first.Next}")).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "cursor_not_yours");
        await (await institution.Http.GetAsync("/v1/leads?limit=501")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "limit_invalid");
        (await institution.Http.GetAsync("/v1/leads")).Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Tombstones_stay_for_24_months_and_who_comes_later_is_sent_to_the_snapshot()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var keep = own.Services.GetRequiredService<KeepFeeds>();
        var season = own.NewSeason();
        var institution = await season.Institution(agreement: false);
        await season.Agreement(institution.Id, to: new(2030, 1, 1));
        var (pupil, lead) = await season.Lead();
        var (_, cursor) = await season.Feed(institution, limit: 1);
        await season.Consent(pupil, "none", at: season.Now, evidence: "web");

        own.Clock.Now = own.Clock.Now.AddMonths(24).AddDays(-1);
        await keep.Sweep(default);
        (await season.Feed(institution)).Items.ShouldBe([new(1, "tombstone", lead, "objected"), new(2, "withdrawn", lead, "objected")]);

        own.Clock.Now = own.Clock.Now.AddDays(2);
        await keep.Sweep(default);
        var refused = await institution.Http.GetAsync($"/v1/feed?after={own.Services.GetRequiredService<FeedCursors>().At(institution.Id, 0)}");
        await refused.ShouldBeRefusedWith(HttpStatusCode.Gone, "cursor_expired");
        var (leads, feed) = await Snapshot(institution.Http, (string)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["link"]!);
        leads.ShouldBe([(lead, "tombstone", "objected")]);
        (await season.Feed(institution, feed)).Items.ShouldBeEmpty();
        await (await institution.Http.GetAsync($"/v1/feed?after={cursor}")).ShouldBeRefusedWith(HttpStatusCode.Gone, "cursor_expired");

        Should.Throw<InvalidOperationException>(() => new KeepFeeds(null!, new ConfigurationBuilder().AddInMemoryCollection([new("Feed:KeptMonths", "23")]).Build(), own.Clock));
    }

    [Fact]
    public async Task No_loss_a_programme_that_is_added_brings_the_pupils_who_waited_for_it_into_the_feed()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(seats: 0);
        var (_, lead) = await season.Lead();
        var (before, cursor) = await season.Feed(institution);
        before.ShouldBeEmpty();

        await season.Programme(institution.Id, seats: 5, code: "5480201");
        await app.Services.GetRequiredService<KeepLeads>().Sweep(default);

        (await season.Feed(institution, cursor)).Items.ShouldBe([new FeedLine(1, "offered", lead, null)]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_loss_what_was_withheld_without_an_agreement_is_offered_anew_when_one_is_in_force(bool bySnapshot)
    {
        var season = app.NewSeason();
        var institution = await season.Institution(agreement: false);
        var agreement = await season.Agreement(institution.Id);
        var (_, kept) = await season.Lead();
        var (lost, _) = await season.Lead();
        (await season.Send(season.Officer, $"/v1/agreements/{agreement}/end", new { lastDay = VietnamDay(season.Now).AddDays(-1) }, method: HttpMethod.Put)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await season.Consent(lost, "none", at: season.Now, evidence: "web");
        string cursor;
        if (bySnapshot)
        {
            var (leads, feed) = await Snapshot(institution.Http, "/v1/leads");
            leads.Select(lead => lead.Kind).ShouldBe(["tombstone"]);
            cursor = feed;
        }
        else
        {
            var (items, next) = await season.Feed(institution);
            items.Select(item => item.Kind).ShouldBe(["withheld", "tombstone", "withdrawn"]);
            cursor = next;
        }
        await Sweep();
        (await season.Feed(institution, cursor)).Items.ShouldBeEmpty();

        await season.Agreement(institution.Id, from: VietnamDay(season.Now));
        await Sweep();
        await Sweep();

        (await season.Feed(institution, cursor)).Items.ShouldBe([new FeedLine(4, "offered", kept, null)]);
        (await season.Detail(institution, kept)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("chosen")]
    public async Task No_loss_a_family_that_agrees_to_more_institutions_is_granted_to_them_and_those_it_left_out_are_told(string wider)
    {
        var season = app.NewSeason();
        var (first, second, third) = (await season.Institution(), await season.Institution(), await season.Institution());
        var pupil = season.Pupil();
        await season.Consent(pupil, "chosen", chosen: first.Id);
        await season.Finalize(pupil);
        var lead = await season.LeadOf(pupil);
        (await season.Feed(second)).Items.ShouldBeEmpty();

        await season.Consent(pupil, wider, at: season.Now.AddDays(-1), chosen: wider == "all" ? [] : [first.Id, second.Id]);
        var others = new[] { await season.Feed(second), await season.Feed(third) };
        others.SelectMany(feed => feed.Items).ShouldBe([new FeedLine(1, "offered", lead, null)]);   // two institutions for one family
        (await season.Feed(first)).Items.ShouldBe([new FeedLine(1, "offered", lead, null)]);

        await season.Consent(pupil, "chosen", at: season.Now, chosen: first.Id);
        var told = new[] { await season.Feed(second), await season.Feed(third) };
        told.SelectMany(feed => feed.Items).ShouldBe([new FeedLine(1, "tombstone", lead, "objected"), new FeedLine(2, "withdrawn", lead, "objected")]);
        (await season.Detail(first, lead)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_loss_an_area_that_is_renamed_or_merged_is_a_correction_for_whoever_holds_a_lead_there_on_the_day_it_begins()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        var (holder, other) = (await season.Institution(commune: "c1"), await season.Institution(commune: "c2"));
        await Areas(own, season, Commune("c1", "Xã Đông"), Commune("c2", "Xã Tây"));
        var (one, two) = (season.Pupil(commune: "c1"), season.Pupil(commune: "c2"));
        await season.Consent(one, "chosen", chosen: holder.Id);
        await season.Consent(two, "chosen", chosen: other.Id);
        await season.Finalize(one, two);
        var lead = await season.LeadOf(one);
        async Task<string> Read() => (string)JsonNode.Parse(await (await season.Detail(holder, lead)).Content.ReadAsStringAsync())!["commune"]!;
        await own.Services.GetRequiredService<KeepFeeds>().Sweep(default);
        (await Read()).ShouldBe("Xã Đông");

        await Areas(own, season, Commune("c1", "Xã Đông Sơn"));
        (await Read()).ShouldBe("Xã Đông Sơn");
        (await season.Feed(holder)).Items.ShouldBe([new(1, "offered", lead, null), new(2, "corrected", lead, null)]);
        await Areas(own, season, Commune("c1", "Xã Đông Sơn"));   // heard again: nothing new

        var begins = VietnamDay(season.Now).AddDays(3);
        await Areas(own, season, Commune("c1", "Xã Đông Sơn") with { ValidTo = begins.AddDays(-1) },
            Commune("c9", "Xã Sơn Hà") with { ValidFrom = begins, Predecessors = [new() { Code = "c1", Kind = "commune", Whole = true }] });
        await own.Services.GetRequiredService<KeepFeeds>().Sweep(default);
        (await season.Feed(holder)).Items.Count.ShouldBe(2, "the merger has not begun");
        own.Clock.Now = own.Clock.Now.AddDays(3);
        await own.Services.GetRequiredService<KeepFeeds>().Sweep(default);
        await own.Services.GetRequiredService<KeepFeeds>().Sweep(default);

        (await Read()).ShouldBe("Xã Sơn Hà");
        (await season.Feed(holder)).Items.Skip(2).ShouldBe([new FeedLine(3, "corrected", lead, null)]);
        (await season.Feed(other)).Items.Count.ShouldBe(1, "nothing changed for who holds no lead there");
    }

    [Fact]
    public async Task No_loss_a_late_correction_of_a_contact_or_a_wish_is_told_and_the_same_data_again_is_not()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = season.Pupil(trade: "52", phone: "+84912000111");
        await season.Consent(pupil);
        await season.Finalize(season.Now.AddDays(-3), pupil);
        var lead = await season.LeadOf(pupil);

        await season.Finalize(season.Now.AddDays(-2), pupil with { SealedContact = Sealed(pupil, "+84912000111") });   // the second round says the same
        (await season.Feed(institution)).Items.Count.ShouldBe(1);
        await season.Finalize(season.Now.AddDays(-1), pupil with { SealedContact = Sealed(pupil, "+84912000222") });
        await season.Amend(new() { PupilId = pupil.PupilId, Reason = "error", Outcome = "without_place", WithoutPlace = pupil with { SealedContact = Sealed(pupil, "+84912000222"), WishedTrade = "58" } });

        (await season.Feed(institution)).Items.ShouldBe([new(1, "offered", lead, null), new(2, "corrected", lead, null), new(3, "corrected", lead, null)]);
        var detail = JsonNode.Parse(await (await season.Detail(institution, lead)).Content.ReadAsStringAsync())!;
        ((string)detail["phone"]!, (string)detail["wishedTrade"]!).ShouldBe(("+84912000222", "58"));
    }

    private string Sealed(PupilWithoutPlace pupil, string phone) =>
        app.Seal.Seal(pupil.PupilId, app.Seal.Open(pupil.PupilId, pupil.SealedContact) with { Phone = phone });

    private static DateOnly VietnamDay(DateTimeOffset at) => CareerPlatform.ServiceDefaults.VietnamTime.Day(at);

    private static ListedArea Commune(string code, string name) => new() { Code = code, Name = name, Kind = "commune", ValidFrom = new(2025, 7, 1), Disadvantaged = false, Predecessors = [] };

    private static Task Areas(EnrolmentApp app, Season season, params ListedArea[] areas) =>
        app.Hear("schools", new AreaRegisterChanged { Province = season.Province, Areas = areas, ChangedAt = season.Now }, Guid.CreateVersion7(), tenant: season.Province);

    /// <summary>All items from a cursor on, by pages of the sizes drawn.</summary>
    private static async Task<List<FeedLine>> Walk(Season season, Participant institution, Func<int> size, string? after = null)
    {
        List<FeedLine> all = [];
        while (true)
        {
            var page = await season.Feed(institution, after, size());
            if (page.Items.Count == 0) return all;
            all.AddRange(page.Items);
            after = page.Next;
        }
    }

    /// <summary>Reads by long polls until the writers are done and nothing is left.</summary>
    private static async Task<List<FeedLine>> Follow(Season season, Participant institution, CancellationToken written)
    {
        List<FeedLine> all = [];
        for (string? after = null; ;)
        {
            var done = written.IsCancellationRequested;
            var page = JsonNode.Parse(await institution.Http.GetStringAsync($"/v1/feed?limit={Random.Shared.Next(1, 9)}&wait={(done ? 0 : 1)}{(after is null ? "" : $"&after={after}")}"))!;
            foreach (var item in page["items"]!.AsArray())
            {
                all.Add(new((long)item!["position"]!, (string)item["kind"]!, (Guid?)item["leadId"], (string?)item["reason"]));
                all[^1].Position.ShouldBe(all.Count);
            }
            after = (string)page["next"]!;
            if (done && page["items"]!.AsArray().Count == 0) return all;
        }
    }

    /// <summary>Leads come, families change their minds both ways, results are corrected, pupils enrol.</summary>
    private static async Task Happen(Season season, IReadOnlyList<Participant> institutions, Random random, int acts)
    {
        List<(PupilWithoutPlace Pupil, Guid Lead)> mine = [];
        for (var act = 0; act < acts; act++)
        {
            var what = mine.Count < 3 ? 0 : random.Next(6);
            if (what < 2)
            {
                mine.Add(await season.Lead());
                continue;
            }
            var (pupil, lead) = mine[random.Next(mine.Count)];
            var at = season.Now.AddDays(-20).AddMinutes(act);
            switch (what)
            {
                case 2: await season.Consent(pupil, "none", at: at, evidence: "web"); break;
                case 3: await season.Consent(pupil, at: at); break;
                case 4:
                    await season.Amend(new() { PupilId = pupil.PupilId, Reason = "error", Outcome = "without_place", WithoutPlace = pupil with { WishedTrade = random.Next(10, 99).ToString(System.Globalization.CultureInfo.InvariantCulture) } }, season.Now.AddMinutes(act));
                    break;
                default:
                    var school = institutions[random.Next(institutions.Count)];
                    await season.Send(school.Http, "/v1/enrolments", new { leadId = lead, programmeId = school.Programme, level = school.Level, startedOn = "2026-09-07" });
                    break;
            }
        }
    }

    /// <summary>Who follows the feed alone holds exactly what can be read.</summary>
    private static async Task MustEqualEntitlement(Season season, Participant institution, List<FeedLine> items, string said)
    {
        foreach (var lead in items.GroupBy(item => item.Lead!.Value))
        {
            var held = lead.Last().Kind is "offered" or "corrected";
            (await season.Detail(institution, lead.Key)).StatusCode.ShouldBe(held ? HttpStatusCode.OK : HttpStatusCode.Gone, said);
        }
        (await season.App.Rows<Guid>("select distinct lead_id from lead_grant where institution_id = @Id order by lead_id", new { institution.Id }))
            .ShouldBe((IEnumerable<Guid>)[.. items.Select(item => item.Lead!.Value).Distinct().Order()], said);
    }

    /// <summary>As a restored backup has it: nothing of the institution's feed after the position, and none of those leads.</summary>
    private async Task LoseWhatCameAfter(Season season, Participant institution, long position) => await app.Rows<int>(
        """
        set session_replication_role = replica;
        delete from lead_grant g using institution_feed f where f.institution_id = @Id and f.pos > @position and g.grant_id = f.grant_id;
        delete from institution_feed where institution_id = @Id and pos > @position;
        update institution_feed_head set pos = @position where institution_id = @Id;
        set session_replication_role = default
        """, new { institution.Id, position });

    private static async Task<(List<(Guid Lead, string Kind, string? Reason)> Leads, string? Next, string Feed)> Page(HttpClient reader, string path)
    {
        var page = JsonNode.Parse(await reader.GetStringAsync(path))!;
        return ([.. page["items"]!.AsArray().Select(item => ((Guid)item!["leadId"]!, (string)item["kind"]!, (string?)item["reason"]))], (string?)page["next"], (string)page["feed"]!);
    }

    /// <summary>All pages of a snapshot, and where the feed goes on.</summary>
    private static async Task<(List<(Guid Lead, string Kind, string? Reason)> Leads, string Feed)> Snapshot(HttpClient reader, string path)
    {
        List<(Guid, string, string?)> all = [];
        var address = path;
        while (true)
        {
            var page = await Page(reader, address);
            all.AddRange(page.Leads);
            if (page.Next is null) return (all, page.Feed);
            address = $"{path.Split('?')[0]}?limit=4&after={page.Next}";
        }
    }
}
