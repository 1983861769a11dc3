using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Graduates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace CareerPlatform.Targets.Tests;

/// <summary>Province, plan and year choose what holds: a plan adds to its parent's targets, puts its own in their place, makes them harder, or drops them.</summary>
public sealed class EffectiveTargetTests(TargetsApp app)
{
    private const string Lower = "enrolment_after_lower_secondary";
    private const string Upper = "enrolment_after_upper_secondary";

    private static readonly Plan Model = new PlanRegistry(new ConfigurationBuilder().Build()).Find("demo-97-2026")!;

    private readonly Plan country = Plan("country", null, 2020, 2030) with { Targets = [Goal("C-1", Lower, 30), Goal("C-2", Upper, 40), Goal("C-3", Lower, 20) with { Variant = "disadvantaged_area" }] };

    [Fact]
    public void A_plan_without_targets_of_its_own_holds_its_parents()
    {
        var plan = Plan("own", "96", 2025, 2030, "country");

        Held(plan, 2026, country).ShouldBe([("C-1", "country", 30, null), ("C-2", "country", 40, null), ("C-3", "country", 20, null)]);
    }

    [Fact]
    public void A_plan_overrides_tightens_drops_and_adds()
    {
        var plan = Plan("own", "96", 2025, 2030, "country") with
        {
            Targets =
            [
                Goal("P-1", Lower, 25) with { Replaces = new("C-1", "override") },
                Goal("P-2", Upper, 45) with { Replaces = new("C-2", "tighten") },
                Goal("P-3", "cluster_sessions", 4),
            ],
            Drops = [new("C-3", new("Không có vùng này", "There is no such area"), "II")],
        };

        Held(plan, 2026, country).ShouldBe([("P-1", "own", 25, "C-1"), ("P-2", "own", 45, "C-2"), ("P-3", "own", 4, null)]);
        PlanFile.Check(PlanFile.Write(plan), id => id == "country" ? country : null).ShouldBeEmpty();
    }

    [Fact]
    public void Targets_come_down_through_several_plans_each_may_change()
    {
        var region = Plan("region", "96", 2020, 2030, "country") with { Targets = [Goal("R-1", Lower, 35) with { Replaces = new("C-1", "tighten") }] };
        var plan = Plan("own", "96", 2025, 2030, "region") with { Targets = [Goal("P-1", Lower, 38) with { Replaces = new("R-1", "tighten") }] };

        Held(plan, 2026, country, region).ShouldBe([("P-1", "own", 38, "R-1"), ("C-2", "country", 40, null), ("C-3", "country", 20, null)]);
    }

    [Fact]
    public void A_parent_holds_only_while_it_is_in_force()
    {
        var plan = Plan("own", "96", 2025, 2035, "country") with { Targets = [Goal("P-1", Lower, 50)] };

        Held(plan, 2031, country).Select(held => held.Id).ShouldBe(["P-1"]);
        Held(plan, 2026, country with { Status = "suspended" }).Select(held => held.Id).ShouldBe(["P-1"]);
    }

    [Fact]
    public void Province_and_year_choose_the_plan_its_own_before_the_countrys_the_later_before_the_earlier_the_superseding_alone()
    {
        var early = Plan("early", "96", 2020, 2030);
        var late = Plan("late", "96", 2025, 2030);
        var draft = Plan("draft", "96", 2026, 2030) with { Status = "draft" };
        var after = Plan("after", "96", 2024, 2028) with { Supersedes = [new("1", Plan: "late")] };

        var without = Registry(country, early, late, draft);
        without.InForce("96", 2024)!.Id.ShouldBe("early");
        without.InForce("96", 2026)!.Id.ShouldBe("late");
        without.InForce("95", 2026)!.Id.ShouldBe("country");
        without.InForce("96", 2019).ShouldBeNull();

        var with = Registry(country, early, late, draft, after);
        with.InForce("96", 2026)!.Id.ShouldBe("after");
        with.IsInForce(late, "96", 2026).ShouldBeFalse();
        with.IsInForce(late, "96", 2030).ShouldBeTrue();   // what superseded it has ended
    }

    [Theory]
    [InlineData("C-9", "override", 30, Lower, "unknown_target")]
    [InlineData("C-2", "override", 30, Lower, "another_thing")]
    [InlineData("C-1", "tighten", 29, Lower, "not_tightened")]
    public void What_a_plan_says_about_its_parents_targets_is_checked(string replaced, string change, int low, string indicator, string code)
    {
        var text = PlanFile.Write(Plan("own", "96", 2025, 2030, "country") with { Targets = [Goal("P-1", indicator, low) with { Replaces = new(replaced, change) }] });

        var fault = PlanFile.Check(text, id => id == "country" ? country : null).ShouldHaveSingleItem();

        fault.Code.ShouldBe(code);
        text.Split('\n')[fault.Line - 1].ShouldContain(code == "not_tightened" ? "\"change\"" : "\"target\"");
    }

    [Fact]
    public void A_later_year_is_not_tighter()
    {
        var plan = Plan("own", "96", 2025, 2030, "country") with { Targets = [Goal("P-1", Lower, 60, 2030) with { Replaces = new("C-1", "tighten") }] };

        PlanFile.Check(PlanFile.Write(plan), _ => country).ShouldHaveSingleItem().Code.ShouldBe("not_tightened");
    }

    [Fact]
    public void A_parent_that_is_unknown_or_leads_back_and_a_dropped_target_it_does_not_have_are_faults()
    {
        var plan = Plan("own", "96", 2025, 2030, "country") with { Drops = [new("C-9", new("a", "a"), "II")] };

        Codes(plan, _ => null).ShouldBe(["unknown_plan"]);
        Codes(plan, _ => country).ShouldBe(["unknown_target"]);
        Codes(plan, _ => country with { Parent = new("1", Plan: "own") }).ShouldBe(["parent_cycle"]);
        Codes(plan with { Targets = [Goal("C-1", Lower, 30)], Drops = [] }, _ => country).ShouldBe(["duplicate_code"]);

        static IEnumerable<string> Codes(Plan plan, Func<string, Plan?> find) => PlanFile.Check(PlanFile.Write(plan), find).Select(fault => fault.Code);
    }

    [Fact]
    public void No_rate_is_asked_for_where_no_plan_asks_for_one()
    {
        var registry = new PlanRegistry(new ConfigurationBuilder().Build());

        foreach (var (province, year) in new[] { ("86", 2026), ("01", 2024), ("84", 2026) }) registry.InForce(province, year).ShouldBeNull();
        registry.Targets(registry.InForce("80", 2025)!, 2025).ShouldBeEmpty();
        registry.InForce("84", 2024)!.Id.ShouldBe("tra-vinh-1138-2023");
        registry.InForce("77", 2023)!.Id.ShouldBe("ba-ria-vung-tau-225-2023");
        registry.InForce("86", 2020)!.Id.ShouldBe("vinh-long-394-2019");
    }

    [Fact]
    public async Task A_plan_loaded_by_the_api_holds_at_once_with_what_it_takes_from_its_parent()
    {
        var parent = Plan("parent-95", "95", 2020, 2030) with { Targets = [Goal("C-1", Lower, 30), Goal("C-2", Upper, 40)] };
        var plan = Plan("own-95", "95", 2025, 2030, "parent-95") with { Targets = [Goal("P-1", Lower, 35) with { Replaces = new("C-1", "tighten") }] };

        (await Load(parent)).ShouldBe((HttpStatusCode.OK, 1));
        (await Load(plan)).ShouldBe((HttpStatusCode.OK, 1));
        (await Load(plan)).ShouldBe((HttpStatusCode.OK, 1));   // the same again
        var inForce = await app.As("leader", "95").GetFromJsonAsync<JsonObject>("/v1/plans/in-force?year=2026");
        var figures = await app.As("leader", "95").GetFromJsonAsync<JsonObject>("/v1/indicators?year=2026");

        ((string)inForce!["plan"]!).ShouldBe("own-95");
        inForce["targets"]!.AsArray().Select(item => ((string)item!["target"]!["id"]!, (string)item["plan"]!, (string?)item["change"], (string?)item["replaced"]?["id"], (bool)item["counts"]!))
            .ShouldBe([("P-1", "own-95", "tighten", "C-1", true), ("C-2", "parent-95", null, null, true)]);
        figures!["items"]!.AsArray().Select(item => ((string)item!["code"]!, (string)item["plan"]!, (decimal)item["marks"]![0]!["value"]!)).ShouldBe([(Lower, "own-95", 35m), (Upper, "parent-95", 40m)]);

        (await Load(plan with { Targets = [] })).ShouldBe((HttpStatusCode.OK, 2));
        (await app.As("leader", "95").GetFromJsonAsync<JsonObject>("/v1/plans/in-force?year=2026"))!["targets"]!.AsArray().Select(item => (string)item!["target"]!["id"]!).ShouldBe(["C-1", "C-2"]);
        (await app.Rows<string>("select loaded_by from plans where plan_id = 'own-95' order by version")).ShouldBe(["person-of-the-test", "person-of-the-test"]);
    }

    [Fact]
    public async Task A_loaded_plan_with_other_census_days_counts_its_cohorts_again()
    {
        var plan = Plan("census-94", "94", 2025, 2030) with { Targets = [Goal("P-1", Lower, 30)] };
        await Load(plan);
        await app.Hear("schools", Season.Recognised("94001", [9401, 9402]) with { Province = "94" }, tenant: "94");
        (await app.Rows<DateOnly>("select distinct census_on from graduates where tenant_id = '94'")).ShouldBe([new DateOnly(2026, 11, 15)]);

        await Load(plan with { Parameters = plan.Parameters with { Census = new("10-31", "12-10") } });

        (await app.Rows<DateOnly>("select distinct census_on from graduates where tenant_id = '94'")).ShouldBe([new DateOnly(2026, 10, 31)]);
    }

    [Fact]
    public async Task Another_replica_takes_over_what_was_loaded_and_leaves_out_what_no_longer_holds()
    {
        await Load(Plan("shared-91", "91", 2025, 2030));
        var database = app.Services.GetRequiredService<Database>();
        await database.Run("91", work => work.Execute("insert into plans (tenant_id, plan_id, version, body, loaded_at) values ('91', 'old-91', 1, '{}', now())"));
        var plans = new PlanRegistry(new ConfigurationBuilder().Build());
        using var replica = new RecountWhenPlansChange(database, plans, app.Clock, NullLogger<RecountWhenPlansChange>.Instance);

        (await replica.Refresh(default)).ShouldBeTrue();

        plans.InForce("91", 2026)!.Id.ShouldBe("shared-91");
        plans.Find("old-91").ShouldBeNull();
        plans.Find("nghe-an-3129-2021").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_file_with_faults_is_refused_with_their_places_and_another_provinces_plan_is_not_touched()
    {
        var text = PlanFile.Write(Plan("own-93", "93", 2025, 2030) with { Targets = [Goal("P-1", Lower, 130)] });

        var refused = await Put("own-93", text);
        var problem = await refused.Content.ReadFromJsonAsync<JsonObject>();

        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ((string)problem!["code"]!).ShouldBe("plan_invalid");
        var fault = problem["errors"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)fault["code"]!, (string)fault["pointer"]!).ShouldBe(("over_100_percent", "/targets/0/low"));
        text.Split('\n')[(int)fault["row"]! - 1].ShouldContain("\"low\": 130");

        (await Put("another", PlanFile.Write(Plan("own-93", "93", 2025, 2030)))).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Put("own-93", PlanFile.Write(Plan("own-93", "92", 2025, 2030)))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Put("demo-97-2026", PlanFile.Write(Plan("demo-97-2026", "93", 2025, 2030)))).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Put("own-93", "{}", role: "leader")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await app.As("leader", "93").GetFromJsonAsync<JsonObject>("/v1/plans/in-force?year=2026"))!["plan"].ShouldBeNull();

        async Task<HttpResponseMessage> Put(string id, string body, string role = "officer") => await app.As(role, "93").PutAsync($"/v1/plans/{id}", new StringContent(body, Encoding.UTF8, "application/json"));
    }

    private async Task<(HttpStatusCode, int)> Load(Plan plan)
    {
        var answer = await app.As("officer", plan.Province!).PutAsync($"/v1/plans/{plan.Id}", new StringContent(PlanFile.Write(plan), Encoding.UTF8, "application/json"));
        var said = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, said);
        return (answer.StatusCode, (int)JsonNode.Parse(said)!["version"]!);
    }

    private static IEnumerable<(string Id, string Plan, decimal Low, string? Replaced)> Held(Plan plan, int year, params Plan[] others) =>
        Registry([plan, .. others]).Targets(plan, year).Select(held => (held.Target.Id, held.Plan, held.Target.Low, held.Replaced?.Id));

    private static PlanRegistry Registry(params Plan[] plans)
    {
        var registry = new PlanRegistry(new ConfigurationBuilder().Build());
        registry.Use(plans);
        return registry;
    }

    private static Plan Plan(string id, string? province, int from, int to, string? parent = null) =>
        Model with { Id = id, Province = province, Period = new(from, to), Parent = parent is null ? null : new IssuedDocument("1/KH", Plan: parent), Targets = [] };

    private static Target Goal(string id, string indicator, decimal low, int due = 2028) => Model.Targets[0] with
    {
        Id = id,
        Indicator = new(indicator, 1),
        Population = new("person"),
        Comparator = "at_least",
        Low = low,
        High = null,
        Due = new() { Kind = "year", Year = due },
        Replaces = null,
    };
}
