using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The clocks of the allocation: exclusive window, silence, cooling, sixty days, the escalation day; and what the province sees of them.</summary>
public sealed class AllocationClockTests : IClassFixture<AllocationClockTests.OwnApp>
{
    private readonly EnrolmentApp app;
    private readonly Season season;

    public AllocationClockTests(OwnApp app)
    {
        (this.app, season) = (app, app.NewSeason());
        app.Clock.Now = new(2026, 8, 3, 3, 0, 0, TimeSpan.Zero);
    }

    /// <summary>These tests move the clock, so they have a service of their own.</summary>
    public sealed class OwnApp : EnrolmentApp;

    private Task Sweep() => app.Services.GetRequiredService<KeepLeads>().Sweep(default);

    private async Task<Participant[]> Institutions(int count, int seats = 50)
    {
        var all = new Participant[count];
        for (var n = 0; n < count; n++) all[n] = await season.Institution(seats: seats);
        return all;
    }

    private object Contact(Guid lead, string outcome = "reached") => new { leadId = lead, channel = "call", outcome, contactedAt = app.Clock.Now, nextStep = "Gọi lại" };

    private async Task<Guid[]> Holders(Guid lead) =>
        [.. await app.Rows<Guid>("select institution_id from lead_grant where lead_id = @lead and state not in ('withdrawn', 'expired') order by granted_at, institution_id", new { lead })];

    [Fact]
    public async Task Who_stays_silent_for_seven_days_loses_the_lead_to_the_next_and_who_turned_to_the_family_keeps_it()
    {
        var all = await Institutions(4);
        var (_, lead) = await season.Lead();
        var first = await Holders(lead);
        var (kept, silent) = (all.Single(one => one.Id == first[0]), all.Single(one => one.Id == first[1]));
        await season.Post(kept.Http, "/v1/contacts", Contact(lead));

        app.Clock.Now = app.Clock.Now.AddDays(7).AddSeconds(-1);
        await Sweep();
        (await Holders(lead)).ShouldBe(first);
        app.Clock.Now = app.Clock.Now.AddSeconds(1);
        await Sweep();

        var now = await Holders(lead);
        now.Length.ShouldBe(2);
        now.ShouldContain(kept.Id);
        now.ShouldNotContain(silent.Id);
        (await season.Feed(silent)).Items.ShouldBe([new(1, "tombstone", lead, "expired"), new(2, "expired", lead, "silent")]);
        (await season.Feed(all.Single(one => one.Id == now.Single(id => id != kept.Id)))).Items.ShouldBe([new(1, "offered", lead, null)]);
        await (await season.Detail(silent, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_expired");
        await (await season.Send(silent.Http, "/v1/contacts", Contact(lead))).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_expired");
        (await app.Facts<LeadReleased>()).Where(fact => fact.LeadId == lead).Select(fact => (fact.Institution, fact.Reason)).ShouldBe([(silent.Id, "silent")]);
    }

    [Fact]
    public async Task A_lead_goes_round_until_every_institution_had_it_and_to_none_a_second_time()
    {
        var all = await Institutions(5);
        var (_, lead) = await season.Lead();

        for (var week = 0; week < 5; week++)
        {
            app.Clock.Now = app.Clock.Now.AddDays(7);
            await Sweep();
        }

        (await app.Rows<Guid>("select institution_id from lead_grant where lead_id = @lead", new { lead })).ShouldBe(all.Select(one => one.Id), ignoreOrder: true);
        (await Holders(lead)).ShouldBeEmpty();
        var counts = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/leads/counts"))!;
        ((long)counts["leads"]!["waiting"]!).ShouldBe(1);
        var rounds = JsonNode.Parse(await season.Officer.GetStringAsync($"/v1/leads/{lead}/allocation"))!["rounds"]!.AsArray();
        rounds.Count.ShouldBe(4, "two, two, one institution, and then none");
        rounds[^1]!["decisions"]!.AsArray().ShouldAllBe(decision => (string)decision!["verdict"]! == "had_it");
    }

    [Fact]
    public async Task A_family_nobody_turned_to_for_sixty_days_goes_to_the_next_and_another_contact_starts_the_days_anew()
    {
        var all = await Institutions(3);
        var (_, lead) = await season.Lead();
        var first = await Holders(lead);
        foreach (var one in all.Where(one => first.Contains(one.Id))) await season.Post(one.Http, "/v1/contacts", Contact(lead));
        app.Clock.Now = app.Clock.Now.AddDays(30);
        var busy = all.Single(one => one.Id == first[1]);
        await season.Post(busy.Http, "/v1/contacts", Contact(lead));

        app.Clock.Now = app.Clock.Now.AddDays(30);
        await Sweep();

        (await Holders(lead)).ShouldBe([busy.Id, all.Single(one => !first.Contains(one.Id)).Id]);
        (await app.Facts<LeadReleased>()).Single(fact => fact.LeadId == lead).Reason.ShouldBe("no_contact");
    }

    [Fact]
    public async Task A_family_that_said_no_is_left_alone_by_everybody_for_the_cooling_time_and_then_the_next_may_have_it()
    {
        var all = await Institutions(3);
        var (_, lead) = await season.Lead();
        var first = await Holders(lead);
        var (refused, other) = (all.Single(one => one.Id == first[0]), all.Single(one => one.Id == first[1]));
        await season.Post(other.Http, "/v1/contacts", Contact(lead));
        app.Clock.Now = app.Clock.Now.AddDays(1);
        await season.Post(refused.Http, "/v1/contacts", Contact(lead, "refused"));

        await (await season.Send(other.Http, "/v1/contacts", Contact(lead))).ShouldBeRefusedWith(HttpStatusCode.Conflict, "family_cooling");
        var text = await other.Http.GetStringAsync($"/v1/leads/{lead}/ledger");
        JsonNode.Parse(text)!["coolingUntil"]!.GetValue<DateTimeOffset>().ShouldBe(app.Clock.Now.AddDays(7));
        text.ShouldNotContain(refused.Id.ToString());
        await Sweep();
        (await Holders(lead)).ShouldBe(first);

        app.Clock.Now = app.Clock.Now.AddDays(7);
        await Sweep();
        (await Holders(lead)).ShouldBe([other.Id, all.Single(one => !first.Contains(one.Id)).Id]);
        await season.Post(other.Http, "/v1/contacts", Contact(lead));
    }

    [Fact]
    public async Task From_thirty_september_on_the_area_office_has_those_without_a_suitable_offer_as_tasks_until_they_have_one()
    {
        var unfit = await season.Institution(code: "5480201");
        var pupil = season.Pupil(trade: "52");
        await season.Consent(pupil);
        await season.Finalize(pupil);
        var lead = await season.LeadOf(pupil);
        await season.Post(unfit.Http, "/v1/contacts", Contact(lead));
        var office = app.As("area", season.Province);
        async Task<JsonNode> Tasks() => JsonNode.Parse(await office.GetStringAsync("/v1/escalations?schoolYear=2026&area=97001"))!;

        app.Clock.Now = new(2026, 9, 29, 16, 59, 0, TimeSpan.Zero);
        await Sweep();
        ((long)(await Tasks())["open"]!).ShouldBe(0);
        app.Clock.Now = new(2026, 9, 29, 17, 0, 0, TimeSpan.Zero);   // 30 September in Vietnam
        await Sweep();
        await Sweep();

        var task = (await Tasks())["items"]!.AsArray().ShouldHaveSingleItem()!;
        (Guid.Parse((string)task["leadId"]!), (int)task["offers"]!, Guid.Parse((string)task["school"]!)).ShouldBe((lead, 1, pupil.School));
        ((long)JsonNode.Parse(await office.GetStringAsync("/v1/escalations?schoolYear=2026&area=97002"))!["open"]!).ShouldBe(0);
        (await app.Rows<long>("select count(*) from pii_access where tenant_id = @Province and route = 'GET /v1/escalations'", new { season.Province })).ShouldNotBe([0]);
        (await unfit.Http.GetAsync("/v1/escalations?schoolYear=2026")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        app.Clock.Now = new(2026, 10, 9, 3, 0, 0, TimeSpan.Zero);
        await season.Institution(code: "5520227");
        await season.Post(unfit.Http, "/v1/contacts", Contact(lead, "refused"));
        app.Clock.Now = app.Clock.Now.AddDays(7);
        await Sweep();
        ((long)(await Tasks())["open"]!).ShouldBe(0);
        (await app.Facts<LeadEscalated>()).Count(fact => fact.LeadId == lead).ShouldBe(1);
        (await app.Facts<EscalationClosed>()).Single(fact => fact.LeadId == lead).Reason.ShouldBe("offered");
    }

    [Fact]
    public async Task Two_replicas_that_sweep_at_once_release_and_offer_each_lead_once_and_no_family_has_more_than_two()
    {
        await using var second = new Replica(app);
        await Institutions(6, seats: 400);
        var pupils = Enumerable.Range(0, 60).Select(n => season.Pupil(family: $"family-{season.Province}-{n % 45}")).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils);

        for (var week = 0; week < 2; week++)
        {
            app.Clock.Now = app.Clock.Now.AddDays(7);
            second.Clock.Now = app.Clock.Now;
            await Task.WhenAll(new[] { app, second, app, second }.Select(replica => replica.Services.GetRequiredService<KeepLeads>().Sweep(default)));
        }

        (await app.Rows<string>("select family_key from lead_grant where tenant_id = @Province and state not in ('withdrawn', 'expired') group by family_key having count(distinct institution_id) <> 2", new { season.Province })).ShouldBeEmpty();
        (await app.Rows<Guid>("select lead_id from lead_grant where tenant_id = @Province group by lead_id having count(*) <> 6 or count(distinct institution_id) <> 6", new { season.Province })).ShouldBeEmpty();
        (await app.Rows<Guid>("select institution_id from institution_feed where tenant_id = @Province group by institution_id having count(*) <> max(pos)", new { season.Province })).ShouldBeEmpty();
        (await app.Rows<long>("select count(*) from institution_feed where tenant_id = @Province and kind = 'expired' and reason = 'silent'", new { season.Province })).ShouldBe([240]);
        (await app.Facts<LeadReleased>(season.Province)).Count.ShouldBe(240);
    }

    [Fact]
    public async Task A_contact_and_the_release_at_the_same_time_leave_either_the_contact_or_the_release()
    {
        await Institutions(2);
        var leads = new List<Guid>();
        for (var n = 0; n < 12; n++) leads.Add((await season.Lead()).Lead);
        var one = await season.Institution();
        app.Clock.Now = app.Clock.Now.AddDays(7);
        var held = (await app.Rows<(Guid Lead, Guid Institution)>("select lead_id, institution_id from lead_grant where tenant_id = @Province", new { season.Province })).ToList();

        var contacts = Task.WhenAll(held.Select(grant => season.Send(app.As("institution", season.Province, grant.Institution), "/v1/contacts", Contact(grant.Lead))));
        await Sweep();
        var answers = await contacts;

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Created || answer.StatusCode == HttpStatusCode.Gone);
        (await app.Rows<string>("select g.state from lead_grant g join contact_log c using (tenant_id, grant_id) where g.tenant_id = @Province", new { season.Province })).ShouldAllBe(state => state == "contacted");
        (await season.Feed(one)).Items.ShouldAllBe(item => item.Kind == "offered");
    }

    [Fact]
    public async Task The_fairness_table_shows_leads_fit_response_and_outcome_of_every_institution_and_its_csv_holds_no_formula()
    {
        var fit = await season.Institution(code: "5520227", seats: 10);
        var unfit = await season.Institution(code: "5480201");
        var leads = new List<Guid>();
        for (var n = 0; n < 3; n++)
        {
            var pupil = season.Pupil(trade: "52");
            await season.Consent(pupil);
            await season.Finalize(pupil);
            leads.Add(await season.LeadOf(pupil));
        }
        app.Clock.Now = app.Clock.Now.AddHours(2);
        await season.Post(fit.Http, "/v1/contacts", Contact(leads[0]));
        app.Clock.Now = app.Clock.Now.AddHours(4);
        await season.Post(fit.Http, "/v1/contacts", Contact(leads[1], "refused"));
        await season.Post(fit.Http, "/v1/enrolments", new { leadId = leads[0], programmeId = fit.Programme, level = fit.Level, startedOn = "2026-08-01" });
        await app.Rows<int>("update institution set name = '=SUM(A1)' where institution_id = @Id returning 1", new { unfit.Id });

        var lines = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/allocation/fairness?schoolYear=2026"))!["institutions"]!.AsArray().ToDictionary(line => Guid.Parse((string)line!["institution"]!), line => line!);
        var csv = await app.As("leader", season.Province).GetStringAsync("/v1/allocation/fairness/export?schoolYear=2026");

        long Of(Participant one, string name) => (long)lines[one.Id][name]!;
        (Of(fit, "leads"), Of(fit, "asWished"), Of(fit, "familiesContacted"), Of(fit, "refused"), Of(fit, "enrolled"), Of(fit, "seats")).ShouldBe((3, 3, 2, 1, 1, 10));
        ((decimal)lines[fit.Id]["medianHoursToContact"]!, (decimal)lines[fit.Id]["leadsPer100Seats"]!).ShouldBe((4.0m, 30m));
        (Of(unfit, "leads"), Of(unfit, "notAsWished") + Of(unfit, "levelInAnotherTrade"), Of(unfit, "contacts")).ShouldBe((3, 3, 0));
        lines[unfit.Id]["medianHoursToContact"].ShouldBeNull();
        csv.ShouldContain("'=SUM(A1)");
        csv.ShouldNotContain(",=");
        csv.Trim().Split("\r\n").Length.ShouldBe(3);
        (await fit.Http.GetAsync("/v1/allocation/fairness?schoolYear=2026")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_guarantee_clock_shows_the_share_with_a_suitable_offer_per_former_district_and_no_small_figure()
    {
        await season.Institution(code: "5520227");
        foreach (var (commune, district) in new[] { ("97001", "971"), ("97002", "972"), ("97003", "973") })
            await app.Rows<int>("insert into commune_district (tenant_id, commune, district) values (@Province, @commune, @district) returning 1", new { season.Province, commune, district });
        PupilWithoutPlaceOf[] groups = [new("97001", "52", 6), new("97001", "48", 4), new("97002", "52", 7), new("97003", "52", 3)];
        var pupils = groups.SelectMany(group => Enumerable.Range(0, group.Count).Select(_ => season.Pupil(group.Commune, trade: group.Trade))).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils);

        var answer = JsonNode.Parse(await app.As("leader", season.Province).GetStringAsync("/v1/allocation/guarantee?schoolYear=2026"))!;

        ((int)answer["daysLeft"]!, (decimal)answer["province"]!["share"]!, (long)answer["province"]!["pupils"]!).ShouldBe((58, 80.0m, 20));
        var areas = answer["areas"]!.AsArray().ToDictionary(area => (string)area!["district"]!, area => area!);
        ((decimal)areas["971"]["share"]!, (long)areas["971"]["pupils"]!).ShouldBe((60.0m, 10));
        areas["973"]["pupils"].ShouldBeNull("three pupils are too few");
        areas["972"]["pupils"].ShouldBeNull("or the three could be found by subtraction");
    }

    [Fact]
    public async Task The_operations_table_shows_who_can_be_reached_what_was_confirmed_within_a_day_who_asked_to_stop_and_seats_nobody_took()
    {
        var college = await season.Institution(seats: 10);
        var (objects, first) = await season.Lead();
        var (_, second) = await season.Lead();
        var (_, third) = await season.Lead();
        await season.Post(college.Http, "/v1/contacts", Contact(second, "asked_to_stop"));
        await season.Objection(objects, "family");
        await season.Post(college.Http, $"/v1/revocations/{first}/ack", new { method = "erased", erasedAt = app.Clock.Now });
        (await Operations()).ShouldBe((3, 1, 1, 10), "the other withdrawal still has a day");
        app.Clock.Now = app.Clock.Now.AddHours(24);
        await season.Post(college.Http, "/v1/enrolments", new { leadId = third, programmeId = college.Programme, level = college.Level, startedOn = "2026-08-01" });

        (await Operations()).ShouldBe((3, 2, 1, 9));
        var line = (await Read())["institutions"]!.AsArray().Single(one => (Guid)one!["institutionId"]! == college.Id)!;
        ((long)line["families"]!, (long)line["askedToStop"]!, (decimal)line["askedToStopShare"]!, (long)line["taken"]!).ShouldBe((3, 1, 33.33m, 1));
        await app.Rows<int>("update candidate set number_wrong_at = now() where tenant_id = @Province and pupil_id = @PupilId returning 1", new { season.Province, objects.PupilId });
        ((decimal)(await Read())["contactableShare"]!).ShouldBe(66.67m);
        (await college.Http.GetAsync("/v1/leads/operations?schoolYear=2026")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        async Task<JsonNode> Read() => JsonNode.Parse(await app.As("leader", season.Province).GetStringAsync("/v1/leads/operations?schoolYear=2026"))!;
        async Task<(long, long, long, long)> Operations() => await Read() is var answer ? ((long)answer["leads"]!, (long)answer["withdrawals"]!, (long)answer["acknowledgedInTime"]!, (long)answer["unfilled"]!) : default;
    }

    private sealed record PupilWithoutPlaceOf(string Commune, string Trade, int Count);
}
