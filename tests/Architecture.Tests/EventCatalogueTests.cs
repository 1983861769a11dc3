using System.Text;
using System.Text.RegularExpressions;
using CareerPlatform.Testing;

namespace CareerPlatform.Architecture.Tests;

/// <summary>`docs/events.md` is written from the code and never stale: who publishes a fact, from where, and who hears it.</summary>
public sealed partial class EventCatalogueTests
{
    private static readonly string Root = SharedData.Repository;

    [Fact]
    public void The_catalogue_says_what_the_code_says()
    {
        var file = Path.Combine(Root, "docs/events.md");
        var actual = Catalogue();
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(file, actual);

        File.ReadAllText(file).ShouldBe(actual, "docs/events.md is stale. Run `eng/events` and commit it.");
    }

    [Fact]
    public void Every_published_fact_is_heard_and_every_reaction_is_registered()
    {
        var code = Services();
        foreach (var (service, files) in code)
        {
            var program = files.Single(file => Path.GetFileName(file.Path) == "Program.cs").Text;
            foreach (Match published in Publishes().Matches(program))
            {
                Hearers(code, published.Groups[1].Value).ShouldNotBeEmpty($"{service} publishes {published.Groups[1].Value}, which nobody hears: a mandatory publish would be returned.");
            }
            foreach (var reaction in files.Select(file => ReactionName().Match(Path.GetFileNameWithoutExtension(file.Path))).Where(match => match.Success))
            {
                program.ShouldContain(reaction.Value, customMessage: $"{service}: {reaction.Value} is not registered in Program.cs.");
            }
        }
    }

    [Fact]
    public void A_reaction_is_named_by_what_it_does_when_what_happens()
    {
        foreach (var (service, files) in Services())
        {
            foreach (var file in files)
            {
                foreach (Match reaction in Reaction().Matches(file.Text))
                {
                    reaction.Groups[1].Value.ShouldEndWith($"When{reaction.Groups[2].Value}", customMessage: $"{service}: {file.Path}");
                    Path.GetFileNameWithoutExtension(file.Path).ShouldBe(reaction.Groups[1].Value, "one reaction, one file of its name");
                }
            }
        }
    }

    private sealed record Source(string Path, string Text);

    private static Dictionary<string, List<Source>> Services() => Directory.GetDirectories(Path.Combine(Root, "services"))
        .Where(folder => Path.GetFileName(folder) is not ("Contracts" or "Careerctl" or "Enrolment.Client"))
        .ToDictionary(
            folder => Path.GetFileName(folder),
            folder => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(file => new Source(Path.GetRelativePath(Root, file), File.ReadAllText(file))).ToList());

    private static List<(string Service, string Reaction)> Hearers(Dictionary<string, List<Source>> code, string fact) =>
    [
        .. from service in code
           from file in service.Value
           where Path.GetFileName(file.Path) == "Program.cs"
           from Match heard in Hears().Matches(file.Text)
           where heard.Groups[1].Value == fact
           orderby service.Key, heard.Groups[2].Value
           select (service.Key, heard.Groups[2].Value),
    ];

    private static string Catalogue()
    {
        var code = Services();
        var text = new StringBuilder("# Events between the services\n\nWritten from the code by `EventCatalogueTests`; do not edit, run `eng/events`.\n\n```mermaid\nflowchart LR\n");
        var contracts = Directory.GetFiles(Path.Combine(Root, "services/Contracts"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.Exists(Path.ChangeExtension(file, ".example.json")))
            .OrderBy(file => Path.GetFileName(Path.GetDirectoryName(file)), StringComparer.Ordinal).ThenBy(file => file, StringComparer.Ordinal).ToList();

        foreach (var file in contracts)
        {
            var (publisher, name) = (Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file));
            foreach (var service in Hearers(code, name).Select(hearer => hearer.Service).Distinct()) text.Append($"  {publisher} -- {name} --> {service}\n");
        }
        text.Append("```\n");

        foreach (var file in contracts)
        {
            var (publisher, name) = (Path.GetFileName(Path.GetDirectoryName(file))!, Path.GetFileNameWithoutExtension(file));
            var summary = Summary().Match(File.ReadAllText(file)).Groups[1].Value;
            var from = code.GetValueOrDefault(publisher, [])
                .Where(source => Regex.IsMatch(source.Text, $@"new {name}\b") && source.Path.Contains("/Features/", StringComparison.Ordinal))
                .Select(source => Path.GetFileNameWithoutExtension(source.Path)).Order(StringComparer.Ordinal);
            text.Append($"\n## {name}\n{summary}\n\n");
            text.Append($"- Contract: `{Path.GetRelativePath(Root, file)}`\n");
            text.Append($"- Published from: {publisher}: {string.Join(", ", from)}\n");
            text.Append($"- Heard by: {string.Join(", ", Hearers(code, name).Select(hearer => $"{hearer.Reaction} ({hearer.Service})"))}\n");
        }
        return text.ToString();
    }

    [GeneratedRegex(@"Publishes<(\w+)>")]
    private static partial Regex Publishes();

    [GeneratedRegex(@"With<(\w+),\s*(\w+)>")]
    private static partial Regex Hears();

    [GeneratedRegex(@"class (\w+)\b[^{]*?:\s*IReaction<(\w+)>")]
    private static partial Regex Reaction();

    [GeneratedRegex(@"^\w+When[A-Z]\w+$")]
    private static partial Regex ReactionName();

    [GeneratedRegex(@"<summary>(.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Summary();
}
