using CareerPlatform.Careerctl.Plans;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;

namespace CareerPlatform.Careerctl.Tests;

/// <summary>`docs/plans` shows every plan as the system understands it and is never stale; with APPROVE=1 the pages are written.</summary>
public sealed class PlanPageTests
{
    private static readonly string Held = Path.Combine(SharedData.Repository, "services/Targets/Plans");

    public static TheoryData<string> Plans => [.. Directory.GetFiles(Held, "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory]
    [MemberData(nameof(Plans))]
    public void The_page_of_a_plan_is_the_plan_in_the_repository(string plan)
    {
        var page = PlanPage.Of(PlanFile.Parse(File.ReadAllText(Path.Combine(Held, $"{plan}.json"))));
        var file = Path.Combine(SharedData.Repository, "docs/plans", $"{plan}.md");
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(file, page);

        File.ReadAllText(file).ShouldBe(page, $"docs/plans/{plan}.md is stale. Write it with `careerctl plan page services/Targets/Plans/{plan}.json`.");
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void The_page_of_a_plan_shows_every_target_task_and_report_with_its_clause(string id)
    {
        var plan = PlanFile.Parse(File.ReadAllText(Path.Combine(Held, $"{id}.json")));
        var rows = PlanPage.Of(plan).Split('\n').Where(line => line.StartsWith('|')).ToList();

        foreach (var (clause, code, title) in plan.Targets.Select(target => (target.Clause, target.Id, target.Title)).Concat(plan.Tasks.Select(task => (task.Clause, task.Code, task.Title))).Concat(plan.Reporting.Select(duty => (duty.Clause, duty.Code, duty.Title))))
            rows.Count(row => row.StartsWith($"| {clause} | {code} | {title.Vi} · {title.En}", StringComparison.Ordinal)).ShouldBe(1, $"{id} {code}");
    }
}
