using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CareerPlatform.AppHost.Native;

/// <summary>Runs a command, such as all tests, with one throw-away PostgreSQL and RabbitMQ.</summary>
internal static class ServersFor
{
    public static async Task<int> Run(IReadOnlyList<string> command)
    {
        if (PostgresServer.Programs() is null || RabbitMqServer.Programs() is null)
        {
            await Console.Error.WriteLineAsync("PostgreSQL or RabbitMQ is not installed: apt-get install postgresql rabbitmq-server");
            return 4;
        }

        // The command hears Ctrl-C itself; the servers go when it has ended.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        var starting = (Postgres: PrivateServers.Postgres(), RabbitMq: PrivateServers.RabbitMq());
        var begun = Stopwatch.GetTimestamp();
        for (var all = Task.WhenAll(starting.Postgres, starting.RabbitMq); await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(2))) != all;)
            await Console.Error.WriteLineAsync($"    … starting throw-away {(starting.Postgres.IsCompleted ? "" : "PostgreSQL, ")}RabbitMQ, {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s");
        var start = new ProcessStartInfo(command[0]);
        foreach (var argument in command.Skip(1)) start.ArgumentList.Add(argument);
        start.Environment["CAREERPLATFORM_TEST_POSTGRES"] = (await starting.Postgres).ConnectionString + ";Database=postgres";
        start.Environment["CAREERPLATFORM_TEST_RABBITMQ"] = (await starting.RabbitMq).Uri + "/";
        start.Environment["CAREERPLATFORM_TEST_RABBITMQ_MANAGEMENT"] = (await starting.RabbitMq).Management;
        using var process = Process.Start(start)!;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Posix.Kill(process.Id, Posix.Sigterm);
        });
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
