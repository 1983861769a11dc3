using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Pokes and withdrawals to colleges' servers over https, with the clock in the test's hand.</summary>
[Collection(nameof(WebhooksApp))]
public sealed class WebhooksDeliveryTests(WebhooksApp app)
{
    [Fact]
    public async Task W3_what_is_committed_is_poked_in_the_next_round_as_a_small_signed_cloud_event_with_ids_only()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var (pupil, lead) = await season.Lead();

        await app.Deliver(season);

        var got = college.Events.ShouldHaveSingleItem();
        got.Headers["Content-Type"].ShouldBe("application/cloudevents+json; charset=utf-8");
        got.Body.Length.ShouldBeLessThanOrEqualTo(4096);
        got.VerifiesWith(college.Secret).ShouldBeTrue();
        long.Parse(got.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(app.Clock.Now.ToUnixTimeSeconds());
        var json = got.Json.AsObject();
        json.Select(field => field.Key).Order(StringComparer.Ordinal).ShouldBe(
            ["data", "datacontenttype", "dataschema", "feedposition", "id", "purpose", "source", "specversion", "streamversion", "subject", "time", "type"]);
        ((string)json["specversion"]!, (string)json["type"]!, (string)json["subject"]!, (long)json["feedposition"]!, (long)json["streamversion"]!, (string)json["purpose"]!)
            .ShouldBe(("1.0", "lead.offered", $"lead/{lead}", 1L, 1L, Season.Purpose));
        ((string)json["id"]!).ShouldBe(got.Id);
        json["data"]!.ToJsonString().ShouldBe($$"""{"leadId":"{{lead}}","feedFrom":1,"feedTo":1}""");
        Encoding.UTF8.GetString(got.Body).ShouldNotContain(pupil.PupilId.ToString());
    }

    [Fact]
    public async Task W6_attempts_follow_the_published_schedule_within_a_fifth_and_the_same_message_keeps_its_id()
    {
        double[] pauses = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(500);
        await college.Offer(Guid.NewGuid());
        var start = app.Clock.Now;

        await app.Deliver(season);
        for (var n = 0; n < pauses.Length; n++)
        {
            var last = app.Clock.Now;
            var next = (DateTimeOffset)(await college.Standing())["nextAttemptAt"]!;
            (next - last).TotalSeconds.ShouldBeInRange(pauses[n] * 0.8 - 0.001, pauses[n] * 1.2 + 0.001, $"after attempt {n + 1}");
            app.Clock.Now = next.AddMilliseconds(-10);
            await app.Deliver(season);
            college.Events.Count.ShouldBe(n + 1, "nothing before its time");
            app.Clock.Now = next;
            await app.Deliver(season);
            college.Events.Count.ShouldBe(n + 2);
        }

        (app.Clock.Now - start).ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(76 * 1.2));
        college.Events.Select(got => got.Id).Distinct().ShouldHaveSingleItem();
        college.Events.Select(got => got.Headers["webhook-timestamp"]).Distinct().Count().ShouldBe(10);
        college.Events.ShouldAllBe(got => got.VerifiesWith(college.Secret));
    }

    [Theory]
    [InlineData(1, false, null, 5)]
    [InlineData(1, true, null, 60)]
    [InlineData(2, true, null, 300)]
    [InlineData(1, false, 3600, 3600)]
    [InlineData(1, true, 10, 60)]
    [InlineData(1, false, -5, 5)]
    [InlineData(1, false, 315_360_000, 86_400)]
    [InlineData(9, false, 315_360_000, 86_400)]
    [InlineData(40, false, null, 86_400)]
    public void W6_a_receiver_may_ask_for_up_to_a_day_and_is_left_alone_for_a_minute_when_it_has_too_much_to_do(int failures, bool slowDown, int? retryAfter, double seconds) =>
        RetrySchedule.Pause(failures, slowDown, retryAfter is { } asked ? TimeSpan.FromSeconds(asked) : null, 0.5).TotalSeconds.ShouldBe(seconds, 0.001);

    [Theory]
    [InlineData(503, "3600", 3600, 3600)]
    [InlineData(429, "10", 60, 60)]
    [InlineData(400, "soon", 4, 6)]
    [InlineData(500, "-5", 4, 6)]
    [InlineData(500, "Wed, 21 Oct 2015 07:28:00 GMT", 4, 6)]
    [InlineData(503, "315360000", 86_400, 86_400)]
    public async Task W6_retry_after_is_obeyed_clamped_or_ignored(int status, string asked, double least, double most)
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(status, ("Retry-After", asked));
        await college.Offer(Guid.NewGuid());

        await app.Deliver(season);

        ((DateTimeOffset)(await college.Standing())["nextAttemptAt"]! - app.Clock.Now).TotalSeconds.ShouldBeInRange(least - 0.001, most + 0.001);
    }

    [Fact]
    public async Task W7_twenty_hanging_endpoints_of_a_hundred_do_not_keep_the_other_eighty_waiting()
    {
        var season = app.NewSeason();
        await using var server = await Receiver.Start(Receiver.Certificate("many.college.test", app.Root));
        var release = new TaskCompletionSource();
        server.Answer = async (http, got) =>
        {
            if (int.Parse(got.Path[1..], System.Globalization.CultureInfo.InvariantCulture) < 20) await release.Task.WaitAsync(http.RequestAborted);
        };
        var institutions = await Subscribe(season, 100, server);

        var hanging = News(0);
        await Wait.Until(() => server.Got.Count == 100);
        for (var round = 1; round <= 3; round++) await News(round);   // each returns, though the twenty still hang

        hanging.IsCompleted.ShouldBeFalse();
        var told = await app.Rows<(Guid, long)>("select institution_id, told_pos from subscription where tenant_id = @Province", new { season.Province });
        told.Count(row => row.Item2 == 4).ShouldBe(80);
        told.Count(row => row.Item2 == 0).ShouldBe(20);
        server.Got.GroupBy(got => got.Path).ShouldAllBe(endpoint => endpoint.Count() == (int.Parse(endpoint.Key.Substring(1), System.Globalization.CultureInfo.InvariantCulture) < 20 ? 1 : 4));
        release.SetResult();
        await hanging;

        async Task News(int round)
        {
            foreach (var institution in institutions) await app.Tell(season, institution, ("offered", Guid.NewGuid(), null));
            await app.Deliver(season);
        }
    }

    [Fact]
    public async Task W8_an_endpoint_is_failing_after_four_attempts_and_disabled_after_five_days_but_not_for_sporadic_failures()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(500);
        await college.Offer(Guid.NewGuid());
        var start = app.Clock.Now;
        for (var n = 1; n <= 4; n++)
        {
            await Try(season, college);
            (await college.State()).ShouldBe(n < 4 ? "active" : "failing");
        }

        college.Server.Answer = Receiver.Echo;
        await Try(season, college);
        (await college.State()).ShouldBe("active");
        app.Clock.Now = start.AddHours(119);
        college.Server.Answer = Receiver.Status(500);
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        app.Clock.Now = start.AddHours(121);
        await app.Keep(season);
        (await college.State()).ShouldBe("active", "one success in between begins the five days anew");

        while (await college.State() is "active" or "failing") await Try(season, college);
        (await college.State()).ShouldBe("suspended:auto");
        app.Clock.Now.ShouldBeGreaterThanOrEqualTo(start.AddHours(119 + 120));
        var attempts = college.Events.Count;
        app.Clock.Now += TimeSpan.FromDays(3);
        await app.Deliver(season);
        college.Events.Count.ShouldBe(attempts);
        (await app.Rows<string>("select act from subscription_journal where subscription_id = @Subscription and actor = 'platform'", new { college.Subscription })).ShouldBe(["suspended:auto"]);
    }

    [Fact]
    public async Task W8_five_days_without_any_attempt_disable_as_well_and_410_disables_at_once()
    {
        var season = app.NewSeason();
        await using var silent = await College.Active(app, season);
        await using var gone = await College.Active(app, season);
        silent.Server.Answer = Receiver.Status(500);
        gone.Server.Answer = Receiver.Status(410);
        await silent.Offer(Guid.NewGuid());
        await gone.Offer(Guid.NewGuid());
        await app.Deliver(season);

        (await gone.State()).ShouldBe("suspended:auto");
        (await silent.State()).ShouldBe("active");
        app.Clock.Now += TimeSpan.FromHours(121);
        await app.Keep(season);
        (await silent.State()).ShouldBe("suspended:auto");
    }

    [Fact]
    public async Task W8_who_is_disabled_finds_it_on_the_dashboard_and_in_the_letter_box_of_both_contacts()
    {
        await using var post = LetterBox.Open();
        await using var own = new WebhooksReplica(app);
        own.Settings["Mail:Host"] = "127.0.0.1";
        own.Settings["Mail:Port"] = post.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        own.Settings["Mail:Tls"] = "false";
        own.Settings["Mail:From"] = "no-reply@so.test";
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(410);
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);

        await own.Keep(season);
        await own.Keep(season);

        var notice = JsonNode.Parse(await college.Http.GetStringAsync("/v1/notices"))!.AsArray().ShouldHaveSingleItem()!;
        ((string)notice["code"]!, (string)notice["detail"]!, (bool)notice["mailed"]!).ShouldBe(("endpoint_disabled", "gone", true));
        var letter = post.Letters.ShouldHaveSingleItem();
        letter.To.Order().ShouldBe(["breach@college.test", "dpo@college.test"]);
        letter.Text.ShouldContain("endpoint_disabled: gone");
        JsonNode.Parse(await app.As("institution", season.Province, Guid.NewGuid()).GetStringAsync("/v1/notices"))!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task W9_an_endpoint_that_comes_back_answers_a_test_and_is_told_of_all_it_missed()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(410);
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        var lost = Guid.NewGuid();
        await college.Offer([.. Enumerable.Range(0, 50).Select(_ => Guid.NewGuid())]);
        await app.Tell(season, college.Institution.Id, ("withdrawn", lost, "objected"), ("offered", Guid.NewGuid(), null));
        await app.Deliver(season);
        college.Events.Count.ShouldBe(1);

        app.Clock.Now += TimeSpan.FromMinutes(1);
        await (await college.Become("active")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "endpoint_not_tested");
        college.Server.Answer = Receiver.Echo;
        (await college.Test()).ShouldBe("ok");
        (await college.Become("active")).EnsureSuccessStatusCode();
        await app.Deliver(season);

        var (withdrawn, poke) = (college.Events[1], college.Events[2]);
        (withdrawn.Type, (string)withdrawn.Json["subject"]!).ShouldBe(("lead.revoked", $"lead/{lost}"));
        poke.Json["data"]!.ToJsonString().ShouldContain("\"feedFrom\":1,\"feedTo\":53");
        college.Events.Count.ShouldBe(3);
        (await season.Feed(college.Institution)).Items.Select(item => item.Position).ShouldBe(Enumerable.Range(1, 53).Select(position => (long)position));
    }

    [Fact]
    public async Task W10_a_name_that_turns_inside_after_it_was_proved_is_not_called_and_the_endpoint_is_flagged()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(200, ("Connection", "close"));
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        app.Addresses[college.Host] = "10.0.0.7";
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);

        college.Events.Count.ShouldBe(1);
        (await college.State()).ShouldBe("failing");
        (await college.Log()).ShouldContain(item => (string)item["outcome"]! == "address_not_allowed");
    }

    [Fact]
    public async Task W11_while_an_endpoint_fails_pokes_become_one_and_positions_never_go_back()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(503);
        for (var n = 0; n < 20; n++)
        {
            await college.Offer(Guid.NewGuid());
            await app.Deliver(season);
        }
        college.Events.Count.ShouldBe(1);

        college.Server.Answer = Receiver.Echo;
        await Try(season, college);

        var poke = college.Events[^1];
        college.Events.Count.ShouldBe(2);
        poke.Json["data"]!.ToJsonString().ShouldContain("\"feedFrom\":1,\"feedTo\":20");
        poke.Id.ShouldNotBe(college.Events[0].Id, "it reaches farther, so it is another message");
        college.Events.Select(got => (long)got.Json["feedposition"]!).ShouldBe([1L, 20L]);
        await app.Deliver(season);
        college.Events.Count.ShouldBe(2);
    }

    [Fact]
    public async Task W11_one_request_is_in_flight_per_endpoint_whatever_the_number_of_replicas()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        await using var replica = new WebhooksReplica(app);
        await college.Offer([.. Enumerable.Range(0, 5).Select(_ => Guid.NewGuid())]);
        await app.Tell(season, college.Institution.Id, [.. Enumerable.Range(0, 40).Select(_ => ("withdrawn", Guid.NewGuid(), (string?)"objected"))]);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(n => (n % 2 == 0 ? app : replica).Worker.Round(season.Province, default)));

        college.Server.MostAtOnce.ShouldBe(1);
        college.Events.Count(got => got.Type == "lead.revoked").ShouldBe(40);
        college.Events.Select(got => got.Id).Distinct().Count().ShouldBe(college.Events.Count);
        college.Events.Where(got => got.Type == "lead.revoked").Select(got => (long)got.Json["feedposition"]!).ShouldBe(Enumerable.Range(6, 40).Select(position => (long)position));
    }

    [Fact]
    public async Task A_replica_that_dies_while_it_delivers_loses_its_claim_and_another_goes_on()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        await college.Offer(Guid.NewGuid());
        var arrived = new TaskCompletionSource();
        college.Server.Answer = async (http, _) =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        };
        using var death = new CancellationTokenSource();
        var dying = app.Worker.Round(season.Province, death.Token);
        await arrived.Task;
        await death.CancelAsync();
        await dying;
        (await college.Log()).Count(item => (string)item["outcome"]! == "unfinished").ShouldBe(1, "an attempt is in the log before it is made");

        college.Server.Answer = Receiver.Echo;
        await app.Deliver(season);
        college.Events.Count.ShouldBe(1, "the claim still holds");
        app.Clock.Now += WebhooksApp.Patience + TimeSpan.FromSeconds(16);
        await app.Deliver(season);

        college.Events.Count.ShouldBe(2);
        college.Events[0].Id.ShouldBe(college.Events[1].Id);
    }

    [Fact]
    public async Task W12_every_attempt_is_in_the_log_page_by_page_without_personal_data_for_ninety_days()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var answer = "{\"pupil\":\"Nguyễn Thị Thử Nghiệm\",\"also\":\"Nguyen Van Thu\",\"phone\":\"0912 345 678\",\"mail\":\"family@home.test\",\"done\":true}";
        college.Server.Answer = (http, _) =>
        {
            http.Response.StatusCode = college.Events.Count % 2 == 0 ? 200 : 500;
            return http.Response.WriteAsync(answer + new string('x', 9_000));
        };
        for (var n = 0; n < 10; n++)
        {
            await college.Offer(Guid.NewGuid());
            app.Clock.Now += TimeSpan.FromHours(1);
            await app.Deliver(season);
        }

        var log = await college.Log();
        log.Count.ShouldBe(college.Events.Count + 1);   // and the test before it
        log.Select(item => (string)item["messageId"]!).Order().ShouldBe(college.Server.Got.Where(got => got.Method == "POST").Select(got => got.Id).Order());
        foreach (var item in log)
        {
            var response = (string)item["response"]!;
            response.Length.ShouldBeLessThanOrEqualTo(1024);
            foreach (var personal in new[] { "Thử", "Nguyen", "Thu\"", "345", "family@" }) response.ShouldNotContain(personal);
        }
        ((string)log[0]["response"]!).ShouldContain("\"done\":true");

        List<string> paged = [];
        for (string? before = null; ;)
        {
            var page = JsonNode.Parse(await college.Http.GetStringAsync($"{college.Path}/deliveries?limit=3{(before is null ? "" : $"&before={before}")}"))!;
            paged.AddRange(page["items"]!.AsArray().Select(item => (string)item!["attemptId"]!));
            if ((before = (string?)page["next"]) is null) break;
        }
        paged.ShouldBe(log.Select(item => (string)item["attemptId"]!));

        app.Clock.Now += TimeSpan.FromDays(91);
        await app.Keep(season);
        (await app.Rows<long>("select count(*) from webhook_attempt where subscription_id = @Subscription", new { college.Subscription })).Single().ShouldBe(0);
    }

    [Fact]
    public async Task W14_a_withdrawal_reaches_every_college_that_ever_had_the_lead_one_by_one_and_each_receipt_is_recorded()
    {
        var season = app.NewSeason();
        await using var first = await College.Active(app, season);
        await using var second = await College.Active(app, season);
        var (pupil, lead) = await season.Lead();
        var (other, otherLead) = await season.Lead();
        await app.Deliver(season);
        await season.Objection(pupil, "family");
        await season.Amend(new() { PupilId = other.PupilId, Reason = "review_upheld", Outcome = "admitted" });
        second.Server.Answer = Receiver.Status(500);
        await app.Deliver(season);
        second.Server.Answer = Receiver.Echo;
        await Try(season, second);

        foreach (var college in new[] { first, second })
        {
            var told = college.Events.Where(got => got.Type is "lead.revoked" or "lead.placed").DistinctBy(got => got.Id).ToList();
            told.Select(got => (got.Type, (string)got.Json["subject"]!)).ShouldBe([("lead.revoked", $"lead/{lead}"), ("lead.placed", $"lead/{otherLead}")]);
            told.ShouldAllBe(got => (long)got.Json["streamversion"]! == 2);
        }
        var records = await app.Rows<(Guid Lead, int Attempts)>("select lead_id, attempts from withdrawal_told where subscription_id = @Subscription order by pos", new { second.Subscription });
        records.ShouldBe([(lead, 2), (otherLead, 1)]);
    }

    [Fact]
    public async Task P9_at_midnight_in_Vietnam_an_agreement_that_ended_stops_the_pokes_and_withdrawals_still_flow()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var (_, lead) = await season.Lead();
        await app.Deliver(season);
        var agreement = (await app.Rows<Guid>("select agreement_id from agreement where institution_id = @Id", new { college.Institution.Id })).Single();
        var today = VietnamTime.Day(app.Clock.Now);
        (await season.Officer.PutAsJsonAsync($"/v1/agreements/{agreement}/end", new { lastDay = today })).EnsureSuccessStatusCode();
        var midnight = new DateTimeOffset(today.AddDays(1), TimeOnly.MinValue, TimeSpan.FromHours(7));

        app.Clock.Now = midnight.AddSeconds(-1);
        await college.Offer(Guid.NewGuid());
        await app.Keep(season);
        await app.Deliver(season);
        (await college.State()).ShouldBe("active");
        college.Events.Count.ShouldBe(2);

        app.Clock.Now = midnight;
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        college.Events.Count.ShouldBe(2, "also before anybody has looked at the clock");
        await app.Keep(season);
        (await college.State()).ShouldBe("suspended:agreement");
        await app.Tell(season, college.Institution.Id, ("withdrawn", lead, "objected"), ("offered", Guid.NewGuid(), null));
        await app.Deliver(season);
        college.Events.Skip(2).Select(got => got.Type).ShouldBe(["subscription.suspended", "lead.revoked"]);

        await (await college.Become("active", season.Officer)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "agreement_not_in_force");
        await season.Agreement(college.Institution.Id, today.AddDays(1), today.AddYears(1));
        (await college.Become("active", season.Officer)).EnsureSuccessStatusCode();
        await app.Deliver(season);
        college.Events[^1].Json["data"]!.ToJsonString().ShouldContain("\"feedFrom\":3,\"feedTo\":5");
    }

    [Fact]
    public async Task A_replay_moves_the_cursor_back_is_journaled_and_tells_the_same_again_as_new_messages()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        var lead = Guid.NewGuid();
        await college.Offer(lead, Guid.NewGuid());
        await app.Tell(season, college.Institution.Id, ("withdrawn", lead, "objected"));
        await app.Deliver(season);
        var before = college.Events.Count;

        await (await season.Send(college.Http, $"{college.Path}/replays", new { fromPosition = 4 })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "position_invalid");
        var answer = await season.Post(college.Http, $"{college.Path}/replays", new { fromPosition = 2 });
        await app.Deliver(season);

        college.Events.Skip(before).Select(got => got.Type).ShouldContain("lead.revoked");
        college.Events.Select(got => got.Id).Distinct().Count().ShouldBe(college.Events.Count);
        (await season.Feed(college.Institution, (string)answer["after"]!)).Items.Select(item => item.Position).ShouldBe([2L, 3L]);
        (await app.Rows<string>("select detail from subscription_journal where subscription_id = @Subscription and act = 'replayed'", new { college.Subscription })).ShouldBe(["from 2 to 3"]);

        app.Clock.Now += TimeSpan.FromDays(91);
        await (await season.Send(college.Http, $"{college.Path}/replays", new { fromPosition = 1 })).ShouldBeRefusedWith(HttpStatusCode.Gone, "position_expired");
    }

    [Fact]
    public async Task What_is_pending_when_a_subscription_closes_is_dropped_and_the_journal_says_so()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        await college.Offer(Guid.NewGuid());
        (await college.Become("closed")).EnsureSuccessStatusCode();

        await app.Deliver(season);

        college.Events.ShouldBeEmpty();
        (await app.Rows<string>("select detail from subscription_journal where subscription_id = @Subscription and act = 'closed'", new { college.Subscription })).Single().ShouldContain("dropped");
    }

    [Fact]
    public async Task A_secret_that_changes_while_a_message_is_retried_signs_the_later_attempts_beside_the_old_one()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        college.Server.Answer = Receiver.Status(500);
        await college.Offer(Guid.NewGuid());
        await app.Deliver(season);
        var secret = (string)(await season.Post(college.Http, $"{college.Path}/secrets", new { }))["secret"]!;

        await Try(season, college);

        (college.Events[0].VerifiesWith(college.Secret), college.Events[0].VerifiesWith(secret)).ShouldBe((true, false));
        (college.Events[1].VerifiesWith(college.Secret), college.Events[1].VerifiesWith(secret)).ShouldBe((true, true));
        college.Events[1].Id.ShouldBe(college.Events[0].Id);
    }

    [Fact]
    public async Task W14_a_pause_stops_the_pokes_and_never_a_withdrawal()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        (await college.Become("paused")).EnsureSuccessStatusCode();
        await college.Offer(Guid.NewGuid());
        await app.Tell(season, college.Institution.Id, ("withdrawn", Guid.NewGuid(), "objected"));

        await app.Deliver(season);

        college.Events.Select(got => got.Type).ShouldBe(["lead.revoked"]);
        (await college.State()).ShouldBe("suspended:manual");
        (await college.Become("active")).EnsureSuccessStatusCode();
        await app.Deliver(season);
        college.Events.Select(got => got.Type).ShouldBe(["lead.revoked", "lead.offered"]);
    }

    [Fact]
    public async Task Offers_without_a_contact_are_called_to_mind_once_a_day_before_they_are_released()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        await season.Lead();
        await app.Deliver(season);
        app.Clock.Now += TimeSpan.FromDays(4);
        await app.Keep(season);
        await app.Deliver(season);
        college.Events.Count.ShouldBe(1);

        app.Clock.Now += TimeSpan.FromDays(1.1);
        for (var n = 0; n < 2; n++)
        {
            await app.Keep(season);
            await app.Deliver(season);
        }
        app.Clock.Now += TimeSpan.FromDays(1);
        await app.Keep(season);
        await app.Deliver(season);

        college.Events.Skip(1).Select(got => (got.Type, (string)got.Json["subject"]!)).ShouldBe([("report.due", $"subscription/{college.Subscription}"), ("report.due", $"subscription/{college.Subscription}")]);
        college.Events[2].Id.ShouldNotBe(college.Events[1].Id);
    }

    [Fact]
    public async Task Every_type_is_sent_and_its_data_hold_the_fields_of_its_schema_and_no_others()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        await season.Lead();
        foreach (var (kind, reason) in new[] { ("offered", null), ("corrected", null), ("answered", null), ("expired", "silent"), ("withdrawn", "objected"), ("withdrawn", "no_longer_available") })
        {
            await app.Tell(season, college.Institution.Id, (kind, Guid.NewGuid(), reason));
            await app.Deliver(season);
        }
        app.Clock.Now += TimeSpan.FromDays(6);
        await app.Keep(season);
        await app.Deliver(season);
        (await college.Become("suspended", season.Officer)).EnsureSuccessStatusCode();
        await app.Deliver(season);

        var sent = college.Server.Got.Where(got => got.Method == "POST").ToList();
        sent.Select(got => got.Type).Distinct().Order(StringComparer.Ordinal).ShouldBe(WebhookEvent.Types.Keys.Order(StringComparer.Ordinal));
        sent.ShouldAllBe(got => got.Json["data"]!.AsObject().Select(field => field.Key).SequenceEqual(WebhookEvent.DataOf(got.Type)));
        sent.ShouldAllBe(got => (string)got.Json["dataschema"]! == WebhookEvent.SchemaOf(got.Type));
    }

    [Fact]
    public async Task A_test_takes_its_turn_with_the_deliveries()
    {
        var season = app.NewSeason();
        await using var college = await College.Active(app, season);
        app.Clock.Now += TimeSpan.FromSeconds(2);
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        college.Server.Answer = async (http, got) =>
        {
            arrived.TrySetResult();
            await release.Task;
            await Receiver.Echo(http, got);
        };
        await college.Offer(Guid.NewGuid());
        var delivering = app.Deliver(season);
        await arrived.Task;

        await (await college.Http.PostAsync($"{college.Path}/tests", null)).ShouldBeRefusedWith(HttpStatusCode.TooManyRequests, "too_many_tests");

        release.SetResult();
        await delivering;
        (await college.Test()).ShouldBe("ok");
        college.Server.MostAtOnce.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"name":"Nguy\u1ec5n Th\u1ecb Th\u1eed"}""", "Nguy")]
    [InlineData("name=Nguy%E1%BB%85n%20Th%E1%BB%AD", "Nguy")]
    [InlineData("<b>Nguy&#7877;n Th&#7917;</b>", "Nguy")]
    [InlineData("born 05/04/2011", "2011")]
    [InlineData("call +84 (912) 345.678", "345")]
    [InlineData("Nguyễn Thử", "Nguy")]
    [InlineData("write to me.too+x@home.test", "home")]
    public void W12_what_looks_like_a_person_is_masked_however_it_is_written(string answer, string personal) => DeliveryLog.Masked(answer).ShouldNotContain(personal);

    /// <summary>Moves the clock to the next attempt and lets it happen.</summary>
    private async Task Try(Season season, College college)
    {
        if ((DateTimeOffset?)(await college.Standing())["nextAttemptAt"] is { } next && next > app.Clock.Now) app.Clock.Now = next;
        await app.Deliver(season);
    }

    /// <summary>Many active subscriptions at one server, endpoint n at path /n.</summary>
    private async Task<IReadOnlyList<Guid>> Subscribe(Season season, int count, Receiver server)
    {
        List<Guid> institutions = [];
        for (var n = 0; n < count; n++)
        {
            var id = Guid.CreateVersion7();
            await season.Post(season.Officer, "/v1/institutions", new { institutionId = id, code = $"W{n}", name = $"Trường W{n}", commune = "97001", kind = "other", boarding = false });
            await season.Agreement(id);
            institutions.Add(id);
        }
        var seal = app.Services.GetRequiredService<SecretSeal>();
        await app.Services.GetRequiredService<Database>().Run(season.Province, async work =>
        {
            await work.AsProvince();
            for (var n = 0; n < count; n++)
            {
                var (subscription, now) = (Guid.CreateVersion7(), app.Clock.Now);
                await work.Execute(
                    """
                    insert into subscription (tenant_id, subscription_id, institution_id, endpoint, purposes, sealed_contacts, state, requested_by, requested_at, approved_by, tested_at, changed_at)
                    values (@Tenant, @Id, @Institution, @Endpoint, array['vocational_guidance'], '-', 'active', 'r', @Now, array['a', 'b'], @Now, @Now)
                    """, new { work.Tenant, Id = subscription, Institution = institutions[n], Endpoint = $"https://many.college.test:{server.Port}/{n}", Now = now });
                await work.NewSecret(seal, subscription, institutions[n], now, now);
            }
        });
        return institutions;
    }
}
