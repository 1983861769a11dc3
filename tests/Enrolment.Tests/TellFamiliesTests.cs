using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Features.Relay;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Families of mode B are told through a message gateway that is away or refuses: a real server on loopback.</summary>
public sealed class TellFamiliesTests(TellFamiliesTests.BothAndGateway both) : IClassFixture<TellFamiliesTests.BothAndGateway>
{
    public sealed class BothAndGateway : BesideSchoolsTests.Both
    {
        public Receiver Gateway { get; private set; } = null!;

        public override async ValueTask InitializeAsync()
        {
            Gateway = await Receiver.Start();
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Gateway.DisposeAsync();
        }

        protected override void SendMessages(Dictionary<string, string?> settings) => settings["Messages:Url"] = $"http://127.0.0.1:{Gateway.Port}/messages";
    }

    private static readonly DateTimeOffset Morning = new(2026, 10, 1, 1, 0, 0, TimeSpan.Zero);   // 8:00 in Vietnam

    [Fact]
    public async Task While_the_message_gateway_is_away_numbers_are_opened_and_journaled_ever_more_seldom_also_after_a_restart_and_nobody_is_forgotten()
    {
        both.Now = Morning;
        var season = both.Enrolment.NewSeason();
        var institution = await season.Institution();
        foreach (var phone in new[] { "+84900000001", "+84900000002" }) await Written(season, institution, phone);
        both.Gateway.Answer = Receiver.Status(StatusCodes.Status503ServiceUnavailable);
        var before = both.Gateway.Got.Count;
        var asked = new List<int>();

        for (var minute = 0; minute <= 180; minute++)
        {
            both.Now = Morning.AddMinutes(minute);
            (await Sweep(both.Enrolment)).ShouldBe(0);
            while (before + asked.Count < both.Gateway.Got.Count) asked.Add(minute);
        }
        asked.ShouldBe([0, 1, 3, 7, 15, 31, 63, 123], "1, 2, 4, … minutes, an hour at most");
        (await Journaled(season)).ShouldBe(8, "a number is opened only when the gateway is asked");
        (await both.Schools.Rows<long>("select count(*) from family_notice where tenant_id = @Province", new { season.Province })).ShouldBe([0], "nobody was told, and the day is free");

        both.Gateway.Answer = Receiver.Status(StatusCodes.Status200OK);
        await using var restarted = both.Restarted();
        await restarted.InitializeAsync();
        (await Sweep(restarted)).ShouldBe(0, "it is not due, and the database knows");
        (await Journaled(season)).ShouldBe(8);
        both.Now = restarted.Clock.Now = Morning.AddMinutes(183);
        (await Sweep(restarted)).ShouldBe(2);
        (await Sweep(both.Enrolment)).ShouldBe(0, "once a day");
        (await Journaled(season)).ShouldBe(10);
        (await both.Enrolment.Rows<long>("select (select count(*) from family_telling where tenant_id = @Province) + (select count(*) from telling_pause where tenant_id = @Province)", new { season.Province })).ShouldBe([0]);
    }

    [Fact]
    public async Task A_number_the_gateway_never_takes_keeps_no_other_family_waiting()
    {
        both.Now = Morning;
        var season = both.Enrolment.NewSeason();
        var institution = await season.Institution();
        string[] phones = ["+84900000011", "+84900000012", "+84900000013"];
        foreach (var phone in phones)
        {
            await Written(season, institution, phone);
            both.Now = both.Enrolment.Clock.Now.AddSeconds(1);
        }
        both.Gateway.Answer = (http, got) => Receiver.Status((string)got.Json["to"]! == phones[0] ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)(http, got);
        var before = both.Gateway.Got.Count;
        async Task<int> After(int minutes)
        {
            both.Now = Morning.AddSeconds(3).AddMinutes(minutes);
            return await Sweep(both.Enrolment);
        }

        (await After(0)).ShouldBe(0, "the first to be asked is refused, and the gateway is left alone for a while");
        (await After(1)).ShouldBe(2);
        foreach (var minutes in new[] { 2, 3, 4, 5, 6, 7 }) (await After(minutes)).ShouldBe(0);

        both.Gateway.Got.Skip(before).Select(got => (string)got.Json["to"]!).ShouldBe([phones[0], phones[1], phones[2], phones[0], phones[0], phones[0]], "after 1, 2 and 4 minutes");
        (await Journaled(season)).ShouldBe(6);

        both.Gateway.Answer = Receiver.Status(StatusCodes.Status200OK);
        (await After(15)).ShouldBe(1, "it is told as soon as its number is taken");
    }

    private async Task Written(Season season, Participant institution, string phone)
    {
        PupilWithoutPlace pupil = season.Pupil();
        await season.Relay(pupil);
        await season.Finalize(pupil);
        await both.Known(season, pupil, phone);
        await season.Post(institution.Http, $"/v1/leads/{await season.LeadOf(pupil)}/messages", new { text = "Trường còn chỗ." });
    }

    private static Task<int> Sweep(EnrolmentApp app) => app.Services.GetRequiredService<TellFamilies>().Sweep(TestContext.Current.CancellationToken);

    private async Task<long> Journaled(Season season) => (await both.Schools.Rows<long>("select count(*) from pii_access where tenant_id = @Province", new { season.Province })).Single();
}
