using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;
using Microsoft.Extensions.Configuration;

namespace CareerPlatform.Targets.Tests;

/// <summary>Plans are data: complete against the sources, checked line by line, served as they are understood.</summary>
public sealed partial class PlanTests(TargetsApp app) : InProvince(app)
{
    private static readonly PlanRegistry Registry = new(new ConfigurationBuilder().Build());

    [Fact]
    public void Nghe_Ans_plan_holds_every_numeric_row_of_the_source_with_its_value_variant_due_and_clause()
    {
        var rows = File.ReadAllLines(SharedData.Path("domain/plans.md"))
            .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells.Length > 8 && cells[2] == "NA").ToList();
        var plan = Registry.Find("nghe-an-3129-2021")!;

        rows.Count.ShouldBe(23);
        plan.Targets.Count.ShouldBe(23);
        foreach (var row in rows)
        {
            var target = plan.Targets.Single(target => target.Id == $"NA-{row[1]}");
            target.Clause.ShouldBe(row[8], target.Id);
            var numbers = Number().Matches(row[5].Replace(",", "", StringComparison.Ordinal)).Select(match => decimal.Parse(match.Value, CultureInfo.InvariantCulture)).ToList();
            target.Low.ShouldBe(numbers[0], target.Id);
            if (row[5].Contains('–', StringComparison.Ordinal)) (target.Comparator, target.High).ShouldBe(("range_as_minimum", numbers[1]), target.Id);
            else (target.Comparator, target.High).ShouldBe((row[5].StartsWith('≥') ? "at_least" : "exactly", null), target.Id);
            target.Variant.ShouldBe(row[7] switch { "general" => "general", "ĐBKK localities" => "disadvantaged_area", "schools in ĐBKK localities" => "disadvantaged_school", _ => "none" }, target.Id);
            var year = Year().Match(row[6]);
            if (row[6] is "2025" or "end 2023") (target.Due.Kind, target.Due.Year).ShouldBe((row[6] == "2025" ? "year" : "year_end", int.Parse(year.Value, CultureInfo.InvariantCulture)), target.Id);
            target.Population.EachLevel.ShouldBe(row[4].Contains("each level", StringComparison.Ordinal), target.Id);
        }
    }

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
    public void A_fault_in_a_plan_file_is_named_with_its_line(string right, string wrong, string message)
    {
        var json = Text("nghe-an-3129-2021");
        var broken = Replace(json, right, wrong);
        var line = json[..json.IndexOf(right, StringComparison.Ordinal)].Count(letter => letter == '\n') + 1;

        var faults = PlanFile.Check(broken);

        faults.ShouldContain(fault => fault.Line == line && fault.Message.Contains(message, StringComparison.Ordinal), string.Join('\n', faults));
    }

    [Fact]
    public void A_member_that_is_missing_is_named_at_the_object_that_lacks_it()
    {
        var json = Replace(Text("nghe-an-3129-2021"), "      \"clause\": \"II.1\",\n", "");

        var fault = PlanFile.Check(json).ShouldHaveSingleItem();

        fault.Message.ShouldBe("\"clause\" is missing");
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
            Should.Throw<PlanInvalid>(() => new PlanRegistry(In(folder))).Message.ShouldContain("wrong.json: line 1, column 1: \"id\" is missing");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static IConfiguration In(string folder) => new ConfigurationBuilder().AddInMemoryCollection([new("Plans:Folder", folder)]).Build();
    }

    [Fact]
    public void The_schema_holds_what_the_other_source_plans_need()
    {
        var plan = Replace(Text("demo-97-2026"), "\"status\": \"in_force\",",
            """
            "status": "in_force",
            "externalTargets": [{ "document": { "number": "2465/QĐ-UBND", "date": "2018-12-17" }, "reason": { "vi": "Không có trong nguồn", "en": "Not in the source" } }],
            "tasks": [
              { "code": "1.1", "title": { "vi": "Kế hoạch truyền thông", "en": "Communication plan" }, "recurrence": "yearly", "due": { "kind": "yearly", "day": "09-05", "strictlyBefore": true },
                "lead": null, "leadByRule": "education_department", "coordinators": ["information_department", "press"], "productHolder": "education_department", "clause": "App 1.1" },
              { "code": "4.1", "title": { "vi": "Đoàn kiểm tra", "en": "Inspection teams" }, "recurrence": "yearly", "due": { "kind": "yearly", "day": "12-10" },
                "lead": "provincial_committee", "coordinators": [], "productHolder": null, "dependsOn": ["1.1"], "clause": "App 4.1" }],
            "phases": [{ "from": 2026, "to": 2028, "items": [{ "vi": "Đào tạo", "en": "Train" }], "clause": "IV" }, { "from": 2028, "to": 2030, "items": [{ "vi": "Duy trì", "en": "Maintain" }], "clause": "IV" }],
            "funding": [{ "source": { "vi": "Ngân sách", "en": "Budget" }, "clause": "IV.1" }],
            "reporting": [{ "from": "district_education", "to": "education_department", "recurrence": "six_monthly", "clause": "V.9" }],
            "conference": { "due": { "kind": "week", "weekOf": "2026-10-26" }, "place": "Hội trường A", "capacity": 500, "speeches": [{ "author": "Sở", "kind": "assigned" }], "clause": "III" },
            "channels": ["sms", "zalo", "radio_tv"],
            """);

        PlanFile.Check(plan).ShouldBeEmpty();
    }

    [Fact]
    public async Task Plans_are_listed_with_the_callers_own_province_first_and_shown_whole()
    {
        var list = await App.As("leader", "40").GetFromJsonAsync<JsonObject>("/v1/plans?year=2024");
        var plan = await App.As("leader", "40").GetFromJsonAsync<JsonObject>("/v1/plans/nghe-an-3129-2021");

        list!["items"]!.AsArray().Select(item => ((string)item!["id"]!, (bool)item["inForce"]!)).ShouldBe([("nghe-an-3129-2021", true), ("demo-97-2026", false)]);
        plan!["targets"]!.AsArray().Count.ShouldBe(23);
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

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"\d{4}")]
    private static partial Regex Year();
}
