using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace CareerPlatform.Careerctl.Demo;

/// <summary>Writes the demo province's files to a folder.</summary>
static class WriteDemoProvince
{
    public static readonly Option<int> Seed = new("--seed") { Description = "Which province; the same seed gives the same one.", DefaultValueFactory = _ => 1 };
    public static readonly Option<int> Pupils = new("--pupils") { Description = "How many grade-9 pupils.", DefaultValueFactory = _ => DemoProvince.RealPupils };

    public static Command Command()
    {
        var folder = new Option<string>("--out") { Description = "Folder to write to.", Required = true };
        Pupils.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1) result.AddError("--pupils must be at least 1.");
        });
        var command = new Command("write", "Writes areas, schools, roster, graduations, results, institutions and programmes.") { folder, Seed, Pupils };
        command.SetAction(parsed =>
        {
            var since = Stopwatch.GetTimestamp();
            var province = new DemoProvince(parsed.GetValue(Seed), parsed.GetValue(Pupils));
            DemoFiles.WriteAll(province, parsed.GetRequiredValue(folder));
            AnsiConsole.MarkupLineInterpolated($"{province.Pupils:N0} pupils, {province.Schools.Count} schools, {province.Institutions.Count} institutions written to {parsed.GetRequiredValue(folder)} in {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s");
            return 0;
        });
        return command;
    }
}
