using System.Diagnostics;
using CareerPlatform.Testing;

namespace CareerPlatform.ServiceDefaults.Tests;

/// <summary>Not a test: figures of this machine, printed when asked for (`-explicit only`).</summary>
public sealed class Throughput(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public async Task Append_publish_and_consume_per_second()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.WalksWithoutRelay();
        var streams = Enumerable.Range(0, 2_000).Select(_ => Guid.CreateVersion7()).ToArray();

        var (appended, since) = (0, Stopwatch.GetTimestamp());
        var cpu = TimeSpan.Zero;
        void Begin() => (since, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
        void Say(string what, double events)
        {
            var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            output.WriteLine($"{what}: {events / Stopwatch.GetElapsedTime(since).TotalSeconds:n0}/s; {used.TotalMilliseconds / events:n2} ms of this process's CPU each");
        }
        Begin();
        await Task.WhenAll(Enumerable.Range(0, 32).Select(writer => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(10))
            {
                await walks.Append(streams[Random.Shared.Next(streams.Length)], new StepTaken { Number = Interlocked.Increment(ref appended), Note = "một ghi chú dài vừa phải" });
            }
        })));
        Say("append, one fact a transaction, 32 writers", appended);

        Begin();
        for (var i = 0; i < 5; i++) await walks.AppendOneEach(2_000);
        Say("append, 2,000 facts a transaction, 1 writer", 10_000);
        await Wait.Until(async () => (await walks.Ask<long>("select count(*) from event_pending")).Single() == 0);
        output.WriteLine($"all have a position after {Stopwatch.GetElapsedTime(since).TotalSeconds:n1} s");
        await walks.Stop();
        var total = (await walks.Ask<long>("select count(*) from feed")).Single();

        // Pull: no bus at all.
        var walksAgain = await hosts.WalksWithoutRelay(walks.Owner);
        Begin();
        var puller = await hosts.Watch();
        await Wait.Until(async () => (await puller.Ask<long>("select count(*) from seen")).Single() == total, TimeSpan.FromMinutes(10));
        Say($"catch-up by the feed alone, {total:n0} facts", total);
        await puller.Stop();
        await walksAgain.Stop();

        // The relay into a queue that nobody empties.
        var silent = await hosts.WatchBusOnly();
        await silent.Stop();
        hosts.HttpWorks = false;
        var relaying = await hosts.Walks(owner: walks.Owner);
        Begin();
        await Wait.Until(async () => (await relaying.Ask<long>("select pos from relay_cursor")).SingleOrDefault() == total, TimeSpan.FromMinutes(10));
        Say("relay, confirmed, quorum queue", total);

        // The consumer from a full queue.
        Begin();
        var watch = await hosts.Watch(owner: silent.Owner);
        await Wait.Until(async () => (await watch.Ask<long>("select count(*) from seen")).Single() == total, TimeSpan.FromMinutes(10));
        Say("consume from the bus", total);
    }
}
