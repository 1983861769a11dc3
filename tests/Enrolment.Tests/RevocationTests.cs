using System.Net;
using System.Text.Json.Nodes;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Withdrawals are deleted, confirmed and pursued; the clock is in the test's hand.</summary>
[Collection(nameof(WebhooksApp))]
public sealed class RevocationTests(WebhooksApp app)
{
    [Fact]
    public async Task P3_an_objection_is_in_the_commit_a_revocation_to_everyone_who_ever_had_the_lead_and_the_clock_of_the_law_is_shown()
    {
        var season = app.NewSeason();
        await using var first = await College.Active(app, season);
        await using var second = await College.Active(app, season);
        var (pupil, lead) = await season.Lead();

        await season.Objection(pupil, "family");

        foreach (var college in new[] { first, second })
        {
            await (await season.Detail(college.Institution, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
            var revocation = (await Open(college.Http)).ShouldHaveSingleItem();
            ((Guid)revocation["leadId"]!, (int)revocation["daysLeft"]!, (string?)revocation["reason"], revocation["toldAt"]).ShouldBe((lead, 20, "objected", null));
            ((DateTimeOffset)revocation["dueAt"]!).ShouldBe(app.Clock.Now.AddDays(20));
        }
        await app.Deliver(season);
        (await Open(first.Http))[0]["toldAt"].ShouldNotBeNull();
        (await Open(season.Officer)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task P4_an_institution_confirms_a_deletion_with_method_and_time_once_and_only_its_own()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var other = await season.Institution(agreement: false);
        var (pupil, lead) = await season.Lead();
        (await Ack(season, college.Http, lead)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await season.Objection(pupil, "family");
        var path = $"/v1/revocations/{lead}/ack";

        (await Ack(season, other.Http, lead)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await (await season.Send(college.Http, path, new { method = "forgotten", erasedAt = app.Clock.Now })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "method_invalid");
        await (await season.Send(college.Http, path, new { method = "erased", erasedAt = app.Clock.Now.AddMinutes(1) })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "time_invalid");
        (await season.Send(college.Http, path, new { method = "erased" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Open(college.Http)).Count.ShouldBe(1);

        var answer = await season.Post(college.Http, path, new { method = "erased", erasedAt = app.Clock.Now });
        var again = await season.Post(college.Http, path, new { method = "destroyed", erasedAt = app.Clock.Now });

        ((string)answer["method"]!, (DateTimeOffset)answer["erasedAt"]!, (DateTimeOffset)answer["acknowledgedAt"]!).ShouldBe(("erased", app.Clock.Now, app.Clock.Now));
        again.ToJsonString().ShouldBe(answer.ToJsonString(), "the first word stands");
        (await Open(college.Http)).ShouldBeEmpty();
        var all = JsonNode.Parse(await season.Officer.GetStringAsync($"/v1/revocations?open=false&lead={lead}"))!["items"]!.AsArray();
        ((string)all.ShouldHaveSingleItem()!["method"]!).ShouldBe("erased");
        JsonNode.Parse(await other.Http.GetStringAsync("/v1/revocations?open=false"))!["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task W14_who_does_not_confirm_is_reminded_reported_and_on_the_twentieth_day_stopped_while_withdrawals_still_flow()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var (pupil, lead) = await season.Lead();
        var (_, kept) = await season.Lead();
        await app.Deliver(season);
        await season.Objection(pupil, "family");
        await app.Deliver(season);
        var since = app.Clock.Now;

        List<string> steps = [];
        foreach (var day in new[] { 0.9, 1, 2.9, 3, 6.9, 7, 14.9, 15, 19.9 })
        {
            app.Clock.Now = since.AddDays(day);
            await app.Keep(season);
            await app.Keep(season);
            steps.Add(string.Join(' ', (await Notices(college)).Select(notice => notice.Code)));
        }
        steps.ShouldBe(["", "deletion_due", "deletion_due", "deletion_due deletion_due", "deletion_due deletion_due", "deletion_due deletion_due deletion_late",
            "deletion_due deletion_due deletion_late", "deletion_due deletion_due deletion_late deletion_late", "deletion_due deletion_due deletion_late deletion_late"]);
        (await season.Detail(college.Institution, kept)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await app.Deliver(season);
        var told = college.Events.Count;

        app.Clock.Now = since.AddDays(20);
        await app.Keep(season);
        (await Notices(college))[^1].ShouldBe(("deletion_overdue", "day 20: 1"));
        (await college.State()).ShouldBe("suspended:deletion_overdue");
        await (await season.Detail(college.Institution, kept)).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "deletion_overdue");
        (await season.Feed(college.Institution)).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withheld", "withdrawn"]);
        var waiting = season.Pupil();
        await season.Consent(waiting);
        await season.Finalize(waiting);
        (await app.Rows<long>("select count(*) from lead_grant g join lead l using (tenant_id, lead_id) where l.tenant_id = @Province and l.pupil_id = @PupilId", new { season.Province, waiting.PupilId })).Single().ShouldBe(0);
        await app.Tell(season, college.Institution.Id, ("offered", Guid.NewGuid(), null), ("withdrawn", kept, "objected"));
        await app.Deliver(season);
        college.Events.Skip(told).Select(got => got.Type).ShouldBe(["subscription.suspended", "lead.revoked"]);

        (await Ack(season, college.Http, lead)).EnsureSuccessStatusCode();
        (await college.State()).ShouldBe("active");
        (await season.Feed(college.Institution)).Items.Select(item => item.Kind).ShouldNotContain("withheld");
        await app.Deliver(season);
        college.Events[^1].Type.ShouldBe("lead.offered");
        (await Open(college.Http)).Select(revocation => (Guid)revocation["leadId"]!).ShouldBe([kept]);
    }

    private static async Task<IReadOnlyList<JsonNode>> Open(HttpClient http) => [.. JsonNode.Parse(await http.GetStringAsync("/v1/revocations"))!["items"]!.AsArray().Select(item => item!)];

    private Task<HttpResponseMessage> Ack(Season season, HttpClient http, Guid lead) => season.Send(http, $"/v1/revocations/{lead}/ack", new { method = "erased", erasedAt = app.Clock.Now });

    private static async Task<IReadOnlyList<(string Code, string Detail)>> Notices(College college) =>
        [.. JsonNode.Parse(await college.Http.GetStringAsync("/v1/notices"))!.AsArray().Reverse().Select(notice => ((string)notice!["code"]!, (string)notice["detail"]!))];
}
