using System.CommandLine;
using System.Text;
using CareerPlatform.Careerctl.Demo;
using Spectre.Console;

namespace CareerPlatform.Careerctl.Simulation;

/// <summary>Compares the allocation's rule with first come first served and with an equal split on the demo province; prints the table and writes a page with charts.</summary>
static class SimulateAllocation
{
    public static Command Command()
    {
        var file = new Option<string>("--out") { Description = "The page to write.", Required = true };
        var command = new Command("allocation", "The rule against first come first served and an equal split: double contacts, unfilled seats, wish, distance, time to first contact.") { file, WriteDemoProvince.Seed, WriteDemoProvince.Pupils };
        command.SetAction(async (parsed, ct) =>
        {
            var province = new DemoProvince(parsed.GetValue(WriteDemoProvince.Seed), parsed.GetValue(WriteDemoProvince.Pupils));
            var outcomes = new SimulatedSeason(province).Play();
            Print(province, outcomes);
            await File.WriteAllTextAsync(parsed.GetRequiredValue(file), SimulationPage.Write(province.Seed, province.Pupils, outcomes), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct);
            AnsiConsole.MarkupLineInterpolated($"Written to {parsed.GetRequiredValue(file)}.");
            return 0;
        });
        return command;
    }

    static void Print(DemoProvince province, IReadOnlyList<Outcome> outcomes)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 150;
        var table = new Table().RoundedBorder().Title($"{province.Pupils:N0} pupils, seed {province.Seed}: {outcomes[0].Leads:N0} families may be contacted").AddColumn("");
        foreach (var outcome in outcomes) table.AddColumn(new TableColumn(SimulationPage.NameOf(outcome)).RightAligned());
        foreach (var (_, en, of, unit) in SimulationPage.Measures) table.AddRow([en, .. outcomes.Select(outcome => SimulationPage.Text(of(outcome), unit))]);
        AnsiConsole.Write(table);
    }
}
