using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;
using Microsoft.Extensions.Configuration;

namespace CareerPlatform.Targets.Tests;

/// <summary>Plans are data: complete against the sources, checked line by line, served as they are understood.</summary>
public sealed class PlanTests(TargetsApp app) : InProvince(app)
{
    private static readonly PlanRegistry Registry = new(new ConfigurationBuilder().Build());

    [Fact]
    public void The_demo_provinces_plan_asks_for_the_same_kinds_of_things_with_its_own_figures()
    {
        var (demo, provincial) = (Registry.Find("demo-97-2026")!, Registry.Find("nghe-an-3129-2021")!);

        demo.Fictional.ShouldBeTrue();
        demo.Targets.Select(target => target.Indicator.Code).Order().ShouldBe(provincial.Targets.Select(target => target.Indicator.Code).Order());
        demo.InForce("97", 2026).ShouldBeTrue();
        provincial.InForce("97", 2023).ShouldBeFalse();
        Registry.InForce("40", 2025)!.Id.ShouldBe("nghe-an-3129-2021");
        Registry.InForce("40", 2026).ShouldBeNull();
    }

    [Theory]
    [InlineData("\"comparator\": \"range_as_minimum\"", "\"comparator\": \"roughly\"", "must be one of at_least, about, exactly, range_as_minimum")]
    [InlineData("\"low\": 20,", "\"low\": \"20\",", "must be number, not string")]
    [InlineData("\"province\": \"40\"", "\"province\": \"Nghệ An\"", "must match ^[0-9]{2}$")]
    [InlineData("\"date\": \"2021-08-24\"", "\"date\": \"24/8/2021\"", "must be a date, YYYY-MM-DD")]
    [InlineData("\"kind\": \"year_end\"", "\"kind\": \"someday\"", "\"kind\" must be one of date, yearly")]
    [InlineData("\"status\": \"in_force\"", "\"state\": \"in_force\"", "\"state\" is not known here")]
    [InlineData("\"sustained\": \"03-31\"", "\"sustained\": \"02-29\"", "there is no such day in every year")]
    [InlineData("\"high\": 25,", "\"high\": 15,", "lies above its lower end")]
    [InlineData("\"high\": 25,", "\"high\": 125,", "more than 100 percent")]
    [InlineData("\"id\": \"NA-14\"", "\"id\": \"NA-13\"", "names two targets")]
    [InlineData("\"code\": \"funding_need\"", "\"code\": \"funding\"", "there is no indicator funding")]
    [InlineData("\"code\": \"funding_need\", \"version\": 1", "\"code\": \"funding_need\", \"version\": 7", "the newest version of funding_need is 1")]
    [InlineData("\"to\": 2025", "\"to\": 2020", "the period ends before it begins")]
    [InlineData("\"date\": \"2022-03-01\"", "\"date\": \"2026-03-01\"", "due after the plan ends")]
    [InlineData("\"year\": 2023 }", "\"year\": 2020 }", "due before the plan begins")]
    [InlineData("\"leads\": [\"labour_department\"]", "\"leads\": [\"labor_department\"]", "there is no function labor_department")]
    [InlineData("\"productHolder\": \"labour_department\"", "\"productHolder\": \"nobody\"", "there is no function nobody")]
    [InlineData("\"code\": \"2.17\"", "\"code\": \"2.16\"", "2.16 names two tasks")]
    [InlineData("\"code\": \"R1\"", "\"code\": \"B1\"", "B1 is already used")]
    [InlineData("[\"4.1\", \"5.1\"]", "[\"4.1\", \"9.9\"]", "there is no task 9.9")]
    [InlineData("[\"4.1\", \"5.1\"]", "[\"5.2\", \"5.1\"]", "depends on itself: 5.2 → 5.2")]
    [InlineData("\"event\": \"grade10_results\"", "\"event\": \"full_moon\"", "there is no event full_moon")]
    [InlineData("{ \"kind\": \"date\", \"date\": \"2022-03-01\", \"strictlyBefore\": true }", "{ \"kind\": \"yearly\", \"day\": \"03-01\" }", "does not go with once")]
    [InlineData("\"from\": 2024", "\"from\": 2024.0", "not written as a whole one")]
    [InlineData("\"low\": 26500000000", "\"low\": 1e400", "a number too large")]
    [InlineData("\"notBefore\": \"11-15\"", "\"notBefore\": \"11-31\"", "there is no such day in every year")]
    [InlineData("\"from\": 2024", "\"from\": 2020", "lies outside the plan's period")]
    [InlineData("\"target\": \"NA-35\"", "\"target\": \"NA-99\"", "there is no target NA-99")]
    public void A_fault_in_a_plan_file_is_named_with_its_line(string right, string wrong, string message)
    {
        var json = Text("nghe-an-3129-2021");
        var broken = Replace(json, right, wrong);
        var line = json[..json.IndexOf(right, StringComparison.Ordinal)].Count(letter => letter == '\n') + 1;

        var faults = PlanFile.Check(broken);

        faults.ShouldContain(fault => fault.Line == line && fault.Message.En.Contains(message, StringComparison.Ordinal), string.Join('\n', faults));
    }

    [Fact]
    public void A_member_that_is_missing_is_named_at_the_object_that_lacks_it()
    {
        var json = Replace(Text("nghe-an-3129-2021"), "      \"clause\": \"II.1\",\n", "");

        var fault = PlanFile.Check(json).ShouldHaveSingleItem();

        (fault.Code, fault.Message.En, fault.Message.Vi).ShouldBe(("missing_member", "\"clause\" is missing", "thiếu \"clause\""));
        json.Split('\n')[fault.Line - 1].ShouldBe("    {");
        fault.Pointer.ShouldBe("/targets/0");
    }

    [Theory]
    [InlineData("{\n  \"id\": \"x\",\n  \"id\": \"y\"\n}", 3)]
    [InlineData("{\n  \"id\": \"x\",\n}", 3)]
    [InlineData("[]", 1)]
    [InlineData("", 1)]
    public void Text_that_is_not_a_json_object_is_named_with_its_line(string json, int line) => PlanFile.Check(json).ShouldHaveSingleItem().Line.ShouldBe(line);

    [Fact]
    public void A_folder_of_further_plans_is_read_and_one_that_is_not_valid_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("plans-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "more.json"), Replace(Text("demo-97-2026"), "\"id\": \"demo-97-2026\"", "\"id\": \"more\""));
            new PlanRegistry(In(folder)).Find("more").ShouldNotBeNull();

            File.WriteAllText(Path.Combine(folder, "wrong.json"), "{}");
            Should.Throw<PlanInvalid>(() => new PlanRegistry(In(folder))).Message.ShouldContain("wrong.json: line 1, column 1: missing_member: \"id\" is missing");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static IConfiguration In(string folder) => new ConfigurationBuilder().AddInMemoryCollection([new("Plans:Folder", folder)]).Build();
    }

    [Fact]
    public void A_dependency_that_comes_round_is_named_with_the_way_it_takes()
    {
        var broken = Replace(Replace(Text("nghe-an-3129-2021"), "\"code\": \"4.2\",", "\"code\": \"4.2\",\n      \"dependsOn\": [\"5.2\"],"), "\n      \"code\": \"4.2\",\n      \"dependsOn\"", "\n      \"code\": \"4.2\", \"dependsOn\"");

        var faults = PlanFile.Check(broken);

        faults.Select(fault => fault.Message.En).ShouldBe(["depends on itself: 4.2 → 5.2 → 5.1 → 4.2", "depends on itself: 5.1 → 4.2 → 5.2 → 5.1", "depends on itself: 5.2 → 5.1 → 4.2 → 5.2"]);
        broken.Split('\n')[faults[0].Line - 1].ShouldContain("\"dependsOn\": [\"5.2\"]");
    }

    [Fact]
    public void The_column_of_a_fault_counts_letters_not_bytes()
    {
        var fault = PlanFile.Check("""{ "title": { "vi": "Đề án", "en": 7 }, "unknown": 1 }""").First(fault => fault.Code == "wrong_type");

        (fault.Line, fault.Column).ShouldBe((1, 29));
        PlanFile.Check("{ \"đề án\": }").ShouldHaveSingleItem().Column.ShouldBe(12);
    }

    [Fact]
    public async Task Plans_are_listed_with_the_callers_own_province_first_and_shown_whole()
    {
        var list = await App.As("leader", "40").GetFromJsonAsync<JsonObject>("/v1/plans?year=2024");
        var plan = await App.As("leader", "40").GetFromJsonAsync<JsonObject>("/v1/plans/nghe-an-3129-2021");

        var items = list!["items"]!.AsArray().Select(item => ((string)item!["id"]!, (bool)item["inForce"]!)).ToList();
        items[0].ShouldBe(("nghe-an-3129-2021", true));
        items.ShouldContain(("demo-97-2026", false));
        plan!["targets"]!.AsArray().Count.ShouldBe(23);
        plan["tasks"]!.AsArray().Select(task => (string)task!["code"]!).ShouldContain("5.2");
        ((string)plan["number"]!).ShouldBe("3129/QĐ-UBND");
        (await As("leader").GetAsync("/v1/plans/nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await App.CreateClient().GetAsync("/v1/plans")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_schema_of_a_plan_file_is_published()
    {
        var schema = await App.CreateClient().GetFromJsonAsync<JsonObject>("/v1/plans/schema");

        ((string)schema!["$schema"]!).ShouldBe("https://json-schema.org/draft/2020-12/schema");
    }

    private static string Text(string plan) => File.ReadAllText(Path.Combine(SharedData.Repository, "services/Targets/Plans", plan + ".json"));

    /// <summary>The first place only; fails when there is none.</summary>
    private static string Replace(string json, string right, string wrong)
    {
        var at = json.IndexOf(right, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(-1, right);
        return json[..at] + wrong + json[(at + right.Length)..];
    }
}
