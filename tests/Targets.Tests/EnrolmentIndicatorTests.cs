using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Facts in, rates out over HTTP; real PostgreSQL.</summary>
public sealed class EnrolmentIndicatorTests() : ServiceApp<PlanRegistry>("targets")
{
    [Fact]
    public async Task The_rate_counts_who_started_a_trade_over_all_recognised_and_bounds_what_is_not_known()
    {
        await Hear("schools", Recognised("97001", pupils: Enumerable.Range(1, 10)));
        foreach (var pupil in Enumerable.Range(1, 3)) await Hear("destinations", Recorded(pupil, ("gdnn_intermediate", "2026-09-01")), Pupil(pupil), 1);
        foreach (var pupil in Enumerable.Range(4, 5)) await Hear("destinations", Recorded(pupil, ("upper_secondary", "2026-07-20")), Pupil(pupil), 1);

        var item = await Item("enrolment_after_lower_secondary");

        var figure = item["figure"]!;
        ((long)figure["n"]!, (long)figure["d"]!, (long)figure["notKnown"]!).ShouldBe((3, 10, 2));
        ((decimal)figure["lower"]!, (decimal)figure["upper"]!).ShouldBe((30m, 50m));
        ((string)figure["maturity"]!, (bool)figure["provisional"]!).ShouldBe(("started", true));
        ((string)item["state"]!).ShouldBe("met");
    }

    private async Task<JsonNode> Item(string code, string variant = "general")
    {
        var answer = await As("leader").GetFromJsonAsync<JsonObject>("/v1/indicators?year=2026");
        return answer!["items"]!.AsArray().Single(item => (string)item!["code"]! == code && (string)item["variant"]! == variant)!;
    }
}
