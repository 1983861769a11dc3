using System.CommandLine;
using CareerPlatform.Careerctl.Demo;
using Spectre.Console;

namespace CareerPlatform.Careerctl.Season;

/// <summary>The season's commands: load the demo province, or play the whole main job and reconcile it.</summary>
static class SeasonCommands
{
    static readonly Option<string?> Gateway = new("--gateway") { Description = "The gateway's address; otherwise services__gateway__http__0." };
    static readonly Option<string?> ReportFile = new("--report") { Description = "Where the reconciliation is written as JSON; reconciliation.json beside the demo users when not given." };

    public static Command Command()
    {
        var load = new Command("load", "Loads the demo province through the gateway; loading it again changes nothing.") { WriteDemoProvince.Seed, WriteDemoProvince.Pupils, Gateway };
        load.SetAction((parsed, ct) => Guarded(async () =>
        {
            var (province, steps, state, platform) = Begin(parsed);
            DemoMap.WriteAll(province, Beside(UsersFile(), "map"));
            using (platform) await InFolder(files => new LoadProvince(platform, province, state, steps).Load(files, ct));
            return 0;
        }));
        var once = new Command("once", "Plays the whole main job and prints the reconciliation; exit code 0 only if every line holds.") { WriteDemoProvince.Seed, WriteDemoProvince.Pupils, Gateway, ReportFile };
        once.SetAction((parsed, ct) => Guarded(async () =>
        {
            var (province, steps, state, platform) = Begin(parsed);
            using var _ = platform;
            await using var databases = Databases.FromEnvironment();
            var draw = await steps.Run("draw what becomes of everyone", _ => Task.Run(() => new Draw(province), ct));
            IReadOnlyList<Line> lines = [];
            IReadOnlyDictionary<string, long> figures = new Dictionary<string, long>();
            await InFolder(async files => (lines, figures) = await new PlaySeason(platform, databases, province, draw, state, steps, TimeProvider.System).Play(files, ct));
            var report = new Report(province.Seed, province.Pupils, lines.All(line => line.Holds), lines, figures, steps.Seconds);
            Print(report);
            report.Write(parsed.GetValue(ReportFile) ?? Beside(UsersFile(), "reconciliation.json"));
            return report.Holds ? 0 : 1;
        }));
        return new Command("season", "The streaming season of the demo province.") { load, once };
    }

    static (DemoProvince, Steps, SeasonState, Platform) Begin(ParseResult parsed)
    {
        var address = parsed.GetValue(Gateway) ?? Environment.GetEnvironmentVariable("services__gateway__http__0")
            ?? throw new SeasonStopped("Say where the gateway is: --gateway, or services__gateway__http__0.");
        var users = UsersFile();
        var platform = new Platform(new Uri(address.TrimEnd('/') + "/"), DemoUsers.Read(users), TimeProvider.System);
        var state = new SeasonState(Beside(users, "demo-institutions.json"));
        return (new DemoProvince(parsed.GetValue(WriteDemoProvince.Seed), parsed.GetValue(WriteDemoProvince.Pupils)), new Steps(Console.Out, TimeProvider.System), state, platform);
    }

    /// <summary>Where Identity writes the demo users in Development.</summary>
    static string UsersFile() => Environment.GetEnvironmentVariable("CAREERPLATFORM_DEMO_USERS") ?? Environment.GetEnvironmentVariable("Identity__DemoUsersFile")
        ?? Path.Combine(".local", "demo-users.json");

    static string Beside(string users, string file) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(users))!, file);

    static async Task InFolder(Func<string, Task> act)
    {
        var folder = Directory.CreateTempSubdirectory("careerplatform-demo-");
        try
        {
            await act(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<int> Guarded(Func<Task<int>> act)
    {
        try
        {
            return await act();
        }
        catch (SeasonStopped stopped)
        {
            await Console.Error.WriteLineAsync($"careerctl: {stopped.Message}");
            return 2;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }

    static void Print(Report report)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 150;
        var table = new Table().RoundedBorder().Title($"Reconciliation: {report.Pupils:N0} pupils, seed {report.Seed}").AddColumn("line").AddColumn(new TableColumn("expected").RightAligned()).AddColumn(new TableColumn("found").RightAligned()).AddColumn("holds");
        foreach (var line in report.Lines) table.AddRow(Markup.Escape(line.Name), line.Expected, line.Found, line.Holds ? "[green]yes[/]" : "[red]NO[/]");
        AnsiConsole.Write(table);
        foreach (var (name, value) in report.Figures) AnsiConsole.MarkupLineInterpolated($"  {name}: {value:N0}");
        AnsiConsole.MarkupLineInterpolated($"{(report.Holds ? "Every line holds." : "The season does not reconcile.")}");
    }
}
