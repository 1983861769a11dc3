using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Privacy;
using CareerPlatform.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Schools.Tests.Privacy;

/// <summary>P10: requests of families about their own data, with the clocks of Law 91/2025/QH15 and Decree 356/2025/ND-CP.</summary>
public sealed class RequestDeskTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    private static readonly DateTimeOffset Friday = new(2026, 7, 3, 4, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("withdraw", 15, 20, 15)]
    [InlineData("restrict", 15, 20, 15)]
    [InlineData("object", 15, 20, 15)]
    [InlineData("access", 10, 15, 10)]
    [InlineData("correct", 10, 15, 10)]
    [InlineData("provide", 10, 15, 10)]
    [InlineData("delete", 20, 30, 20)]
    public void P10_each_kind_of_request_has_its_statutory_days_and_one_extension(string kind, int days, int withThirdParty, int extension)
    {
        var midnight = new DateTimeOffset(2026, 7, 4, 0, 0, 0, TimeSpan.FromHours(7));

        RequestClock.DoneBy(Friday, kind, thirdParty: false).ShouldBe(midnight.AddDays(days));
        RequestClock.DoneBy(Friday, kind, thirdParty: true).ShouldBe(midnight.AddDays(withThirdParty));
        RequestClock.Extended(midnight, kind, extension).ShouldBe(midnight.AddDays(extension));
        Should.Throw<RuleBroken>(() => RequestClock.Extended(midnight, kind, extension + 1)).Code.ShouldBe("extension_too_long");
    }

    [Fact]
    public void P10_the_answer_is_due_at_the_end_of_the_second_working_day()
    {
        RequestClock.AnswerBy(Friday, new HashSet<DateOnly>()).ShouldBe(new DateTimeOffset(2026, 7, 8, 0, 0, 0, TimeSpan.FromHours(7)));
        RequestClock.AnswerBy(Friday, new HashSet<DateOnly> { new(2026, 7, 6) }).ShouldBe(new DateTimeOffset(2026, 7, 9, 0, 0, 0, TimeSpan.FromHours(7)));
        RequestClock.AnswerBy(new(2026, 7, 5, 18, 0, 0, TimeSpan.Zero), new HashSet<DateOnly>()).ShouldBe(new DateTimeOffset(2026, 7, 9, 0, 0, 0, TimeSpan.FromHours(7)), "Sunday 18:00 UTC is Monday in Viet Nam");
    }

    [Fact]
    public async Task P10_alarms_come_at_50_80_and_100_percent_each_once_and_before_nothing_is_overdue()
    {
        var province = await Province(1);
        var (request, received) = (await Receive(province, 1, "access"), app.Clock.Now);
        var sweep = app.Services.GetRequiredService<KeepPrivacy>();
        var alarms = new List<(string, int)>();

        foreach (var hours in new[] { 24, 36, 52, 24 * 3, 24 * 5 + 8, 24 * 8 + 12, 24 * 10 + 20, 24 * 11, 24 * 11 })
        {
            app.Clock.Now = received.AddHours(hours);
            await sweep.Sweep();
            var told = (await province.Facts<DataRequestAlarm>()).Where(alarm => alarm.RequestId == request.Id).Select(alarm => (alarm.Clock, alarm.Percent)).ToList();
            alarms = told;
        }

        alarms.Where(alarm => alarm.Item1 == "due").Select(alarm => alarm.Item2).ShouldBe([50, 80, 100]);
        alarms.Where(alarm => alarm.Item1 == "answer").Select(alarm => alarm.Item2).ShouldBe([50, 80, 100], ignoreOrder: true);
        var shown = (await Open(province)).Single(item => item.GetProperty("requestId").GetGuid() == request.Id);
        (shown.GetProperty("dueAlarm").GetInt32(), shown.GetProperty("answerAlarm").GetInt32()).ShouldBe((100, 100));
        app.Clock.Now = received;
    }

    [Fact]
    public async Task P10_an_answered_request_rings_no_more_for_its_answer_and_a_closed_one_for_nothing()
    {
        var province = await Province(1);
        var (request, received) = (await Receive(province, 1, "correct"), app.Clock.Now);
        (await Put(province.Officer, $"/v1/data-requests/{request.Id}/answer")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        app.Clock.Now = received.AddDays(5);
        await app.Services.GetRequiredService<KeepPrivacy>().Sweep();
        (await Put(province.Officer, $"/v1/data-requests/{request.Id}/outcome", new { outcome = "done" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        app.Clock.Now = received.AddDays(40);
        await app.Services.GetRequiredService<KeepPrivacy>().Sweep();

        (await province.Facts<DataRequestAlarm>()).ShouldAllBe(alarm => alarm.Clock == "due" && alarm.Percent < 100);
        (await Open(province)).ShouldBeEmpty();
        app.Clock.Now = received;
    }

    [Fact]
    public async Task P10_a_request_is_extended_once_with_a_reason_and_within_its_limit()
    {
        var province = await Province(1);
        var request = await Receive(province, 1, "withdraw", thirdParty: true);
        var path = $"/v1/data-requests/{request.Id}/extension";

        await (await Put(province.Officer, path, new { days = 15, reason = " " })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "reason_required");
        await (await Put(province.Officer, path, new { days = 16, reason = "Cơ sở tiếp nhận chưa phản hồi" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "extension_too_long");
        (await Put(province.Officer, path, new { days = 15, reason = "Cơ sở tiếp nhận chưa phản hồi" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await Put(province.Officer, path, new { days = 1, reason = "Lần nữa" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "already_extended");

        var shown = await (await province.Officer.GetAsync($"/v1/data-requests/{request.Id}")).ShouldBe(HttpStatusCode.OK);
        shown.GetProperty("dueAt").GetDateTimeOffset().ShouldBe(request.DueAt.AddDays(15));
        shown.GetProperty("extensionReason").GetString().ShouldBe("Cơ sở tiếp nhận chưa phản hồi");
    }

    [Fact]
    public async Task A_withdrawal_at_the_desk_takes_effect_in_the_same_commit()
    {
        var province = await Province(1);
        var before = (await province.Facts<ContactConsentChanged>()).Count;

        await Receive(province, 1, "withdraw");

        (await province.Facts<ContactConsentChanged>()).Skip(before).Single().Changes.Single().ShouldSatisfyAllConditions(change => change.Scope.ShouldBe("none"), change => change.Objected.ShouldBe(true));
        (await province.Count("consent", "scope = 'none' and objected")).ShouldBe(1);
    }

    [Fact]
    public async Task P8_every_look_at_the_desk_is_journaled()
    {
        var province = await Province(1);
        var request = await Receive(province, 1, "access");
        var before = await province.Count("pii_access", "route like '%data-requests%'");

        await Open(province);
        await (await province.Officer.GetAsync($"/v1/data-requests/{request.Id}")).ShouldBe(HttpStatusCode.OK);

        (await province.Count("pii_access", "route like '%data-requests%'")).ShouldBe(before + 2);
    }

    [Fact]
    public async Task V8_erasure_under_legal_hold_is_refused_with_its_reason_and_its_clock_and_done_after()
    {
        var province = await Province(2);
        var request = await Receive(province, 1, "delete");
        var outcome = $"/v1/data-requests/{request.Id}/outcome";
        await (await Put(province.Approver, $"/v1/pupils/{province.Id(1)}/legal-hold", new { reason = "Khiếu nại số 12", endsOn = "2026-08-01" })).ShouldBe(HttpStatusCode.NoContent);

        await (await Put(province.Officer, outcome, new { outcome = "done" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "second_person_required");
        var held = await Put(province.Approver, outcome, new { outcome = "done" });
        await held.ShouldBeRefusedWith(HttpStatusCode.Conflict, "legal_hold");
        var detail = JsonDocument.Parse(await held.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString()!;
        detail.ShouldContain("Khiếu nại số 12");
        detail.ShouldContain("2026-08-01");
        detail.ShouldContain(VietnamTime.Local(request.DueAt).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        (await province.Count("pupil", "erased_at is not null")).ShouldBe(0);

        (await province.Approver.DeleteAsync($"/v1/pupils/{province.Id(1)}/legal-hold")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Put(province.Approver, outcome, new { outcome = "done" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await province.Count("pupil", "erased_at is not null")).ShouldBe(1);
        await (await Put(province.Approver, outcome, new { outcome = "done" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "already_closed");
    }

    [Fact]
    public async Task A_representative_no_longer_speaks_for_who_is_18_and_a_bad_request_is_refused()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, birth: "2008-07-01"), province.Pupil(2));

        await (await Post(province, new { pupilId = province.Id(1), kind = "access", channel = "paper", askedBy = "guardian", provenBy = "id_document" })).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "of_age");
        (await Post(province, new { pupilId = province.Id(1), kind = "access", channel = "paper", askedBy = "child", provenBy = "id_document" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await Post(province, new { pupilId = province.Id(2), kind = "forget", channel = "paper", askedBy = "child", provenBy = "id_document" })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "value_invalid");
        (await Post(province, new { pupilId = "4000000000", kind = "access", channel = "paper", askedBy = "child", provenBy = "id_document" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<Province> Province(int pupils)
    {
        var province = await app.NewProvince();
        await province.Roster(pupils);
        return province;
    }

    private static async Task<(Guid Id, DateTimeOffset DueAt)> Receive(Province province, int pupil, string kind, bool thirdParty = false)
    {
        var answer = await (await Post(province, new { pupilId = province.Id(pupil), kind, channel = "paper", askedBy = "guardian", provenBy = "id_document", thirdParty })).ShouldBe(HttpStatusCode.Created);
        return (answer.GetProperty("requestId").GetGuid(), answer.GetProperty("dueAt").GetDateTimeOffset());
    }

    private static Task<HttpResponseMessage> Post(Province province, object command) => province.Officer.PostAsJsonAsync("/v1/data-requests", command.Keyed());

    private static Task<HttpResponseMessage> Put(HttpClient http, string path, object? body = null) => http.PutAsJsonAsync(path, body ?? new { });

    private static async Task<IReadOnlyList<JsonElement>> Open(Province province) =>
        [.. (await (await province.Officer.GetAsync("/v1/data-requests")).ShouldBe(HttpStatusCode.OK)).GetProperty("items").EnumerateArray()];
}
