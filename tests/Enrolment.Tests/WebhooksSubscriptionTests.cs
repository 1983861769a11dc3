using System.Net;
using System.Text.Json.Nodes;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>From a wish to be told to an active subscription: every pre-condition, and what an institution does by itself.</summary>
[Collection(nameof(WebhooksApp))]
public sealed class WebhooksSubscriptionTests(WebhooksApp app)
{
    [Fact]
    public async Task W13_nothing_becomes_active_before_every_pre_condition_holds_and_what_is_missing_is_said_at_once()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season, agreement: false);
        await college.ProveDomain();
        await college.Request();

        (await Missing(college)).ShouldBe(["agreement_not_in_force", "approvals_missing", "endpoint_not_tested", "institution_not_verified"]);

        await college.Verify();
        await season.Agreement(college.Institution.Id);
        await college.Approve("one");
        (await Missing(college)).ShouldBe(["approvals_missing", "endpoint_not_tested"]);

        await (await college.Approve("one")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "second_person_required");
        await college.Approve("two");
        (await Missing(college)).ShouldBe(["endpoint_not_tested"]);

        college.Server.Answer = Receiver.Status(204);
        (await college.Test()).ShouldBe("challenge_missing");
        college.Server.Answer = Receiver.Status(500);
        app.Clock.Now += TimeSpan.FromSeconds(2);
        (await college.Test()).ShouldBe("server_error");
        (await Missing(college)).ShouldBe(["endpoint_not_tested"]);
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        college.Events.ShouldBeEmpty();

        college.Server.Answer = Receiver.Echo;
        app.Clock.Now += TimeSpan.FromSeconds(2);
        (await college.Test()).ShouldBe("ok");
        college.Server.Got.Where(got => got.Method == "POST").ShouldAllBe(got => got.VerifiesWith(college.Secret));
        (await college.Activate()).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await app.Deliver(season);
        college.Events.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_institution_sees_its_hosts_and_which_pre_conditions_hold_and_nobody_elses()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        await using var other = await College.New(app, season);
        var asked = await season.Post(college.Http, "/v1/domains", new { domain = $"{college.Host}:{college.Server.Port}" });
        var named = JsonNode.Parse(await college.Http.GetStringAsync("/v1/domains"))!.AsArray().Single()!;
        ((string?)named["token"], (string?)named["verifiedAt"]).ShouldBe(((string?)asked["token"], null));
        await college.ProveDomain();
        JsonNode.Parse(await college.Http.GetStringAsync("/v1/domains"))!.AsArray().Single()!["verifiedAt"].ShouldNotBeNull();
        JsonNode.Parse(await other.Http.GetStringAsync("/v1/domains"))!.AsArray().ShouldBeEmpty();

        await college.Request();
        (await Open(college.Http)).ShouldBe(await Missing(college));
        await college.Verify();
        (await Open(season.Officer)).ShouldBe(["approvals_missing", "endpoint_not_tested"]);
        (await college.Test()).ShouldBe("ok");
        await college.Approve("one");
        await college.Approve("two");
        (await Open(college.Http)).ShouldBeEmpty();
        (await other.Http.GetAsync($"{college.Path}/conditions")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        async Task<IEnumerable<string>> Open(HttpClient by) =>
            JsonNode.Parse(await by.GetStringAsync($"{college.Path}/conditions"))!["conditions"]!.AsArray().Where(one => !(bool)one!["holds"]!).Select(one => (string)one!["code"]!).Order();
    }

    [Fact]
    public async Task Who_asks_for_a_subscription_does_not_approve_it_and_only_the_department_lets_it_begin()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        await college.ProveDomain();
        await college.Request();
        var requester = (await app.Rows<string>("select requested_by from subscription where subscription_id = @Subscription", new { college.Subscription })).Single();

        await (await college.Approve(requester)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "second_person_required");
        (await college.Http.PostAsync($"{college.Path}/activation", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Without_a_call_by_the_institutions_own_client_nothing_begins()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        var person = app.As("institution", season.Province, college.Institution.Id, subject: "person-in-the-office");
        var subscription = (await season.Post(person, "/v1/subscriptions", college.RequestBody(null))).Id("subscriptionId");
        await college.Verify();
        foreach (var approver in new[] { "one", "two" }) (await season.Send(app.As("approver", season.Province, subject: approver), $"/v1/subscriptions/{subscription}/approvals", null)).EnsureSuccessStatusCode();

        var refused = await season.Officer.PostAsync($"/v1/subscriptions/{subscription}/activation", null);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("client_missing");

        (await college.Http.PostAsync($"/v1/subscriptions/{subscription}/tests", null)).EnsureSuccessStatusCode();
        (await season.Officer.PostAsync($"/v1/subscriptions/{subscription}/activation", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Pull_only_needs_no_endpoint_and_is_never_called()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        await college.Request(pullOnly: true);
        await college.Verify();
        await college.Approve("one");
        await college.Approve("two");

        (await college.Activate()).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        college.Secret.ShouldBeEmpty();
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        college.Server.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_endpoint_lies_on_a_host_that_the_institution_itself_has_proved()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        await using var other = await College.New(app, season);
        await other.ProveDomain();

        await (await season.Send(college.Http, "/v1/subscriptions", college.RequestBody(other.Endpoint))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "domain_not_verified");
        await (await season.Send(college.Http, "/v1/subscriptions", college.RequestBody("https://127.0.0.1/"))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "address_not_allowed");
        await (await season.Send(college.Http, "/v1/domains", new { domain = "2130706433" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "address_not_allowed");

        var asked = await season.Post(college.Http, "/v1/domains", new { domain = $"{college.Host}:{college.Server.Port}" });
        await (await college.Http.PostAsync($"/v1/domains/{asked["domain"]}/verification", null)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "domain_not_proved");
        await (await season.Send(college.Http, "/v1/subscriptions", college.RequestBody(college.Endpoint))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "domain_not_verified");
    }

    [Fact]
    public async Task A_host_may_be_proved_by_a_record_in_the_dns_instead_of_a_file()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        var asked = await season.Post(college.Http, "/v1/domains", new { domain = $"{college.Host}:{college.Server.Port}" });
        ((string)asked["orTxtAt"]!).ShouldBe($"_careerplatform.{college.Host}");
        app.Texts[(string)asked["orTxtAt"]!] = "careerplatform-of-another";
        await (await college.Http.PostAsync($"/v1/domains/{asked["domain"]}/verification", null)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "domain_not_proved");

        app.Texts[(string)asked["orTxtAt"]!] = (string)asked["token"]!;
        (await college.Http.PostAsync($"/v1/domains/{asked["domain"]}/verification", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await college.Request();
        college.Secret.ShouldStartWith("whsec_");
    }

    [Fact]
    public async Task A_secret_is_shown_once_lies_sealed_and_showing_it_again_is_journaled()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        await college.ProveDomain();
        await college.Request(key: "k1");

        college.Secret.ShouldStartWith("whsec_");
        var again = await season.Post(college.Http, "/v1/subscriptions", college.RequestBody(college.Endpoint), "k1");
        (again.Id("subscriptionId"), (string?)again["secret"]).ShouldBe((college.Subscription, null));
        (await app.Rows<long>(
            """
            select count(*) from subscription_secret s, idempotency i, subscription u where s.subscription_id = @Subscription and u.subscription_id = @Subscription and i.tenant_id = s.tenant_id
              and (s.sealed like '%' || @Part || '%' or i.answer like '%' || @Part || '%' or u.sealed_contacts like '%dpo@%')
            """, new { college.Subscription, Part = college.Secret[6..20] })).Single().ShouldBe(0);

        var shown = await season.Post(college.Http, $"{college.Path}/secrets/reveal", new { });
        ((string?)shown["secret"]).ShouldBe(college.Secret);
        (await app.Rows<string>("select act from subscription_journal where subscription_id = @Subscription order by at, entry_id", new { college.Subscription })).ShouldBe(["requested", "revealed"], ignoreOrder: true);
    }

    [Fact]
    public async Task W5_secrets_change_every_two_seconds_and_a_receiver_that_follows_late_misses_nothing()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var (held, known) = (college.Secret, college.Secret);
        for (var i = 0; i < 150; i++)   // five minutes
        {
            var rotated = await season.Post(college.Http, $"{college.Path}/secrets", new { graceSeconds = 3 });
            (held, known) = (known, (string)rotated["secret"]!);   // the receiver takes the new secret one rotation late
            await college.Offer(Guid.NewGuid());
            await app.Deliver(season);
            college.Events[^1].VerifiesWith(held).ShouldBeTrue($"rotation {i}");
            college.Events[^1].VerifiesWith(known).ShouldBeTrue($"rotation {i}");
            app.Clock.Now += TimeSpan.FromSeconds(2);
        }
        college.Events.Count.ShouldBe(150);
    }

    [Fact]
    public async Task A_test_says_by_how_much_the_receivers_clock_is_off()
    {
        var season = app.NewSeason();
        await using var college = await College.New(app, season);
        await college.ProveDomain();
        await college.Request();
        college.Server.Answer = (http, got) =>
        {
            http.Response.Headers.Date = app.Clock.Now.AddMinutes(6).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            return Receiver.Echo(http, got);
        };

        var answer = JsonNode.Parse(await (await college.Http.PostAsync($"{college.Path}/tests", null)).Content.ReadAsStringAsync())!;

        ((string)answer["outcome"]!).ShouldBe("ok");
        ((int)answer["clockSkewSeconds"]!).ShouldBeInRange(359, 360);
    }

    [Fact]
    public async Task Two_old_secrets_at_most_sign_beside_the_current_one_and_without_grace_all_old_ones_end()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        List<string> secrets = [college.Secret];
        for (var i = 0; i < 2; i++) secrets.Add((string)(await season.Post(college.Http, $"{college.Path}/secrets", new { }))["secret"]!);
        await (await season.Send(college.Http, $"{college.Path}/secrets", new { })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "too_many_secrets");
        await (await season.Send(college.Http, $"{college.Path}/secrets", new { graceSeconds = 604_801 })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "grace_invalid");
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        secrets.ShouldAllBe(secret => college.Events[0].VerifiesWith(secret));

        var last = (string)(await season.Post(college.Http, $"{college.Path}/secrets", new { graceSeconds = 0 }))["secret"]!;
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        college.Events[1].VerifiesWith(last).ShouldBeTrue();
        secrets.ShouldAllBe(secret => !college.Events[1].VerifiesWith(secret));
    }

    [Fact]
    public async Task An_institution_pauses_resumes_and_closes_its_own_subscription_and_nobody_elses()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        await using var other = await College.New(app, season);

        (await college.Become("paused")).EnsureSuccessStatusCode();
        (await college.State()).ShouldBe("suspended:manual");
        await (await college.Become("paused")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
        (await college.Become("active")).EnsureSuccessStatusCode();

        (await college.Become("suspended", season.Officer)).EnsureSuccessStatusCode();
        (await college.State()).ShouldBe("suspended:leak");
        await (await college.Become("active")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
        await (await college.Become("suspended")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
        (await college.Become("active", season.Officer)).EnsureSuccessStatusCode();

        foreach (var answer in new[]
        {
            await college.Become("closed", other.Http),
            await other.Http.PostAsync($"{college.Path}/tests", null),
            await season.Send(other.Http, $"{college.Path}/secrets", new { }),
            await season.Send(other.Http, $"{college.Path}/secrets/reveal", null),
            await season.Send(other.Http, $"{college.Path}/replays", new { fromPosition = 1 }),
            await other.Http.GetAsync($"{college.Path}/deliveries"),
        })
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, answer.RequestMessage!.RequestUri!.PathAndQuery);
        }
        JsonNode.Parse(await other.Http.GetStringAsync("/v1/subscriptions"))!.AsArray().ShouldBeEmpty();

        (await college.Become("closed")).EnsureSuccessStatusCode();
        await (await college.Become("active", season.Officer)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "transition_not_allowed");
    }

    private static async Task<IReadOnlyList<string>> Missing(College college)
    {
        var answer = await college.Activate();
        await answer.ShouldBeRefusedWith(HttpStatusCode.Conflict, "subscription_not_ready");
        return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsArray().Select(error => (string)error!["code"]!).Order(StringComparer.Ordinal)];
    }
}
