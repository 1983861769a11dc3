using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>S5: mass extraction is slowed and noticed; the clock is in the test's hand.</summary>
public sealed class DailyReadsTests(DailyReadsTests.OwnApp app) : IClassFixture<DailyReadsTests.OwnApp>
{
    /// <summary>The service for this class alone: its clock moves, a province has a number of its own, and it has a mail server.</summary>
    public sealed class OwnApp : EnrolmentApp
    {
        public LetterBox Letters { get; } = LetterBox.Open();

        public OwnApp()
        {
            Settings["Mail:Host"] = "127.0.0.1";
            Settings["Mail:Port"] = Letters.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Settings["Mail:From"] = "no-reply@so.test";
            Settings["Mail:Tls"] = "false";
            Settings["Mail:Department"] = "department@so.test";
            Settings["Leads:DailyReads"] = "40";
            Settings["Leads:DailyReads:96"] = "3";
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Letters.DisposeAsync();
        }
    }

    private static readonly DateTimeOffset Evening = new(2026, 10, 1, 13, 0, 0, TimeSpan.Zero);   // 20:00 in Vietnam

    [Fact]
    public async Task S5_a_scraper_gets_no_more_than_the_day_allows_and_is_told_to_come_back_at_midnight_and_department_and_operator_hear_of_it_at_once()
    {
        app.Clock.Now = Evening;
        var season = app.NewSeason();
        var (scraper, other) = (await season.Institution(), await season.Institution());
        await Allow(season, scraper, 10);
        var leads = await Leads(season, 14);
        var shown = new HashSet<Guid>();

        foreach (var lead in leads.Take(8)) await Read(lead, HttpStatusCode.OK);
        (await Rang(season)).ShouldBe([(80, 8)], "before anything is refused");
        (await Notices(season.Officer)).ShouldBe(["reads_many 8 / 10"]);
        foreach (var lead in leads) await Read(lead, shown.Contains(lead) || shown.Count < 10 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests);

        shown.Count.ShouldBe(10);
        var refused = await season.Detail(scraper, leads[13]);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromHours(4), "until midnight in Vietnam");
        (await refused.Content.ReadAsStringAsync()).ShouldNotContain("+84");
        await refused.ShouldBeRefusedWith(HttpStatusCode.TooManyRequests, "daily_reads_exceeded");
        (await season.Detail(scraper, leads[0])).StatusCode.ShouldBe(HttpStatusCode.OK, "what it was shown today it may look at again");
        (await season.Detail(other, leads[13])).StatusCode.ShouldBe(HttpStatusCode.OK, "others are not concerned");

        (await Rang(season)).ShouldBe([(80, 8), (100, 10)], "each once a day");
        foreach (var reader in new[] { season.Officer, app.As("approver", season.Province), app.As("inspector", season.Province), scraper.Http })
            (await Notices(reader)).ShouldBe(["reads_many 8 / 10", "reads_refused 10 / 10"], ignoreOrder: true);
        (await Notices(other.Http)).ShouldBeEmpty();
        await app.Services.GetRequiredService<KeepSubscriptions>().Round(season.Province, TestContext.Current.CancellationToken);
        app.Letters.Letters.Where(letter => letter.Text.Contains("reads_refused: 10 / 10", StringComparison.Ordinal)).ShouldHaveSingleItem().To.ShouldBe(["department@so.test"], "it has no subscription and so no contacts");
        (await app.Rows<long>("select count(distinct i.pupil_id) from pii_access a join pii_access_item i using (tenant_id, access_id) where a.organisation = @Id", new { scraper.Id })).ShouldBe([10], "what was refused was not read");

        app.Clock.Now = Evening.AddHours(4);
        await Read(leads[13], HttpStatusCode.OK);
        (await Rang(season)).Count.ShouldBe(2);

        async Task Read(Guid lead, HttpStatusCode status)
        {
            using var answer = await season.Detail(scraper, lead);
            answer.StatusCode.ShouldBe(status);
            if (status == HttpStatusCode.OK) shown.Add(lead);
        }
    }

    [Fact]
    public async Task S5_single_reads_batches_workbooks_and_messages_draw_on_the_same_day_and_a_batch_that_is_too_large_shows_nothing()
    {
        app.Clock.Now = Evening;
        var season = app.NewSeason();
        var institution = await season.Institution();
        await Allow(season, institution, 5);
        var leads = await Leads(season, 6);
        var made = await season.Post(institution.Http, "/v1/workbooks", new { });
        ((int)made["leads"]!).ShouldBe(5, "no more than its file can show");
        var relayed = season.Pupil();
        await season.Relay(relayed);
        await season.Finalize(relayed);
        var silent = await season.LeadOf(relayed);
        Task<HttpResponseMessage> Batch(params IEnumerable<Guid> ids) => season.Send(institution.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = ids });

        await (await Batch(leads)).ShouldBeRefusedWith(HttpStatusCode.TooManyRequests, "daily_reads_exceeded");
        (await season.Detail(institution, leads[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Batch(leads.Take(4))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await institution.Http.GetAsync($"/v1/leads/{silent}/messages")).StatusCode.ShouldBe(HttpStatusCode.OK, "the fifth");
        foreach (var path in new[] { $"/v1/leads/{leads[4]}?purpose={Season.Purpose}", $"/v1/workbooks/{made.Id("workbookId")}/file" })
            await (await institution.Http.GetAsync(path)).ShouldBeRefusedWith(HttpStatusCode.TooManyRequests, "daily_reads_exceeded");
        (await season.Detail(institution, Guid.CreateVersion7())).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        app.Clock.Now = Evening.AddHours(5);
        (await institution.Http.GetAsync($"/v1/workbooks/{made.Id("workbookId")}/file")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await institution.Http.GetAsync($"/v1/workbooks/{made.Id("workbookId")}/file")).StatusCode.ShouldBe(HttpStatusCode.OK, "the same again is nothing new");
    }

    [Fact]
    public async Task S5_reads_side_by_side_never_come_to_more_than_the_day_allows()
    {
        app.Clock.Now = Evening;
        var season = app.NewSeason();
        var institution = await season.Institution();
        await Allow(season, institution, 12);
        var leads = await Leads(season, 30);

        var answers = await Task.WhenAll(leads.Chunk(3).Concat(Enumerable.Reverse(leads).Chunk(3)).Select(ids => season.Send(institution.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = ids })));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK || answer.StatusCode == HttpStatusCode.TooManyRequests);
        var seen = (await app.Rows<long>("select count(distinct i.pupil_id) from pii_access a join pii_access_item i using (tenant_id, access_id) where a.organisation = @Id", new { institution.Id })).Single();
        seen.ShouldBeInRange(10, 12);
        (await app.Rows<long>("select leads from daily_reads where institution_id = @Id", new { institution.Id })).ShouldBe([seen]);
        (await Rang(season)).Count(alarm => alarm.Percent == 100).ShouldBe(1);
    }

    [Fact]
    public async Task S5_the_number_is_the_agreements_otherwise_the_provinces_otherwise_the_platforms_and_only_an_approver_changes_it()
    {
        app.Clock.Now = Evening;
        var season = app.NewSeason();
        var institution = await season.Institution();
        var agreement = await Agreement(season, institution);
        (await Number(season)).ShouldBe(40);
        var few = new Season(app, "96");
        var there = await few.Institution();
        (await Number(few)).ShouldBe(3);
        await (await few.Send(there.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = await Leads(few, 4) })).ShouldBeRefusedWith(HttpStatusCode.TooManyRequests, "daily_reads_exceeded");

        var contents = new { purpose = "a", dataTypes = "b", period = "c", legalBasis = "d", protection = "e", subjectRights = "f", violations = "g" };
        await (await season.Send(season.Officer, "/v1/agreements", new { institutionId = institution.Id, validFrom = "2028-01-01", validTo = "2028-12-31", contents, dailyReads = 0 }))
            .ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "daily_reads_invalid");
        await season.Post(season.Officer, "/v1/agreements", new { institutionId = institution.Id, validFrom = "2028-01-01", validTo = "2028-12-31", contents, dailyReads = 7 });
        JsonNode.Parse(await season.Officer.GetStringAsync("/v1/agreements"))!.AsArray().Select(one => (int)one!["dailyReads"]!).ShouldBe([40, 7]);

        var path = $"/v1/agreements/{agreement}/daily-reads";
        foreach (var role in new[] { "officer", "institution", "leader", "inspector" })
            (await season.Send(app.As(role, season.Province, institution.Id), path, new { dailyReads = 5 }, method: HttpMethod.Put)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
        var approver = app.As("approver", season.Province);
        await (await season.Send(approver, path, new { dailyReads = -1 }, method: HttpMethod.Put)).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "daily_reads_invalid");
        (await season.Send(approver, $"/v1/agreements/{Guid.CreateVersion7()}/daily-reads", new { dailyReads = 5 }, method: HttpMethod.Put)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await season.Send(approver, path, new { dailyReads = 2 }, method: HttpMethod.Put)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await season.Send(institution.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = await Leads(season, 3) })).ShouldBeRefusedWith(HttpStatusCode.TooManyRequests, "daily_reads_exceeded");
        (await app.Facts<DailyReadsAgreed>(season.Province)).ShouldBe([new() { AgreementId = agreement, DailyReads = 2 }]);
    }

    [Fact]
    public async Task What_was_counted_goes_after_its_day()
    {
        app.Clock.Now = Evening;
        var season = app.NewSeason();
        var institution = await season.Institution();
        await season.Detail(institution, (await Leads(season, 1))[0]);
        Task<IReadOnlyList<long>> Counted() => app.Rows<long>("select count(*) from lead_shown where institution_id = @Id", new { institution.Id });

        await app.Services.GetRequiredService<KeepSubscriptions>().Round(season.Province, TestContext.Current.CancellationToken);
        (await Counted()).ShouldBe([1]);
        app.Clock.Now = Evening.AddDays(2);
        await app.Services.GetRequiredService<KeepSubscriptions>().Round(season.Province, TestContext.Current.CancellationToken);
        (await Counted()).ShouldBe([0]);
    }

    private async Task Allow(Season season, Participant institution, int leads) =>
        (await season.Send(app.As("approver", season.Province), $"/v1/agreements/{await Agreement(season, institution)}/daily-reads", new { dailyReads = leads }, method: HttpMethod.Put)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

    private async Task<Guid> Agreement(Season season, Participant institution) =>
        (await app.Rows<Guid>("select agreement_id from agreement where tenant_id = @Province and institution_id = @Id", new { season.Province, institution.Id })).Single();

    private static async Task<int> Number(Season season) => (int)JsonNode.Parse(await season.Officer.GetStringAsync("/v1/agreements"))![0]!["dailyReads"]!;

    private static async Task<Guid[]> Leads(Season season, int count)
    {
        var pupils = Enumerable.Range(0, count).Select(_ => season.Pupil()).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils);
        return await Task.WhenAll(pupils.Select(season.LeadOf));
    }

    private async Task<IReadOnlyList<(int Percent, int Leads)>> Rang(Season season) => [.. (await app.Facts<DailyReadsAlarm>(season.Province)).Select(alarm => (alarm.Percent, alarm.Leads))];

    private static async Task<string[]> Notices(HttpClient reader) =>
        [.. JsonNode.Parse(await reader.GetStringAsync("/v1/notices"))!.AsArray().Select(notice => $"{(string)notice!["code"]!} {(string?)notice["detail"]}")];
}
