using System.Collections.Concurrent;
using System.Diagnostics;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Testing;

namespace CareerPlatform.AppHost.Tests;

/// <summary>What ./run and ./test do before anything runs (eng/prepare.sh), with stand-ins for apt-get, sudo and id.</summary>
public sealed class PrepareTests
{
    private static readonly string Script = Path.Combine(SharedData.Repository, "eng", "prepare.sh");
    private readonly string folder = PrivateServers.NewFolder();
    private readonly string programs;

    public PrepareTests()
    {
        programs = Directory.CreateDirectory(Path.Combine(folder, "programs")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "system", "usr", "sbin"));
        foreach (var tool in (string[])["bash", "sh", "cat", "chmod", "dirname", "env", "grep", "mkdir", "rm", "sleep", "touch", "pgrep"])
            if (((string[])["/usr/bin", "/bin"]).Select(bin => $"{bin}/{tool}").FirstOrDefault(File.Exists) is { } path)
                File.CreateSymbolicLink(Path.Combine(programs, tool), path);
        Stub("id", "echo 0");
    }

    private string Log => Path.Combine(folder, "calls");

    private string System => Path.Combine(folder, "system");

    [Fact]
    public async Task What_is_missing_is_announced_and_then_installed_while_no_service_may_start()
    {
        InstallingApt();

        var (code, lines) = await Prepare("need_packages");

        code.ShouldBe(0);
        lines.ShouldContain("Missing: postgresql rabbitmq-server nodejs npm.");
        lines.ToList().FindIndex(line => line.Contains("apt-get install postgresql rabbitmq-server nodejs npm")).ShouldBeLessThan(lines.ToList().IndexOf("apt-get was called: update -q"));
        (await File.ReadAllLinesAsync(Log)).ShouldBe(["update -q policy 101", "install -y -q --no-install-recommends postgresql rabbitmq-server nodejs npm policy 101"]);
        File.Exists(Path.Combine(System, "usr", "sbin", "policy-rc.d")).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_is_installed_where_nothing_is_missing()
    {
        InstallingApt();
        await Prepare("need_packages");
        File.Delete(Log);

        var (code, lines) = await Prepare("need_packages");

        (code, lines.Count).ShouldBe((0, 0));
        File.Exists(Log).ShouldBeFalse();
    }

    [Fact]
    public async Task The_tests_need_a_browser_too()
    {
        InstallingApt();
        await Prepare("need_packages");
        File.Delete(Log);

        (await Prepare("need_packages chromium")).Lines.ShouldContain("Missing: chromium.");

        (await File.ReadAllLinesAsync(Log)).ShouldContain("install -y -q --no-install-recommends chromium policy 101");
    }

    [Fact]
    public async Task A_policy_of_the_machines_own_stays_as_it_is()
    {
        InstallingApt();
        var policy = Path.Combine(System, "usr", "sbin", "policy-rc.d");
        await File.WriteAllTextAsync(policy, "#!/bin/sh\nexit 104\n");

        (await Prepare("need_packages")).Code.ShouldBe(0);

        (await File.ReadAllTextAsync(policy)).ShouldBe("#!/bin/sh\nexit 104\n");
    }

    [Fact]
    public async Task Who_is_not_root_installs_with_sudo()
    {
        Stub("id", "echo 1000");
        Stub("sudo", $"echo \"$*\" >>{folder}/sudo; case $1 in -n|-v) exit 0 ;; esac; exec \"$@\"");
        InstallingApt();

        (await Prepare("need_packages")).Code.ShouldBe(0);

        var asked = await File.ReadAllTextAsync(Path.Combine(folder, "sudo"));
        asked.ShouldContain("apt-get update -q");
        asked.ShouldContain("env DEBIAN_FRONTEND=noninteractive apt-get install");
    }

    [Fact]
    public async Task Without_apt_or_sudo_the_exact_packages_are_named()
    {
        var (code, lines) = await Prepare("need_packages");
        code.ShouldBe(1);
        lines.ShouldContain(line => line.Contains("There is no apt-get here. Install these Debian packages yourself and run this again: postgresql rabbitmq-server nodejs npm"));

        InstallingApt();
        Stub("id", "echo 1000");
        (code, lines) = await Prepare("need_packages");
        code.ShouldBe(1);
        lines.ShouldContain(line => line.Contains("there is no sudo. Install these Debian packages yourself and run this again: postgresql rabbitmq-server nodejs npm"));
        File.Exists(Log).ShouldBeFalse();
    }

    [Fact]
    public async Task An_installation_that_fails_says_what_to_do_and_leaves_no_policy_behind()
    {
        Stub("apt-get", "echo E: no network >&2; exit 100");

        var (code, lines) = await Prepare("need_packages");

        code.ShouldBe(1);
        lines.ShouldContain(line => line.StartsWith("apt-get update failed. Install these Debian packages yourself", StringComparison.Ordinal));
        File.Exists(Path.Combine(System, "usr", "sbin", "policy-rc.d")).ShouldBeFalse();
    }

    [Fact]
    public async Task Programs_that_only_tests_read_with_are_installed_where_they_can_be_and_missed_otherwise()
    {
        InstallingApt();
        (await Prepare("want_readers")).Code.ShouldBe(0);
        File.ReadAllLines(Log)[^1].ShouldStartWith("install -y -q --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils fonts-croscore");

        Stub("apt-get", "echo E: no network >&2; exit 100");
        var (code, lines) = await Prepare("want_readers");
        (code, lines[^1]).ShouldBe((0, "That failed: the tests that read our reports with other programs are skipped."));

        Stub("id", "echo 1000");   // and no sudo
        (await Prepare("want_readers")).ShouldSatisfyAllConditions(
            said => said.Code.ShouldBe(0), said => said.Lines.ShouldHaveSingleItem().ShouldStartWith("Without libreoffice-writer-nogui"));
    }

    [Theory]
    [InlineData(2, 130)]
    [InlineData(15, 143)]
    public async Task Told_to_end_it_ends_what_it_was_doing_and_all_that_this_had_started(int signal, int expected)
    {
        Stub("long-work", $"sleep 600 & echo $! >>{Log}; echo $$ >>{Log}; touch {folder}/working; wait");
        var lines = new ConcurrentQueue<string>();
        var script = Bash("with_progress building long-work", lines);
        await Wait.Until(() => File.Exists(Path.Combine(folder, "working")) && lines.Any(line => line.Contains("… building")));

        script.Signal(signal);

        (await script.Exited.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe(expected);
        File.ReadAllLines(Log).Length.ShouldBe(2);
        ProcessMark.WithEnvironment($"CAREERPLATFORM_SYSTEM={System}").ShouldBeEmpty();
    }

    [Fact]
    public async Task Progress_passes_the_exit_code_on()
    {
        Stub("failing-work", "exit 9");

        (await Prepare("with_progress working failing-work || echo it was $?")).Lines.ShouldContain("it was 9");
    }

    /// <summary>An apt-get that notes how it was called and what it would say to a service that wants to start, and puts the programs in place.</summary>
    private void InstallingApt() => Stub("apt-get", $"""
        echo "apt-get was called: $*"
        sh {System}/usr/sbin/policy-rc.d; echo "$* policy $?" >>{Log}
        [ "$1" = install ] || exit 0
        for program in postgresql/15/bin/initdb rabbitmq/lib/rabbitmq_server-3.10.8/sbin/rabbitmq-server; do
          mkdir -p "{System}/usr/lib/$(dirname $program)" && touch "{System}/usr/lib/$program"
        done
        for program; do
          case $program in nodejs) program=node ;; npm | chromium) ;; *) continue ;; esac
          echo "#!/bin/sh" >"{programs}/$program" && chmod 700 "{programs}/$program"
        done
        """);

    private void Stub(string name, string script) => Write(Path.Combine(programs, name), $"#!/bin/sh\n{script}\n");

    /// <summary>Writes a program from another process: this one may fork at any moment for another test, and a file that somebody has open for writing cannot be run.</summary>
    internal static void Write(string path, string script)
    {
        using var writer = Process.Start(new ProcessStartInfo("sh", ["-c", "printf %s \"$1\" >\"$0\" && chmod 700 \"$0\"", path, script]))!;
        writer.WaitForExit();
    }

    private async Task<(int Code, IReadOnlyList<string> Lines)> Prepare(string command)
    {
        var lines = new ConcurrentQueue<string>();
        var script = Bash($"exec 2>&1; set +e; ({command}); status=$?; echo the end; exit $status", lines);
        var code = await script.Exited;
        await Wait.Until(() => lines.Contains("the end"));
        return (code, [.. lines.Where(line => line != "the end")]);
    }

    private OwnProcess Bash(string command, ConcurrentQueue<string> lines) => OwnProcess.Start(
        [Path.Combine(programs, "bash"), "-c", $". {Script}; {command}"], Script, new Dictionary<string, string?> { ["PATH"] = programs, ["CAREERPLATFORM_SYSTEM"] = System }, folder, lines.Enqueue);
}
