using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Announced calls with a one-time code, and numbers that prove wrong.</summary>
public sealed class CallTests(EnrolmentApp app)
{
    private object Contact(Guid lead, string outcome = "reached", string channel = "call") => new { leadId = lead, channel, outcome, contactedAt = app.Clock.Now, nextStep = "Gọi lại" };

    private static async Task<JsonArray> Announced(Season season, Guid lead) => JsonNode.Parse(await season.Officer.GetStringAsync($"/v1/leads/{lead}/calls"))!["calls"]!.AsArray();

    [Fact]
    public async Task The_family_sees_who_will_call_and_the_code_the_caller_must_say_until_the_call_is_made()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();

        var call = await season.Post(institution.Http, "/v1/calls", new { leadId = lead });
        var again = await season.Post(institution.Http, "/v1/calls", new { leadId = lead });

        var code = (string)call["code"]!;
        code.ShouldMatch("^[0-9]{6}$");
        ((string)again["code"]!).ShouldBe(code, "one code at a time");
        var shown = (await Announced(season, lead)).ShouldHaveSingleItem()!;
        ((string)shown["code"]!, Guid.Parse((string)shown["institution"]!)).ShouldBe((code, institution.Id));
        shown["validUntil"]!.GetValue<DateTimeOffset>().ShouldBe(app.Clock.Now.AddMinutes(30));
        (await app.Rows<long>("select count(*) from pii_access where tenant_id = @Province and route like '%/calls'", new { season.Province })).ShouldBe([1]);

        await season.Post(institution.Http, "/v1/contacts", Contact(lead, channel: "letter"));
        (await Announced(season, lead)).Count.ShouldBe(1, "a letter is no call");
        await season.Post(institution.Http, "/v1/contacts", Contact(lead));
        (await Announced(season, lead)).ShouldBeEmpty();
        ((string)(await season.Post(institution.Http, "/v1/calls", new { leadId = lead }))["callId"]!).ShouldNotBe((string)call["callId"]!);
    }

    [Fact]
    public async Task No_code_is_given_for_a_call_that_is_not_allowed_now_and_none_holds_longer_than_half_an_hour()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var stranger = await season.Institution(seats: 0);
        var (_, lead) = await season.Lead();
        Task<HttpResponseMessage> Announce(Participant one) => season.Send(one.Http, "/v1/calls", new { leadId = lead });

        (await Announce(stranger)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        own.Clock.Now = new(2026, 10, 1, 13, 45, 0, TimeSpan.Zero);   // 20:45 in Vietnam
        (await Announce(two[0])).StatusCode.ShouldBe(HttpStatusCode.Created);
        own.Clock.Now = own.Clock.Now.AddMinutes(30);
        (await Announced(season, lead)).ShouldBeEmpty();
        await (await Announce(two[0])).ShouldBeRefusedWith(HttpStatusCode.Conflict, "outside_contact_hours");

        own.Clock.Now = new(2026, 10, 2, 3, 0, 0, TimeSpan.Zero);
        foreach (var one in new[] { two[0], two[0], two[1] })
            await season.Post(one.Http, "/v1/contacts", new { leadId = lead, channel = "call", outcome = "no_answer", contactedAt = own.Clock.Now });
        await (await Announce(two[1])).ShouldBeRefusedWith(HttpStatusCode.Conflict, "contact_limit_reached");
        await (await season.Send(two[1].Http, "/v1/contacts", new { leadId = lead, channel = "call", outcome = "no_answer", contactedAt = own.Clock.Now })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "contact_limit_reached");
    }

    [Fact]
    public async Task Only_the_province_reads_announced_calls_and_those_of_who_lost_the_lead_are_gone()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();
        foreach (var one in two) await season.Post(one.Http, "/v1/calls", new { leadId = lead });

        foreach (var one in two) (await one.Http.GetAsync($"/v1/leads/{lead}/calls")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Announced(season, lead)).Count.ShouldBe(2);
        await season.Consent(pupil, "chosen", app.Clock.Now.AddMinutes(1), chosen: [two[0].Id]);

        (await Announced(season, lead)).ShouldHaveSingleItem()!["institution"]!.GetValue<Guid>().ShouldBe(two[0].Id);
        await (await season.Send(two[1].Http, "/v1/calls", new { leadId = lead })).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
    }

    [Fact]
    public async Task P14_who_lost_the_lead_learns_nothing_more_of_the_family_from_its_ledger()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();
        await season.Consent(pupil, "chosen", app.Clock.Now.AddMinutes(1), chosen: [two[0].Id]);
        await season.Post(two[0].Http, "/v1/contacts", Contact(lead));

        await (await two[1].Http.GetAsync($"/v1/leads/{lead}/ledger")).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        (await two[0].Http.GetAsync($"/v1/leads/{lead}/ledger")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("asked_to_stop", null)]
    [InlineData("reached", "Gia đình xin ĐỪNG GỌI nữa ạ")]
    [InlineData("no_answer", "stop")]
    public async Task P14_a_family_that_asks_to_stop_is_contacted_by_nobody_any_more_from_that_commit_on(string outcome, string? reply)
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();

        var answer = await season.Post(two[0].Http, "/v1/contacts", new { leadId = lead, channel = "message", outcome, contactedAt = app.Clock.Now, reply });

        ((string)answer["state"]!).ShouldBe("withdrawn");
        foreach (var one in two)
        {
            await (await season.Detail(one, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
            (await season.Feed(one)).Items[^1].ShouldBe(new FeedLine(2, "withdrawn", lead, "objected"));
        }
        await season.Consent(pupil, at: app.Clock.Now.AddDays(-1));
        (await app.Rows<string>("select status from lead where lead_id = @lead", new { lead })).ShouldBe(["withdrawn"], "an older agreement that comes late does not hold");
        (await app.Facts<ContactLogged>(season.Province)).ShouldHaveSingleItem().Outcome.ShouldBe("asked_to_stop");
        (await app.Rows<string>("select t::text from contact_log t where tenant_id = @Province", new { season.Province })).ShouldAllBe(row => !row.Contains("Gia đình"));
    }

    [Fact]
    public async Task P14_the_words_that_oblige_to_stop_are_published_with_the_hours_and_the_attempts()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();

        var rules = JsonNode.Parse(await institution.Http.GetStringAsync("/v1/contact-rules"))!;

        ((string)rules["from"]!, (string)rules["to"]!, (int)rules["perWeek"]!, (int)rules["coolingDays"]!).ShouldBe(("07:00", "21:00", 3, 7));
        rules["stopWords"]!.AsArray().Select(words => (string)words!).ShouldContain("đừng gọi");
    }

    [Theory]
    [InlineData("Dừng lại đi", true)]
    [InlineData("xin dung goi", true)]
    [InlineData("Em muốn học trung cấp, gọi lại nhé", false)]
    [InlineData("học ở Stopford", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void P14_stop_words_are_whole_words_whatever_their_case_and_accents(string? reply, bool stop) =>
        new Domain.StopWords(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build()).AreIn(reply).ShouldBe(stop);

    [Fact]
    public async Task A_wrong_number_is_asked_of_the_school_once_and_the_corrected_one_reaches_who_holds_the_lead()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await season.Lead();

        foreach (var one in two) await season.Post(one.Http, "/v1/contacts", Contact(lead, "wrong_number"));
        var asked = (await app.Facts<ContactNumberFoundWrong>(season.Province)).ShouldHaveSingleItem();
        (asked.PupilId, asked.LeadId, asked.SchoolYear).ShouldBe((pupil.PupilId, lead, 2026));

        await Correct(season, pupil, "+84987000111");
        foreach (var one in two)
        {
            (await season.Feed(one)).Items.Select(item => item.Kind).ShouldBe(["offered", "corrected"]);
            ((string)JsonNode.Parse(await (await season.Detail(one, lead)).Content.ReadAsStringAsync())!["phone"]!).ShouldBe("+84987000111");
        }
        await season.Post(two[0].Http, "/v1/contacts", Contact(lead, "wrong_number"));
        (await app.Facts<ContactNumberFoundWrong>(season.Province)).Count.ShouldBe(2, "a new number, a new question");
    }

    [Fact]
    public async Task A_correction_that_comes_before_the_results_or_again_ends_the_same()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var pupil = season.Pupil();
        await season.Consent(pupil);

        await Correct(season, pupil, "+84987000222");
        await season.Finalize(app.Clock.Now.AddDays(-1), pupil);
        await Correct(season, pupil, "+84987000222");
        var lead = await season.LeadOf(pupil);
        ((string)JsonNode.Parse(await (await season.Detail(institution, lead)).Content.ReadAsStringAsync())!["phone"]!).ShouldBe("+84987000222");

        await season.Amend(new() { PupilId = pupil.PupilId, Reason = "error", Outcome = "without_place", WithoutPlace = pupil }, app.Clock.Now.AddDays(1));
        ((string)JsonNode.Parse(await (await season.Detail(institution, lead)).Content.ReadAsStringAsync())!["phone"]!).ShouldBe("+84912345678", "newer data of the school");
    }

    [Fact]
    public async Task With_the_corrected_number_a_brothers_family_still_hears_from_two_institutions()
    {
        var season = app.NewSeason();
        Participant[] near = [await season.Institution("97001"), await season.Institution("97001")];
        Participant[] far = [await season.Institution("97002"), await season.Institution("97002")];
        var key = app.Seal.FamilyKey("+84987000333");
        var (brother, sister) = (season.Pupil("97001", family: key), season.Pupil("97002"));
        await season.Consents([brother, sister]);
        await season.Finalize(brother, sister);
        var lead = await season.LeadOf(sister);

        await Correct(season, sister, "+84987000333");

        (await app.Rows<long>("select count(distinct institution_id) from lead_grant where tenant_id = @Province and family_key = @key and slot is not null", new { season.Province, key })).ShouldBe([2]);
        foreach (var one in far) (await season.Feed(one)).Items.ShouldBe([new(1, "tombstone", lead, "error"), new(2, "withdrawn", lead, "error")]);
        (await app.Facts<LeadWithdrawn>(season.Province)).ShouldHaveSingleItem().Institutions.ShouldBe(far.Select(one => one.Id), ignoreOrder: true);
        (await app.Rows<long>("select count(*) from family_place where tenant_id = @Province", new { season.Province })).ShouldBe([2]);
        (await app.Rows<int>("select open_offers from intake where tenant_id = @Province order by 1", new { season.Province })).ShouldBe([0, 0, 1, 1]);
    }

    private Task Correct(Season season, PupilWithoutPlace pupil, string phone) => app.Hear("schools", new ContactCorrected
    {
        Province = season.Province,
        PupilId = pupil.PupilId,
        FamilyKey = app.Seal.FamilyKey(phone),
        SealedContact = app.Seal.Seal(pupil.PupilId, new Contact("Học sinh Thử Nghiệm", phone, "Xóm 1", "Phụ huynh Thử Nghiệm", new DateOnly(2011, 5, 4))),
        CorrectedAt = app.Clock.Now,
    }, Guid.CreateVersion7(), tenant: season.Province);
}
