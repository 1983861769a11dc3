using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Testing;

namespace CareerPlatform.AppHost.Tests;

/// <summary>The topology is written once, in AppHost/Program.cs. What deploy/ says in other languages has the same processes and tells each what it needs.</summary>
public sealed class DeployTests
{
    /// <summary>Said by the development host alone.</summary>
    private static readonly string[] DevelopmentOnly = ["Identity__DemoUsersFile", "Map__Folder", "Messages__File", "Webhooks__AllowLoopback"];   // a province sets the folder of its borders where it has some

    private static readonly string Deploy = Path.Combine(SharedData.Repository, "deploy");

    public static TheoryData<string> Ways => ["compose", "kubernetes", "systemd"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_way_to_deploy_has_the_topologys_processes_and_tells_each_what_it_needs(string way)
    {
        var deployed = way switch
        {
            "compose" => Compose(),
            "kubernetes" => Kubernetes(),
            _ => Systemd(),
        };

        var needed = await Needed();
        deployed.Keys.ShouldBe(needed.Keys.Concat(way == "systemd" ? [] : (string[])["postgres", "messaging"]), ignoreOrder: true);
        foreach (var (process, variables) in needed)
            variables.Except(deployed[process]).ShouldBeEmpty($"{way} does not tell {process}");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_owners_password_goes_to_the_migration_only(string way)
    {
        var texts = way switch
        {
            "compose" => ComposeTexts(),
            "kubernetes" => KubernetesTexts(),
            _ => SystemdTexts(),
        };

        texts.Where(text => text.Value.Contains("POSTGRES_PASSWORD", StringComparison.Ordinal)).Select(text => text.Key)
            .ShouldBe((await Needed()).Keys.Where(name => name.EndsWith("migration", StringComparison.Ordinal)).Concat(way == "systemd" ? [] : (string[])["postgres"]), ignoreOrder: true);
    }

    [Fact]
    public async Task The_example_of_the_environment_names_every_variable()
    {
        var named = Regex.Matches(Read("../.env.example"), @"^(\w+)=$", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToHashSet();

        (await Needed()).Values.SelectMany(variables => variables).Distinct().Except(named).ShouldBeEmpty();
        Compose().Concat(Kubernetes()).Concat(Systemd()).SelectMany(process => process.Value).Where(name => name.Contains("__", StringComparison.Ordinal)).Distinct().Except(named).ShouldBeEmpty();
    }

    [Fact]
    public async Task Secrets_are_made_once_for_every_name_that_the_deployments_ask_for()
    {
        var file = Path.Combine(PrivateServers.NewFolder(), "secrets.env");
        (await Run(Path.Combine(Deploy, "secrets"), file)).ShouldBe(0);
        var first = await File.ReadAllTextAsync(file);
        (await Run(Path.Combine(Deploy, "secrets"), file)).ShouldBe(0);

        (await File.ReadAllTextAsync(file)).ShouldBe(first);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var made = first.Trim().Split('\n').Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        made.Values.Distinct().Count().ShouldBe(made.Count);
        foreach (var key in (string[])["IDENTITY_KEY", "CONTACT_KEY", "FEED_CURSOR_KEY"]) Convert.FromBase64String(made[key]).Length.ShouldBe(32);
        made.Where(secret => !secret.Key.EndsWith("KEY", StringComparison.Ordinal)).ShouldAllBe(secret => Regex.IsMatch(secret.Value, "^[A-Za-z0-9]{40}$"));
        Regex.Matches(Read("compose/compose.yaml"), @"\$\{(\w+):\?\}").Select(match => match.Groups[1].Value).Distinct().ShouldBeSubsetOf(made.Keys);
        Regex.Matches(string.Join('\n', KubernetesTexts().Values), @"name: careerplatform, key: (\w+)").Select(match => match.Groups[1].Value).Distinct().ShouldBeSubsetOf(made.Keys);

        var folder = Path.Combine(Path.GetDirectoryName(file)!, "etc");
        (await Run(Path.Combine(Deploy, "systemd", "configure"), file, folder)).ShouldBe(1);       // nobody has said PUBLIC_URL
        await File.AppendAllTextAsync(file, "PUBLIC_URL=https://careerplatform.example\n");
        (await Run(Path.Combine(Deploy, "systemd", "configure"), file, folder)).ShouldBe(0);
        var enrolment = await File.ReadAllTextAsync(Path.Combine(folder, "enrolment.env"));
        enrolment.ShouldContain($"Contact__SealKey={made["CONTACT_KEY"]}\n");
        Directory.EnumerateFiles(folder).ShouldAllBe(path => !File.ReadAllText(path).Contains("${"));
    }

    [Fact]
    public async Task Images_are_built_for_every_service_from_the_base_that_is_given()
    {
        var folder = PrivateServers.NewFolder();
        foreach (var (name, script) in ((string, string)[])[
            ("dotnet", "case $1 in publish) while [ $# -gt 0 ]; do [ \"$1\" = -o ] && mkdir -p \"$2\"; shift; done ;; esac"),
            ("podman", $"echo \"$*\" >>{folder}/calls; while [ $# -gt 0 ]; do [ \"$1\" = -f ] && cat \"$2\" >>{folder}/files; shift; done")])
            PrepareTests.Write(Path.Combine(folder, name), $"#!/bin/sh\n{script}\n");

        (await Run("env", $"PATH={folder}:{Environment.GetEnvironmentVariable("PATH")}", Path.Combine(SharedData.Repository, "eng", "images"), "our-base:10.0", "v7")).ShouldBe(0);

        var calls = await File.ReadAllLinesAsync(Path.Combine(folder, "calls"));
        calls.ShouldAllBe(call => call.StartsWith("build --build-arg BASE=our-base:10.0 ", StringComparison.Ordinal));
        calls.Select(call => Regex.Match(call, @"-t careerplatform/(\w+):v7 ").Groups[1].Value).ShouldBe((await Needed()).Keys.Where(name => !name.EndsWith("migration", StringComparison.Ordinal)), ignoreOrder: true);
        var programs = Regex.Matches(await File.ReadAllTextAsync(Path.Combine(folder, "files")), @"/app/CareerPlatform\.(\w+)\.dll").Select(match => match.Groups[1].Value);
        using var topology = Topology.Of();
        programs.ShouldBe(topology.Resources.OfType<ProjectResource>().Select(project => Path.GetFileNameWithoutExtension(project.ProjectPath)).Distinct(), ignoreOrder: true);
    }

    [Fact]
    public void Every_alarm_that_a_service_can_raise_is_explained()
    {
        var page = Read("../docs/operations.md");
        var alarms = ((string[])["ServiceDefaults", "services", "gateway"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SharedData.Repository, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/")).SelectMany(file => Regex.Matches(File.ReadAllText(file), "\"ALARM: ([^\"]+)\"").Select(match => match.Groups[1].Value)).ToList();

        alarms.ShouldNotBeEmpty();
        foreach (var alarm in alarms)
        {
            var words = Regex.Split(alarm, @"\{\w+\}|[:.;(]").Select(part => part.Trim()).Where(part => part.Length > 5);
            words.ShouldContain(part => page.Contains(part, StringComparison.Ordinal), alarm);
        }
    }

    /// <summary>What Program.cs tells each process, without the upper-case forms that only other runtimes read.</summary>
    private static async Task<Dictionary<string, List<string>>> Needed()
    {
        using var topology = Topology.Of();
        var needed = new Dictionary<string, List<string>>();
        foreach (var project in topology.Resources.OfType<ProjectResource>())
            needed[project.Name] = [.. (await topology.EnvironmentOf(project.Name)).Keys.Where(name => (name.Contains("__", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal)) && !DevelopmentOnly.Contains(name))];
        return needed;
    }

    private static Dictionary<string, List<string>> Compose()
    {
        var text = Read("compose/compose.yaml");
        var every = Names(Regex.Match(text, @"^x-every:.*\n((?:  .+\n)+)", RegexOptions.Multiline).Groups[1].Value, @"^  (\w+):");
        return ComposeTexts().ToDictionary(block => block.Key, block => Names(block.Value, @"^      (\w+):").Concat(block.Value.Contains("<<: *every", StringComparison.Ordinal) ? every : []).ToList());
    }

    private static Dictionary<string, string> ComposeTexts()
    {
        var text = Read("compose/compose.yaml");
        return Blocks(text[text.IndexOf("\nservices:", StringComparison.Ordinal)..text.IndexOf("\nvolumes:", StringComparison.Ordinal)], @"^  (\w+):$");
    }

    private static Dictionary<string, List<string>> Kubernetes()
    {
        var every = Names(Regex.Match(Read("kubernetes/settings.yaml"), @"name: every\ndata:\n((?:  .+\n)+)").Groups[1].Value, @"^  (\w+):");
        return KubernetesTexts().ToDictionary(one => one.Key, one => Names(one.Value, @"^            - name: (\w+)$").Concat(one.Value.Contains("name: every", StringComparison.Ordinal) ? every : []).ToList());
    }

    private static Dictionary<string, string> KubernetesTexts() => Directory.EnumerateFiles(Path.Combine(Deploy, "kubernetes"), "*.yaml").SelectMany(file => File.ReadAllText(file).Split("---\n"))
        .Where(document => Regex.IsMatch(document, "^kind: (Deployment|StatefulSet|Job)$", RegexOptions.Multiline))
        .ToDictionary(document => Regex.Match(document, @"^  name: (\w+)$", RegexOptions.Multiline).Groups[1].Value);

    private static Dictionary<string, List<string>> Systemd()
    {
        var every = Names(Read("systemd/environment/every.env"), @"^#?(\w+)=");
        return SystemdTexts().ToDictionary(file => file.Key, file => Names(file.Value, @"^#?(\w+)=").Concat(every).ToList());
    }

    private static Dictionary<string, string> SystemdTexts() => Directory.EnumerateFiles(Path.Combine(Deploy, "systemd", "environment")).Where(file => !file.EndsWith("every.env", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    private static List<string> Names(string text, string pattern) => [.. Regex.Matches(text, pattern, RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

    /// <summary>Parts of a text, each named by the line that begins it.</summary>
    private static Dictionary<string, string> Blocks(string text, string head)
    {
        var heads = Regex.Matches(text, head, RegexOptions.Multiline);
        return heads.Select((match, index) => (match, End: index + 1 < heads.Count ? heads[index + 1].Index : text.Length)).ToDictionary(part => part.match.Groups[1].Value, part => text[part.match.Index..part.End]);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Deploy, path));

    private static Task<int> Run(params string[] command) => OwnProcess.Start(command, command[^1], new Dictionary<string, string?>(), "/tmp", _ => { }).Exited;
}
