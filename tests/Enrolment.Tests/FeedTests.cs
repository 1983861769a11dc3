using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The feed: dense positions, cursors nobody can make up, waiting without polling.</summary>
public sealed class FeedTests(EnrolmentApp app)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(500)]
    public async Task Any_page_size_gives_the_same_feed(int limit)
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupils = Enumerable.Range(0, 11).Select(_ => season.Pupil()).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils);

        List<FeedLine> all = [];
        for (string? next = null; ;)
        {
            var page = await season.Feed(institution, next, limit);
            if (page.Items.Count == 0) break;
            all.AddRange(page.Items);
            next = page.Next;
        }

        all.Select(item => item.Position).ShouldBe(Enumerable.Range(1, 11).Select(n => (long)n));
        all.Select(item => item.Lead).Distinct().Count().ShouldBe(11);
    }

    [Fact]
    public async Task A_cursor_that_is_forged_anothers_or_of_another_epoch_is_refused()
    {
        var season = app.NewSeason();
        var (mine, other) = (await season.Institution(), await season.Institution());
        await season.Lead();
        var cursor = (await season.Feed(mine)).Next;
        var theirs = (await season.Feed(other)).Next;
        var old = new FeedCursors("cursor-key-of-the-tests-only"u8.ToArray(), epoch: 0).At(mine.Id, 1);
        var future = new FeedCursors("cursor-key-of-the-tests-only"u8.ToArray(), epoch: 1).At(mine.Id, 99);
        var otherKey = new FeedCursors("another-key-of-the-tests"u8.ToArray(), epoch: 1).At(mine.Id, 1);
        Task<HttpResponseMessage> Read(string after) => mine.Http.GetAsync($"/v1/feed?after={Uri.EscapeDataString(after)}");

        await (await Read(otherKey)).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "cursor_invalid");
        foreach (var forged in new[] { "", "x", "1", "'; drop table lead;--", cursor + "A", cursor[..^1], new string('A', 5_000) })
            await (await Read(forged)).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "cursor_invalid");
        for (var i = 0; i < cursor.Length - 1; i += 7)
            await (await Read($"{cursor[..i]}{(cursor[i] == 'A' ? 'B' : 'A')}{cursor[(i + 1)..]}")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "cursor_invalid");
        await (await Read(theirs)).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "cursor_not_yours");
        await (await Read(old)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "feed_epoch_changed");
        await (await Read(future)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "feed_epoch_changed");
    }

    [Fact]
    public async Task A_cursor_older_than_what_is_kept_is_refused_and_reading_anew_begins_at_what_is_kept()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupils = Enumerable.Range(0, 5).Select(_ => season.Pupil()).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils);
        var (_, early) = await season.Feed(institution, limit: 1);
        await app.Rows<int>("update institution_feed_head set kept_from = 4 where tenant_id = @Province; delete from institution_feed where tenant_id = @Province and pos < 4", new { season.Province });

        await (await institution.Http.GetAsync($"/v1/feed?after={early}")).ShouldBeRefusedWith(HttpStatusCode.Gone, "cursor_expired");
        (await season.Feed(institution)).Items.Select(item => item.Position).ShouldBe([4, 5]);
    }

    [Fact]
    public async Task Waiting_ends_as_soon_as_there_is_an_item()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();

        var waiting = institution.Http.GetStringAsync("/v1/feed?wait=25");
        await season.Lead();

        var page = JsonNode.Parse(await waiting.WaitAsync(TimeSpan.FromSeconds(10)))!;
        page["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Waiting_ends_when_the_service_stops()
    {
        await using var stopping = new Replica(app);
        var bell = stopping.Services.GetRequiredService<FeedBell>();

        var waiting = bell.Wait("97", Guid.CreateVersion7(), 0, TimeSpan.FromMinutes(10), CancellationToken.None);
        waiting.IsCompleted.ShouldBeFalse();
        stopping.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await waiting.WaitAsync(TimeSpan.FromMinutes(1));   // the server does not have to cut the answer off
    }

    [Fact]
    public async Task Waiting_without_news_ends_in_time_with_an_empty_page_and_the_same_cursor()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        await season.Lead();
        var (_, next) = await season.Feed(institution);

        var page = JsonNode.Parse(await institution.Http.GetStringAsync($"/v1/feed?after={next}&wait=1"))!;

        page["items"]!.AsArray().ShouldBeEmpty();
        ((string)page["next"]!).ShouldBe(next);
        ((bool)page["hasMore"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task One_institution_cannot_fill_the_house_with_waiting_requests()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        using var stop = new CancellationTokenSource();

        var answers = Enumerable.Range(0, 12).Select(_ => institution.Http.GetAsync("/v1/feed?wait=20", stop.Token)).ToList();
        await Wait.Until(() => answers.Count(answer => answer.IsCompletedSuccessfully) >= 8);

        foreach (var refused in answers.Where(answer => answer.IsCompletedSuccessfully))
        {
            await (await refused).ShouldBeRefusedWith(HttpStatusCode.TooManyRequests, "too_many_waiting");
            (await refused).Headers.RetryAfter.ShouldNotBeNull();
        }
        answers.Count(answer => answer.IsCompletedSuccessfully).ShouldBe(8);
        await stop.CancelAsync();
    }

    [Theory]
    [InlineData("limit=0", "limit_invalid")]
    [InlineData("limit=501", "limit_invalid")]
    [InlineData("wait=26", "wait_invalid")]
    [InlineData("wait=-1", "wait_invalid")]
    public async Task Limits_are_kept(string query, string code)
    {
        var season = app.NewSeason();
        var institution = await season.Institution();

        await (await institution.Http.GetAsync($"/v1/feed?{query}")).ShouldBeRefusedWith(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Nothing_of_the_feed_or_a_detail_may_be_cached()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();

        (await institution.Http.GetAsync("/v1/feed")).Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await season.Detail(institution, lead)).Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task P9_an_agreement_that_ends_stops_the_feed_and_the_details_at_midnight_in_Vietnam_but_withdrawals_still_flow()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        own.Clock.Now = new(2026, 10, 1, 16, 59, 0, TimeSpan.Zero);   // 23:59 in Vietnam
        var institution = await season.Institution(agreement: false);
        await season.Agreement(institution.Id, new(2026, 1, 1), new(2026, 10, 1));
        var (_, kept) = await season.Lead();
        var (lost, lostLead) = await season.Lead();
        (await season.Detail(institution, kept)).StatusCode.ShouldBe(HttpStatusCode.OK);

        own.Clock.Now = own.Clock.Now.AddMinutes(1);
        await season.Consent(lost, "none", at: season.Now, evidence: "web");

        await (await season.Detail(institution, kept)).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "agreement_expired");
        (await season.Feed(institution)).Items.ShouldBe(
            [new(1, "withheld", null, null), new(2, "tombstone", lostLead, "objected"), new(3, "withdrawn", lostLead, "objected")]);
        await (await season.Send(institution.Http, "/v1/contacts", new { leadId = kept, channel = "letter", outcome = "reached", contactedAt = season.Now }))
            .ShouldBeRefusedWith(HttpStatusCode.Forbidden, "agreement_expired");
    }
}
