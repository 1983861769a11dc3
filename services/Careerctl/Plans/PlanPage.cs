using System.CommandLine;
using System.Globalization;
using System.Text;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Careerctl.Plans;

/// <summary>A plan as the system understands it, as a page: every target, task and report, what is kept open, and what lives elsewhere.</summary>
static class PlanPage
{
    public static Command Command()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A valid plan file." };
        var page = new Command("page", "Writes a plan as a page of Markdown.") { file };
        page.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!.ToString();
            if (CheckPlan.Check([path], "both", Console.Error, Console.Error) is var code and not 0) return code;
            Console.Out.Write(Of(PlanFile.Parse(File.ReadAllText(path))));
            return 0;
        });
        return page;
    }

    internal static string Of(Plan plan)
    {
        var page = new StringBuilder();
        Line($"# {plan.Title.Vi}");
        Line();
        Line($"{plan.Title.En}. Written from `services/Targets/Plans/{plan.Id}.json` by `careerctl plan page`; do not edit.");
        Line();
        Line($"* {plan.Issuer} ({plan.IssuerLevel}), {plan.Number ?? $"no number (…/{plan.Symbol})"}, {Day(plan.Date) ?? (plan.Month is null ? "no date" : $"no day ({plan.Month})")}; province {plan.Province ?? "every one"}; {plan.Status}");
        Line($"* period {plan.Period.From}–{plan.Period.To}{(plan.Period.Orientation is { } ahead ? $", looking ahead to {ahead}" : "")}");
        if (plan.Parent is { } parent) Line($"* carries out {Document(parent)}");
        foreach (var reference in plan.References) Line($"* {reference.Relation.Replace('_', ' ')} {Document(reference.Document)}{(reference.Clause is null ? "" : $", {reference.Clause}")}");
        foreach (var external in plan.ExternalTargets) Line($"* targets not held here: {Document(external.Document)}. {external.Reason.En}");

        Table("Targets", ["Clause", "No.", "What", "Variant", "Value", "Due", "Note"], plan.Targets.Select(target => new[]
        {
            target.Clause, target.Id, Both(target.Title) + (target.Population.EachLevel ? " (each level)" : ""), target.Variant.Replace('_', ' '), Value(target), Due(target.Due), target.Note?.En ?? "",
        }));
        Table("Tasks", ["Clause", "No.", "What", "Recurs", "Due", "Lead", "With", "Holder"], plan.Tasks.Select(task => new[]
        {
            task.Clause, task.Code, Both(task.Title) + (task.DependsOn.Count == 0 ? "" : $" (after {string.Join(", ", task.DependsOn)})"), task.Recurrence.Replace('_', ' '), Due(task.Due),
            task.Leads.Count > 0 ? Names(task.Leads) : task.LeadByRule is { } rule ? $"not named; by rule {Names([rule])}" : "not named", Names(task.Coordinators),
            task.ProductHolder is { } holder ? Names([holder]) : "—",
        }));
        Table("Reports", ["Clause", "No.", "What", "Recurs", "Due", "From", "To"], plan.Reporting.Select(duty => new[]
        {
            duty.Clause, duty.Code, Both(duty.Title), duty.Recurrence.Replace('_', ' '), Due(duty.Due), Names(duty.From),
            (duty.To.Count == 0 ? "not named" : Names(duty.To)) + (duty.Via is { } via ? $", through {Names([via])}" : ""),
        }));
        Table("Phases", ["Clause", "Years", "What", "Due"], plan.Phases.SelectMany(phase => phase.Items.Select(item => new[] { phase.Clause, $"{phase.From}–{phase.To}", Both(item.Title), item.Due is null ? "" : Due(item.Due) })));
        Table("Money", ["Clause", "Source"], plan.Funding.Select(source => new[] { source.Clause, Both(source.Source) + string.Concat(source.Documents.Select(document => $" ({Document(document)})")) }));
        if (plan.BudgetNeed is { } need) Line($"\nThe need is the value of {need.Target} ({need.Clause}); it does not cover: {string.Join("; ", need.Exclusions.Select(one => one.En))}.");
        if (plan.Conference is { } conference) Conference(conference);
        List("Kept open", plan.Ambiguities.Select(Both));
        return page.ToString();

        void Line(string text = "") => page.Append(text).Append('\n');

        void List(string title, IEnumerable<string> items)
        {
            if (items.ToList() is not { Count: > 0 } some) return;
            Line($"\n## {title}\n");
            foreach (var item in some) Line($"* {item}");
        }

        void Table(string title, string[] columns, IEnumerable<string[]> rows)
        {
            if (rows.ToList() is not { Count: > 0 } some) return;
            Line($"\n## {title}\n");
            Line($"| {string.Join(" | ", columns)} |\n|{string.Concat(columns.Select(_ => "---|"))}");
            foreach (var row in some) Line($"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
        }

        void Conference(Conference conference)
        {
            Line($"\n## Conference\n\n{Both(conference.Title)}: {Due(conference.Due)}; {conference.Place ?? "no place"} ({conference.Clause})");
            foreach (var (title, lines) in new[] { ("Content", conference.Content), ("Invited", conference.Invitees), ("Programme", conference.Programme), ("Awards", conference.Awards) })
                if (lines is not null)
                    Line($"\n{title} ({lines.Clause}): {string.Join("; ", lines.Items.Select((item, n) => title == "Programme" ? $"{n + 1}. {item.En}" : item.En))}");
            Table("Speeches", ["Clause", "Who", "Kind", "Topic"], conference.Speeches.Select(speech => new[] { speech.Clause, Both(speech.Author), speech.Kind, Both(speech.Topic) }));
        }
    }

    static string Value(Target target)
    {
        var low = target.Low.ToString("#,0.##", CultureInfo.InvariantCulture);
        var value = target.High is { } high ? $"≥ {low}–{high.ToString("#,0.##", CultureInfo.InvariantCulture)}" : target.Comparator switch { "at_least" => $"≥ {low}", "about" => $"≈ {low}", _ => low };
        return $"{value} {(target.Unit == "percent" ? "%" : target.Unit)}";
    }

    static string Due(Due due) => due.Kind switch
    {
        "date" => $"{(due.StrictlyBefore ? "before " : "")}{Day(due.Date)}",
        "yearly" => $"{(due.StrictlyBefore ? "before " : "")}{due.Day![3..]}/{due.Day[..2]}",
        "week" => $"{due.Week} week of {due.Month}",
        "year" => $"{due.Year}",
        "year_end" => $"end of {due.Year}",
        "period" => $"{due.From}–{due.To}",
        "after_event" => $"after {due.Event!.Replace('_', ' ')}",
        _ => due.Inferred is { } year ? $"none; inferred {year}" : "none",
    };

    static string? Day(DateOnly? day) => day?.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    static string Document(IssuedDocument document) => $"{document.Number}{(document.Date is null ? "" : $" of {Day(document.Date)}")}{(document.Issuer is null ? "" : $", {document.Issuer}")}";

    static string Both(Text text) => $"{text.Vi} · {text.En}";

    static string Names(IReadOnlyList<string> functions) => functions.Count == 0 ? "—" : string.Join(", ", functions.Select(code => Function.Find(code)?.Title.En ?? code));
}
