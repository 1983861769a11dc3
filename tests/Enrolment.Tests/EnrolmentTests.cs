using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Seats, levels, dual track, walk-ins, departures, and one effect per key.</summary>
public sealed class EnrolmentTests(EnrolmentApp app)
{
    private static object By(Guid lead, Participant institution, object? dual = null, string startedOn = "2026-09-15") =>
        dual is null
            ? new { leadId = lead, programmeId = institution.Programme, level = institution.Level, startedOn }
            : new { leadId = lead, programmeId = institution.Programme, level = institution.Level, startedOn, dualTrack = dual };

    private static object WalkIn(Guid pupil, Participant institution) => new { pupilId = pupil, programmeId = institution.Programme, level = institution.Level, startedOn = "2026-09-15" };

    [Fact]
    public async Task A_dual_track_is_two_linked_enrolments_of_one_person_in_one_act()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();

        var answer = await season.Post(institution.Http, "/v1/enrolments", By(lead, institution, new { level = "continuing_education" }));

        var facts = (await app.Facts<StudentEnrolled>()).Where(fact => fact.PupilId == pupil.PupilId).ToList();
        facts.Select(fact => (fact.EnrolmentId, fact.Track, fact.Level, fact.TrainingCode, fact.LinkedEnrolment)).ShouldBe(
        [
            (answer.Id("enrolmentId"), "trade", "intermediate", "5520227", answer.Id("cultureEnrolmentId")),
            (answer.Id("cultureEnrolmentId"), "culture", "continuing_education", null, answer.Id("enrolmentId")),
        ]);
    }

    [Fact]
    public async Task Somebody_who_walks_in_is_enrolled_by_pupil_id_and_an_open_lead_is_closed_for_the_others()
    {
        var season = app.NewSeason();
        var holder = await season.Institution(seats: 1);
        var (pupil, lead) = await season.Lead();
        var other = await season.Institution();

        await season.Post(other.Http, "/v1/enrolments", WalkIn(pupil.PupilId, other));
        await season.Post(other.Http, "/v1/enrolments", WalkIn(Guid.CreateVersion7(), other));

        await (await season.Detail(holder, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        (await season.Feed(other)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task There_are_never_more_enrolments_than_seats_however_many_come_at_once()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(seats: 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => season.Send(institution.Http, "/v1/enrolments", WalkIn(Guid.CreateVersion7(), institution))));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(5);
        foreach (var full in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created)) await full.ShouldBeRefusedWith(HttpStatusCode.Conflict, "no_free_seat");
        (await app.Rows<int>("select taken from programme where programme_id = @Programme", new { institution.Programme })).ShouldBe([5]);
    }

    [Fact]
    public async Task The_same_key_fifty_times_at_once_has_one_effect_and_one_answer()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        var key = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => season.Send(institution.Http, "/v1/enrolments", By(lead, institution), key)));

        var created = answers.Where(answer => answer.StatusCode == HttpStatusCode.Created).ToList();
        created.ShouldNotBeEmpty();
        (await Task.WhenAll(created.Select(answer => answer.Content.ReadAsStringAsync()))).Distinct().Count().ShouldBe(1);
        foreach (var running in answers.Except(created)) running.Headers.RetryAfter.ShouldNotBeNull();
        (await app.Rows<long>("select count(*) from enrolment where lead_id = @lead", new { lead })).ShouldBe([1]);
    }

    [Fact]
    public async Task A_write_without_a_key_is_refused_and_a_key_is_good_for_one_request_only()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        var key = Guid.NewGuid().ToString();
        await season.Post(institution.Http, "/v1/contacts", new { leadId = lead, channel = "call", outcome = "reached", contactedAt = season.Now }, key);

        await (await season.Send(institution.Http, "/v1/contacts", new { leadId = lead, channel = "visit", outcome = "reached", contactedAt = season.Now }, key))
            .ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "idempotency_key_reused");
        foreach (var path in new[] { "/v1/contacts", "/v1/applications", "/v1/enrolments", $"/v1/enrolments/{Guid.NewGuid()}/departure" })
        {
            using var body = new StringContent(Body(path, lead, institution), System.Text.Encoding.UTF8, "application/json");
            await (await institution.Http.PostAsync(path, body)).ShouldBeRefusedWith(HttpStatusCode.BadRequest, "idempotency_key_required");
        }
    }

    private static string Body(string path, Guid lead, Participant institution) => System.Text.Json.JsonSerializer.Serialize<object>(path.Split('/')[^1] switch
    {
        "contacts" => new { leadId = lead, channel = "call", outcome = "reached", contactedAt = DateTimeOffset.UnixEpoch },
        "applications" => new { leadId = lead, programmeId = institution.Programme, appliedOn = "2026-09-01" },
        "enrolments" => new { leadId = lead, programmeId = institution.Programme, level = "intermediate", startedOn = "2026-09-01" },
        _ => new { reason = "left", leftOn = "2026-10-01" },
    });

    [Fact]
    public async Task Leaving_frees_the_seat_and_is_announced_once()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(seats: 1);
        var (pupil, lead) = await season.Lead();
        var enrolment = (await season.Post(institution.Http, "/v1/enrolments", By(lead, institution, new { level = "continuing_education" }))).Id("enrolmentId");

        await (await season.Send(institution.Http, $"/v1/enrolments/{enrolment}/departure", new { reason = "left", leftOn = "2026-10-02" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "departure_date_invalid");
        await season.Post(institution.Http, $"/v1/enrolments/{enrolment}/departure", new { reason = "left", leftOn = "2026-10-01" });

        await (await season.Send(institution.Http, $"/v1/enrolments/{enrolment}/departure", new { reason = "left", leftOn = "2026-10-01" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
        (await app.Facts<StudentLeftProgramme>()).Single(fact => fact.PupilId == pupil.PupilId).EnrolmentId.ShouldBe(enrolment);
        (await app.Rows<int>("select taken from programme where programme_id = @Programme", new { institution.Programme })).ShouldBe([0]);
        await season.Post(institution.Http, "/v1/enrolments", WalkIn(Guid.CreateVersion7(), institution));
    }

    [Fact]
    public async Task A_wrong_level_a_second_entry_and_a_start_in_the_future_are_refused()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        Task<HttpResponseMessage> Enrol(string level, string startedOn) =>
            season.Send(institution.Http, "/v1/enrolments", new { leadId = lead, programmeId = institution.Programme, level, startedOn });

        await (await Enrol("college", "2026-09-15")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "level_mismatch");
        await (await Enrol("intermediate", "2026-10-03")).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "start_invalid");
        (await Enrol("intermediate", "2026-09-15")).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await Enrol("intermediate", "2026-09-15")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
        (await app.Rows<int>("select taken from programme where programme_id = @Programme", new { institution.Programme })).ShouldBe([1]);
    }

    [Theory]
    [InlineData("""{"leadId":"LEAD","programmeId":"PROGRAMME","level":"intermediate","startedOn":"2026-09-15","institutionId":"00000000-0000-0000-0000-000000000001"}""", "unknown_field")]
    [InlineData("""{"leadId":"LEAD","programmeId":"PROGRAMME","level":"intermediate","startedOn":"2026-09-15","status":"enrolled"}""", "unknown_field")]
    [InlineData("""{"leadId":"LEAD","programmeId":"PROGRAMME","level":"intermediate","level":"college","startedOn":"2026-09-15"}""", "duplicate_field")]
    [InlineData("""{"leadId":"LEAD","programmeId":"PROGRAMME","level":"intermediate","startedOn":"2026-09-15",}""", "json_invalid")]
    [InlineData("""{"leadId":"LEAD","programmeId":"PROGRAMME","startedOn":"2026-09-15"}""", "field_missing")]
    public async Task Json_that_is_not_exactly_the_act_is_refused(string json, string code)
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/enrolments")
        {
            Content = new StringContent(json.Replace("LEAD", lead.ToString(), StringComparison.Ordinal).Replace("PROGRAMME", institution.Programme.ToString(), StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", Guid.NewGuid().ToString() } },
        };

        await (await institution.Http.SendAsync(request)).ShouldBeRefusedWith(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task P9_an_agreement_without_one_of_the_seven_contents_is_refused_and_says_which()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(agreement: false);

        var refused = await season.Send(season.Officer, "/v1/agreements", new
        {
            institutionId = institution.Id,
            validFrom = "2026-01-01",
            validTo = "2026-12-31",
            contents = new { purpose = "a", dataTypes = "b", period = " ", legalBasis = "d", protection = "e", subjectRights = "f" },
        });

        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!).ShouldBe(["/contents/period", "/contents/violations"]);
        await refused.ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "agreement_contents_missing");
    }
}
