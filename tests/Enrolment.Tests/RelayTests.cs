using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Mode B: institutions and a family write to each other through the platform, and neither name nor number is shown.</summary>
public sealed class RelayTests(EnrolmentApp app)
{
    private static async Task<(PupilWithoutPlace Pupil, Guid Lead)> Relayed(Season season)
    {
        var pupil = season.Pupil(trade: "5520227");
        await season.Relay(pupil);
        await season.Finalize(pupil);
        return (pupil, await season.LeadOf(pupil));
    }

    private HttpClient Family(Season season, PupilWithoutPlace pupil) => app.As("family", season.Province, subject: pupil.PupilId.ToString());

    private static async Task<JsonNode> Shown(Season season, Participant institution, Guid lead) => JsonNode.Parse(await (await season.Detail(institution, lead)).Content.ReadAsStringAsync())!;

    private static async Task<JsonArray> Messages(HttpClient http, string path) => JsonNode.Parse(await http.GetStringAsync(path))!["messages"]!.AsArray();

    [Fact]
    public async Task Mode_B_shows_where_and_what_the_family_seeks_but_neither_name_nor_number()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(fields: new[] { "name", "area", "interests", "phone", "guardian" });
        var (pupil, lead) = await Relayed(season);

        var shown = await Shown(season, institution, lead);

        ((bool)shown["relay"]!, (string)shown["wishedTrade"]!).ShouldBe((true, "5520227"));
        foreach (var hidden in new[] { "name", "phone", "guardian" }) shown[hidden].ShouldBeNull();
        (await app.Rows<string>("select fields from pii_access_item where tenant_id = @Province and pupil_id = @PupilId", new { season.Province, pupil.PupilId })).ShouldBe(["area,interests"]);
        (await app.Rows<string>("select mode from legal_basis where tenant_id = @Province and pupil_id = @PupilId", new { season.Province, pupil.PupilId })).ShouldBe(["B"]);
        await (await season.Send(institution.Http, "/v1/calls", new { leadId = lead })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "relay_only");
        foreach (var channel in new[] { "call", "visit", "letter" })
            await (await season.Send(institution.Http, "/v1/contacts", new { leadId = lead, channel, outcome = "reached", contactedAt = app.Clock.Now })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "relay_only");
    }

    [Fact]
    public async Task An_institution_writes_the_family_reads_and_answers_and_the_feed_says_so()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await Relayed(season);
        var family = Family(season, pupil);

        await season.Post(institution.Http, $"/v1/leads/{lead}/messages", new { text = "Trường còn 12 chỗ ngành Cắt gọt kim loại." });
        var read = (await Messages(family, $"/v1/families/{pupil.PupilId}/messages")).ShouldHaveSingleItem()!;
        ((string)read["text"]!, (Guid)read["institution"]!, (bool)read["fromFamily"]!).ShouldBe(("Trường còn 12 chỗ ngành Cắt gọt kim loại.", institution.Id, false));
        await season.Post(family, $"/v1/families/{pupil.PupilId}/messages", new { institution = institution.Id, text = "Cho em hỏi học phí ạ?" });

        (await season.Feed(institution)).Items[^1].ShouldBe(new FeedLine(2, "answered", lead, null));
        var thread = await Messages(institution.Http, $"/v1/leads/{lead}/messages");
        thread.Select(message => (string)message!["text"]!).ShouldBe(["Trường còn 12 chỗ ngành Cắt gọt kim loại.", "Cho em hỏi học phí ạ?"]);
        thread[0]!["readAt"].ShouldNotBeNull("the family has seen it");
        (await app.Facts<ContactLogged>(season.Province)).ShouldHaveSingleItem().Channel.ShouldBe("message");
        (await app.Rows<long>("select count(*) from pii_access where tenant_id = @Province and route like 'GET /v1/leads/%/messages'", new { season.Province })).ShouldBe([1]);
        (await app.Rows<string>("select t::text from relay_message t where tenant_id = @Province", new { season.Province })).ShouldAllBe(row => !row.Contains("học phí") && !row.Contains("Cắt gọt"));
    }

    [Fact]
    public async Task P14_messages_are_attempts_like_calls_but_who_answers_a_family_makes_none()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await Relayed(season);
        Task<HttpResponseMessage> Write(Participant one) => season.Send(one.Http, $"/v1/leads/{lead}/messages", new { text = "Chào em." });

        foreach (var one in new[] { two[0], two[1], two[1] }) (await Write(one)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await Write(two[0])).ShouldBeRefusedWith(HttpStatusCode.Conflict, "contact_limit_reached");
        await season.Post(Family(season, pupil), $"/v1/families/{pupil.PupilId}/messages", new { institution = two[0].Id, text = "Trường ở đâu ạ?" });

        (await Write(two[0])).StatusCode.ShouldBe(HttpStatusCode.Created, "the family asked");
        await (await Write(two[0])).ShouldBeRefusedWith(HttpStatusCode.Conflict, "contact_limit_reached");
        await (await Write(two[1])).ShouldBeRefusedWith(HttpStatusCode.Conflict, "contact_limit_reached");
        (await app.Facts<ContactLogged>(season.Province)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task P14_a_family_that_writes_to_stop_is_contacted_by_nobody_any_more()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        var (pupil, lead) = await Relayed(season);

        var answer = await season.Post(Family(season, pupil), $"/v1/families/{pupil.PupilId}/messages", new { institution = two[0].Id, text = "Xin đừng gọi nữa" });

        ((bool)answer["stopped"]!).ShouldBeTrue();
        foreach (var one in two)
        {
            (await season.Feed(one)).Items[^1].Kind.ShouldBe("withdrawn");
            await (await one.Http.GetAsync($"/v1/leads/{lead}/messages")).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
            await (await season.Send(one.Http, $"/v1/leads/{lead}/messages", new { text = "Chào em." })).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        }
    }

    [Fact]
    public async Task A_family_that_hides_its_details_makes_who_had_them_delete_them_and_is_offered_again_without_them()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();
        (await Shown(season, institution, lead))["name"].ShouldNotBeNull();

        await season.Relay(pupil, app.Clock.Now);

        (await season.Feed(institution)).Items.Select(item => (item.Kind, item.Lead)).ShouldBe([("tombstone", lead), ("withdrawn", lead), ("offered", lead)]);
        (await Shown(season, institution, lead))["name"].ShouldBeNull();
        JsonNode.Parse(await institution.Http.GetStringAsync("/v1/revocations?open=true"))!.ToJsonString().ShouldContain(lead.ToString(), Case.Insensitive, "what was seen must be deleted");
    }

    [Fact]
    public async Task A_family_that_shows_its_details_after_all_is_a_corrected_item_for_who_holds_the_lead()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await Relayed(season);

        await season.Consent(pupil, at: app.Clock.Now);
        await season.Consent(pupil, at: app.Clock.Now.AddMinutes(1));

        (await season.Feed(institution)).Items.Select(item => item.Kind).ShouldBe(["offered", "corrected"], "said once");
        (await Shown(season, institution, lead))["phone"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Messages_are_refused_where_there_is_nothing_to_say_or_nobody_to_say_it_to()
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution(seats: 0)];
        var (pupil, lead) = await Relayed(season);
        var (stranger, _) = await Relayed(season);

        foreach (var text in new[] { "", "   ", new string('a', 1_001), "a\0b" })
            await (await season.Send(two[0].Http, $"/v1/leads/{lead}/messages", new { text })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "message_invalid");
        (await season.Send(two[1].Http, $"/v1/leads/{lead}/messages", new { text = "Chào em." })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await two[1].Http.GetAsync($"/v1/leads/{lead}/messages")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await season.Send(Family(season, pupil), $"/v1/families/{pupil.PupilId}/messages", new { institution = two[1].Id, text = "Chào thầy cô." })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await (await season.Send(Family(season, stranger), $"/v1/families/{pupil.PupilId}/messages", new { institution = two[0].Id, text = "Chào thầy cô." })).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
        await (await Family(season, stranger).GetAsync($"/v1/families/{pupil.PupilId}/messages")).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
    }
}
