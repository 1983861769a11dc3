using System.Diagnostics;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Testing;
using Npgsql;

namespace CareerPlatform.AppHost.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task PostgreSQL_killed_and_started_again_has_what_was_committed()
    {
        await using var server = await PrivateServers.StartPostgres("killed");
        await Execute(server, "create table kept (id int); insert into kept values (1)");

        await server.Kill();
        await server.Start();

        (await Execute(server, "select count(*) from kept")).ShouldBe(1L);
    }

    [Fact]
    public async Task RabbitMQ_killed_and_started_again_answers()
    {
        await using var broker = await PrivateServers.StartRabbitMq("killed");

        await broker.Kill();
        (await RabbitMqServer.Accepts(broker.Uri, CancellationToken.None)).ShouldBeFalse();
        await broker.Start();

        (await RabbitMqServer.Accepts(broker.Uri, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_first_start_of_PostgreSQL_that_is_broken_off_leaves_no_process()
    {
        var folder = PrivateServers.NewFolder();
        await using var server = new PostgresServer(folder, new Ports().Take("broken-off"), "not-used", new LogFile(Path.Combine(folder, "postgres.log")));
        using var asked = new CancellationTokenSource();
        var starting = server.Start(asked.Token);
        await Wait.Until(() => Running(folder, "initdb"));

        await asked.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(starting);
        Running(folder, "").ShouldBeFalse();
    }

    [Fact]
    public async Task A_RabbitMQ_that_does_not_answer_in_time_is_ended()
    {
        var folder = PrivateServers.NewFolder();
        var broker = new RabbitMqServer(folder, RabbitMqPorts.Take(new Ports(), "late"), "test", "secret", new LogFile(Path.Combine(folder, "late.log"))) { StartsWithin = TimeSpan.FromMilliseconds(300) };

        (await Should.ThrowAsync<TimeoutException>(() => broker.Start())).Message.ShouldContain("did not answer within");

        Running(folder, "").ShouldBeFalse();
        broker.Helpers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broker_or_a_database_that_refuses_us_is_not_healthy_and_says_why()
    {
        var broker = new UriBuilder(await TestServers.RabbitMq()) { Password = "wrong" };
        (await RabbitMqServer.WhyRefused(await TestServers.RabbitMq(), CancellationToken.None)).ShouldBeNull();
        (await RabbitMqServer.WhyRefused(broker.Uri.AbsoluteUri, CancellationToken.None)).ShouldNotBeNull().ShouldContain("ACCESS_REFUSED");

        var server = new NpgsqlConnectionStringBuilder(await TestServers.Postgres());
        (await PostgresServer.WhyRefused($"{server};Database=nowhere", CancellationToken.None)).ShouldNotBeNull().ShouldContain("nowhere");
        server.Remove("Database");
        (await PostgresServer.WhyRefused(server.ConnectionString, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_line_that_cannot_be_kept_does_not_stop_the_next_ones()
    {
        var lines = new List<string>();
        var process = OwnProcess.Start(["sh", "-c", "echo one; echo two; echo three"], "sh", new Dictionary<string, string?>(), "/", line =>
        {
            lines.Add(line);
            throw new IOException("No space left on device");
        });

        await process.Exited;

        await Wait.Until(() => lines.Count == 3);
    }

    [Fact]
    public async Task A_command_run_with_servers_gets_their_addresses_and_passes_its_exit_code_on()
    {
        var (code, output) = await WithServers("sh", "-c", "echo \"$CAREERPLATFORM_TEST_POSTGRES $CAREERPLATFORM_TEST_RABBITMQ $CAREERPLATFORM_TEST_RABBITMQ_MANAGEMENT\"; exit 9");

        code.ShouldBe(9);
        output.ShouldContain("Host=127.0.0.1;Port=");
        output.ShouldContain("amqp://test:");
        output.ShouldContain("http://127.0.0.1:");
    }

    [Fact]
    public async Task Servers_and_their_folder_go_when_their_owner_is_killed()
    {
        using var owner = Start("sh", "-c", "echo \"$CAREERPLATFORM_TEST_POSTGRES\"; exec sleep 600");
        var connection = (await owner.StandardOutput.ReadLineAsync())!;
        (await PostgresServer.Accepts(connection, CancellationToken.None)).ShouldBeTrue();
        var folder = Directory.GetDirectories("/tmp", $"careerplatform-{owner.Id}-*").ShouldHaveSingleItem();

        owner.Kill();

        await Wait.Until(async () => !await PostgresServer.Accepts(connection, CancellationToken.None), TimeSpan.FromSeconds(60));
        await Wait.Until(() => !Directory.Exists(folder), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_process_is_recognised_by_number_start_and_command_together()
    {
        using var process = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        var mark = new ProcessMark(process.Id, ProcessMark.StartTicks(process.Id)!.Value, "sleep");

        mark.IsAlive.ShouldBeTrue();
        (mark with { StartedTicks = mark.StartedTicks - 1 }).IsAlive.ShouldBeFalse();
        (mark with { Command = "/some/other/program.dll" }).IsAlive.ShouldBeFalse();
        process.Kill();
        process.WaitForExit();
        mark.IsAlive.ShouldBeFalse();
    }

    /// <summary>A living process with both texts in its command line.</summary>
    private static bool Running(string folder, string program) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit)).Select(name => int.Parse(name!, null))
        .Any(pid => ProcessMark.CommandLine(pid) is var command && command.Contains(folder, StringComparison.Ordinal) && command.Contains(program, StringComparison.Ordinal) && ProcessMark.StartTicks(pid) is not null);

    private static async Task<object?> Execute(PostgresServer server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Database=postgres;Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<(int Code, string Output)> WithServers(params string[] command)
    {
        using var process = Start(command);
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    private static Process Start(params string[] command)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[Outputs.Program(Path.Combine(SharedData.Repository, "AppHost", "AppHost.csproj")), "servers", "--exec", .. command]) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
