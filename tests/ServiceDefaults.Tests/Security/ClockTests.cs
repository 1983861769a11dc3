using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace CareerPlatform.ServiceDefaults.Tests.Security;

/// <summary>The alarm when this machine's clock is off; the time server of the test is written after RFC 4330 alone.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0.9, false)]
    [InlineData(-0.9, false)]
    [InlineData(1.1, true)]
    [InlineData(-90, true)]
    [InlineData(4_000_000, true)]
    public async Task A_clock_that_is_more_than_a_second_off_is_a_warning_of_the_health_check(double seconds, bool off)
    {
        var now = new DateTimeOffset(2026, 10, 1, 3, 0, 0, 500, TimeSpan.Zero);
        await using var server = new TimeServer(now.AddSeconds(seconds));
        using var watch = Watch(server, now);

        await watch.Compare(TestContext.Current.CancellationToken);

        watch.Off!.Value.TotalSeconds.ShouldBe(seconds, 0.001);
        var health = await watch.CheckHealthAsync(new(), TestContext.Current.CancellationToken);
        health.Status.ShouldBe(off ? HealthStatus.Degraded : HealthStatus.Healthy);
        if (off) health.Description!.ShouldStartWith("clock_off");
    }

    [Theory]
    [InlineData("kiss")]
    [InlineData("unsynchronised")]
    public async Task A_server_without_time_of_its_own_says_nothing_about_ours(string kind)
    {
        await using var server = new TimeServer(DateTimeOffset.UnixEpoch) { Kind = kind };
        using var watch = Watch(server, new(2026, 10, 1, 3, 0, 0, TimeSpan.Zero));

        await watch.Compare(TestContext.Current.CancellationToken);

        watch.Off.ShouldBeNull();
        (await watch.CheckHealthAsync(new(), TestContext.Current.CancellationToken)).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task An_answer_to_another_question_is_passed_over()
    {
        var now = new DateTimeOffset(2026, 10, 1, 3, 0, 0, TimeSpan.Zero);
        await using var server = new TimeServer(now) { Kind = "forged first" };
        using var watch = Watch(server, now);

        await watch.Compare(TestContext.Current.CancellationToken);

        watch.Off.ShouldBe(TimeSpan.Zero);
    }

    private static ClockWatch Watch(TimeServer server, DateTimeOffset now) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Clock:Ntp"] = $"127.0.0.1:{server.Port}" }).Build(), new Standing(now), NullLogger<ClockWatch>.Instance);

    private sealed class Standing(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    private sealed class TimeServer : IAsyncDisposable
    {
        private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly Task serving;

        public TimeServer(DateTimeOffset now) => serving = Serve(now);

        public string Kind { get; init; } = "good";
        public int Port => ((IPEndPoint)socket.Client.LocalEndPoint!).Port;

        private async Task Serve(DateTimeOffset now)
        {
            try
            {
                while (true)
                {
                    var asked = await socket.ReceiveAsync();
                    var answer = new byte[48];
                    answer[0] = (byte)(Kind == "unsynchronised" ? 0xE4 : 0x24);   // leap indicator, version 4, server
                    answer[1] = (byte)(Kind == "kiss" ? 0 : 2);                   // stratum
                    asked.Buffer.AsSpan(40, 8).CopyTo(answer.AsSpan(24));
                    Write(answer.AsSpan(32), now);
                    Write(answer.AsSpan(40), now);
                    if (Kind == "forged first")
                    {
                        var forged = (byte[])answer.Clone();
                        forged[24] ^= 1;
                        Write(forged.AsSpan(32), now.AddHours(1));
                        await socket.SendAsync(forged, asked.RemoteEndPoint);
                    }
                    await socket.SendAsync(answer, asked.RemoteEndPoint);
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private static void Write(Span<byte> eight, DateTimeOffset at)
        {
            var since = at - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
            BinaryPrimitives.WriteUInt32BigEndian(eight, (uint)(long)since.TotalSeconds);
            BinaryPrimitives.WriteUInt32BigEndian(eight[4..], (uint)((since.Ticks % TimeSpan.TicksPerSecond) * 4294967296.0 / TimeSpan.TicksPerSecond));
        }

        public async ValueTask DisposeAsync()
        {
            socket.Dispose();
            await serving;
        }
    }
}
