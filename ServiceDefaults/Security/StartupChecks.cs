using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Refuses to start where starting would be unsafe: no Unicode tables, or well-known passwords outside Development.</summary>
internal static class StartupChecks
{
    private static readonly string[] WellKnown = ["guest", "postgres", "password", "admin", "changeme", "secret", "123456", "devpass", "demo"];

    internal static void Verify(IConfiguration configuration, IHostEnvironment environment)
    {
        if ("e\u0301".Normalize(NormalizationForm.FormC) != "é")
        {
            throw new InvalidOperationException("Unicode tables (ICU) are missing: Vietnamese names could not be compared. Install libicu and set InvariantGlobalization to false.");
        }
        if (environment.IsDevelopment()) return;

        foreach (var (name, value) in configuration.GetSection("ConnectionStrings").AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !IsOnesOwn(Password(value)))
            {
                throw new InvalidOperationException($"ConnectionStrings__{name} has no password or a well-known one. Set a secret of your own.");
            }
        }
        if (configuration["Database:AppPassword"] is { } role && !IsOnesOwn(role)) throw new InvalidOperationException("Database__AppPassword is empty or well known. Set a secret of your own.");
        foreach (var key in new[] { "ServiceClient:Secret", "Contact:SealKey", "Feed:CursorKey", "Identity:KeyEncryptionKey" })
        {
            if (configuration[key] is { } value && (value.Length < 20 || !IsOnesOwn(value)))
            {
                throw new InvalidOperationException($"{key.Replace(":", "__", StringComparison.Ordinal)} is too short or well known. Set a secret of your own.");
            }
        }
    }

    private static bool IsOnesOwn(string? secret) => !string.IsNullOrWhiteSpace(secret) && !WellKnown.Contains(secret.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The password as the driver will read it; null where there is none (RabbitMQ's client then is guest).</summary>
    private static string? Password(string connection)
    {
        if (Uri.TryCreate(connection, UriKind.Absolute, out var uri)) return uri.UserInfo.Split(':', 2) is [_, var secret] ? Uri.UnescapeDataString(secret) : null;
        try
        {
            return new NpgsqlConnectionStringBuilder(connection).Password;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>Compares this machine's clock with a time server (`Clock__Ntp`, a host of the province's network or its provider) every `Clock__Minutes` (5); says `clock_off` when it is more than a second off.</summary>
/// <remarks>
/// Signatures, tokens and statutory clocks need the time; receivers accept five minutes (reliability.md). The server's clock would not show it: PostgreSQL may stand on the same machine.
/// A server that does not answer is logged and changes nothing.
/// </remarks>
public sealed class ClockWatch(IConfiguration configuration, TimeProvider clock, ILogger<ClockWatch> log) : BackgroundService, IHealthCheck
{
    /// <summary>More than this is an alarm.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>What the time server's clock says more than ours, when last asked; null before.</summary>
    public TimeSpan? Off { get; private set; }

    internal static void Add(IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrWhiteSpace(configuration["Clock:Ntp"])) return;
        services.AddSingleton<ClockWatch>().AddHostedService(provider => provider.GetRequiredService<ClockWatch>());
        services.AddHealthChecks().AddCheck<ClockWatch>("clock");
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken ct = default) => Task.FromResult(
        Off is { } off && off.Duration() > Tolerance ? HealthCheckResult.Degraded($"clock_off: {off.TotalSeconds:0.0} s behind the time server.") : HealthCheckResult.Healthy());

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(configuration.GetValue("Clock:Minutes", 5)));
        do await Compare(ct);
        while (await timer.WaitForNextTickAsync(ct).AsTask().ContinueWith(next => next.IsCompletedSuccessfully && next.Result, TaskScheduler.Default));
    }

    /// <summary>Asks once.</summary>
    public async Task Compare(CancellationToken ct)
    {
        try
        {
            Off = await Ask(configuration["Clock:Ntp"]!, ct);
            if (Off.Value.Duration() > Tolerance) log.LogError("ALARM clock_off: this machine's clock is {Seconds:0.0} s behind the time server", Off.Value.TotalSeconds);
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or InvalidDataException && !ct.IsCancellationRequested)
        {
            log.LogWarning("The time server does not answer ({Problem}); the clock is not compared", problem.GetType().Name);
        }
    }

    /// <summary>One question by SNTP (RFC 4330): how much the server's clock is ahead of ours, the way there and back taken as equal.</summary>
    /// <param name="server">`host` or `host:port` (123).</param>
    private async Task<TimeSpan> Ask(string server, CancellationToken ct)
    {
        var (host, port) = server.LastIndexOf(':') is var at and > 0 && int.TryParse(server[(at + 1)..], out var given) ? (server[..at], given) : (server, 123);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        using var socket = new UdpClient();
        socket.Connect(host, port);
        var question = new byte[48];
        question[0] = 0x23;   // version 4, client
        RandomNumberGenerator.Fill(question.AsSpan(40, 8));   // the server repeats it: an answer to something else is none
        var sent = clock.GetUtcNow();
        await socket.SendAsync(question, limit.Token);
        while (true)
        {
            var answer = (await socket.ReceiveAsync(limit.Token)).Buffer;
            var received = clock.GetUtcNow();
            if (answer.Length < 48 || !answer.AsSpan(24, 8).SequenceEqual(question.AsSpan(40, 8))) continue;
            if ((answer[0] & 7) != 4 || answer[0] >> 6 == 3 || answer[1] is 0 or > 15) throw new InvalidDataException("The time server has no time to give.");
            return ((Instant(answer.AsSpan(32)) - sent) + (Instant(answer.AsSpan(40)) - received)) / 2;
        }
    }

    /// <summary>Seconds since 1900 and their fraction; from 2036 on counted anew.</summary>
    private static DateTimeOffset Instant(ReadOnlySpan<byte> eight)
    {
        var (seconds, fraction) = (BinaryPrimitives.ReadUInt32BigEndian(eight), BinaryPrimitives.ReadUInt32BigEndian(eight[4..]));
        var era = new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds((seconds & 0x80000000) == 0 ? 4294967296.0 : 0);
        return era.AddSeconds(seconds).AddTicks((long)(fraction / 4294967296.0 * TimeSpan.TicksPerSecond));
    }
}
