using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace CareerPlatform.ServiceDefaults.Tests;

/// <summary>The relay's rounds: order within each stream, and progress that shows.</summary>
public sealed class PaceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_long_stream_over_a_slow_broker_is_progress_and_the_cursor_follows_the_confirms()
    {
        await using var hosts = await Hosts.Create();
        await hosts.WatchBusOnly();
        var broker = new UriBuilder(hosts.Broker);
        await using var slow = new Forwarder(broker.Host, broker.Port) { Delay = TimeSpan.FromMilliseconds(150) }.Open();
        broker.Port = slow.Port;
        var ended = new TaskCompletionSource<int>();
        var walks = await hosts.Walks(builder =>
        {
            builder.Configuration["ConnectionStrings:messaging"] = broker.Uri.AbsoluteUri;
            builder.Services.AddSingleton(new ProcessEnd(code => ended.TrySetResult(code)));
            builder.Services.AddSingleton(Hosts.Times with { Stuck = TimeSpan.FromSeconds(4), Watch = TimeSpan.FromMilliseconds(200) });
        });
        var cursors = new ConcurrentQueue<long>();

        await walks.Append(Guid.CreateVersion7(), [.. Enumerable.Range(1, 70).Select(n => new StepTaken { Number = n })]);

        await Wait.Until(async () =>
        {
            foreach (var cursor in await walks.Ask<long>("select pos from relay_cursor")) cursors.Enqueue(cursor);
            return cursors.Contains(70) || ended.Task.IsCompleted;
        }, Long);
        ended.Task.IsCompleted.ShouldBeFalse("confirms come: the relay moves");
        cursors.Distinct().Count(cursor => cursor is > 0 and < 70).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Each_stream_reaches_the_broker_in_its_order_however_many_there_are()
    {
        await using var hosts = await Hosts.Create();
        await using var connection = await new ConnectionFactory { Uri = new Uri(hosts.Broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        const string exchange = "CareerPlatform.ServiceDefaults.Tests:StepTaken";
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync("tap", durable: false, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync("tap", exchange, "");
        var arrived = new ConcurrentQueue<(string Stream, int Version)>();
        var tap = new AsyncEventingBasicConsumer(channel);
        tap.ReceivedAsync += (_, message) =>
        {
            arrived.Enqueue((Header(message, EventAddress.Stream), int.Parse(Header(message, EventAddress.Version), CultureInfo.InvariantCulture)));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("tap", autoAck: true, tap);
        var walks = await hosts.WalksWithoutRelay();
        var streams = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var n = 0; n < 10; n++)
        {
            await walks.Database.Run("40", work =>
            {
                foreach (var stream in streams) work.Append("walk", stream, [.. Enumerable.Range(1, 10).Select(step => new StepTaken { Number = step })]);
                return Task.CompletedTask;
            });
        }
        await walks.Stop();

        var relaying = await hosts.Walks(owner: walks.Owner);

        await Wait.Until(async () => (await relaying.Ask<long>("select pos from relay_cursor")).SequenceEqual([2_000L]), Long);
        await Wait.Until(() => arrived.Count >= 2_000, Long);
        foreach (var stream in arrived.GroupBy(message => message.Stream)) stream.Select(message => message.Version).ShouldBe(Enumerable.Range(1, 100), stream.Key);

        static string Header(BasicDeliverEventArgs message, string name) => Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers![name]!);
    }
}
