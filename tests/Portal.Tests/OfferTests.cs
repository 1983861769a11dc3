using System.Globalization;
using System.Net;
using CareerPlatform.Portal.Features.Family;
using CareerPlatform.Portal.Features.Public;
using CareerPlatform.Portal.Features.Work;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace CareerPlatform.Portal.Tests;

/// <summary>What institutions and families read of trades, steps and messages, and what everybody sees while a service is away.</summary>
public sealed class OfferTests
{
    private static readonly Offers.Offer Electricity = new(Guid.NewGuid(), Guid.NewGuid(), "Trường Trung cấp (mẫu)", "other", true, "97001", "Xã Mẫu", "Huyện Mẫu", "5520227", "Điện công nghiệp", "intermediate", 2026, 20, 3, 0, [], null);

    [Theory]
    [InlineData("5520227", "Điện công nghiệp")]
    [InlineData("6520227", "Điện công nghiệp")]   // the same trade at another level
    [InlineData("5520999", "Kỹ thuật")]           // nobody teaches it: its field
    [InlineData("48", "Máy tính và công nghệ thông tin")]
    [InlineData("9990001", "9990001")]
    [InlineData(null, null)]
    public void A_trade_has_a_name_instead_of_its_code(string? code, string? name)
    {
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("vi-VN");

        new TradeNames([Electricity]).Of(code).ShouldBe(name);
    }

    [Theory]
    [InlineData("offered", null, false, "first")]
    [InlineData("offered", null, true, "write")]
    [InlineData("contacted", "no_answer", false, "again")]
    [InlineData("contacted", "interested", false, "invite")]
    [InlineData("contacted", "will_enrol", false, "start")]
    [InlineData("contacted", "wrong_number", false, "number")]
    [InlineData("refused", "refused", false, "wait")]
    [InlineData("applied", "reached", false, "start")]
    public void What_to_do_next_follows_from_what_came_of_the_last_contact(string state, string? outcome, bool relay, string step) => ListLeads.StepOf(state, outcome, relay).ShouldBe(step);

    [Theory]
    [InlineData("area", "Huyện Mẫu", true)]
    [InlineData("area", "Huyện Khác", false)]
    [InlineData("trade", "520227", true)]
    [InlineData("level", "college", false)]
    public void A_filter_takes_what_it_says(string by, string value, bool takes)
    {
        var filter = new ShowOffers.Filter("97", by == "area" ? value : null, by == "trade" ? value : null, by == "level" ? value : null, Free: true);

        filter.Takes(Electricity).ShouldBe(takes);
        filter.Takes(Electricity with { FreeSeats = 0 }).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/portal/public/programmes", HttpStatusCode.OK)]
    [InlineData("/portal/public/indicators", HttpStatusCode.OK)]
    [InlineData("/portal/public/programmes.csv", HttpStatusCode.ServiceUnavailable)]
    public async Task While_a_service_is_away_a_page_says_so_where_its_part_would_be_and_a_file_is_not_half(string page, HttpStatusCode status)
    {
        await using var app = new WebApplicationFactory<Design.Place>().WithWebHostBuilder(builder => builder.UseEnvironment("Development")
            .UseSetting("services:identity:http:0", "http://127.0.0.1:9").UseSetting("services:enrolment:http:0", "http://127.0.0.1:9").UseSetting("services:targets:http:0", "http://127.0.0.1:9"));

        using var answer = await app.CreateClient().GetAsync(page);

        answer.StatusCode.ShouldBe(status);
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).ShouldContain("Dịch vụ tạm thời không trả lời");
    }

    [Fact]
    public async Task Codes_are_shown_on_a_page_in_a_trial_only()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "+84987000111 Mã một\n+84987000112 Mã hai\n", TestContext.Current.CancellationToken);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Messages:File", file)]).Build();

        SignInFamily.Unsent(configuration, new Host("Development")).ShouldBe(["+84987000112 Mã hai", "+84987000111 Mã một"]);
        SignInFamily.Unsent(configuration, new Host("Production")).ShouldBeEmpty();
        File.Delete(file);
        SignInFamily.Unsent(configuration, new Host("Development")).ShouldBeEmpty();
    }

    private sealed class Host(string environment) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = environment;
        public string ApplicationName { get; set; } = "portal";
        public string ContentRootPath { get; set; } = "/";
        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
