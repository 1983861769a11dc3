using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.Testing;
using RabbitMQ.Client;

namespace CareerPlatform.ServiceDefaults.Tests;

/// <summary>What a test does to the broker behind the services' back.</summary>
internal sealed class Broker(Hosts hosts) : IDisposable
{
    private readonly HttpClient http = Management(hosts.Broker);
    private readonly string vhost = new Uri(hosts.Broker).AbsolutePath.Trim('/');

    internal async Task<bool> HasQueue(string queue) => (await http.GetAsync($"/api/queues/{vhost}/{queue}")).IsSuccessStatusCode;

    internal async Task<JsonNode> Queue(string queue) => (await http.GetFromJsonAsync<JsonNode>($"/api/queues/{vhost}/{queue}"))!;

    internal async Task Delete(string kind, string name) => (await http.DeleteAsync($"/api/{kind}/{vhost}/{Uri.EscapeDataString(name)}")).EnsureSuccessStatusCode();

    internal async Task Declare(string queue, string type)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(hosts.Broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = type });
    }

    /// <summary>Puts bytes into a queue that none of our services would send.</summary>
    internal async Task Send(string queue, byte[] body, FeedItem? address = null)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(hosts.Broker), MaxInboundMessageBodySize = 64 * 1024 * 1024 }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var properties = new BasicProperties { MessageId = Guid.CreateVersion7().ToString(), ContentType = "application/vnd.masstransit+json", Headers = new Dictionary<string, object?>() };
        if (address is not null)
        {
            properties.MessageId = address.Id.ToString();
            properties.Headers[EventAddress.Tenant] = address.Tenant;
            properties.Headers[EventAddress.Stream] = address.StreamId.ToString();
            properties.Headers[EventAddress.Version] = address.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
            properties.Headers[EventAddress.Position] = address.Position.ToString(System.Globalization.CultureInfo.InvariantCulture);
            properties.Headers[EventAddress.RecordedAt] = address.RecordedAt.ToString("O");
            properties.Headers[EventAddress.Type] = address.Type;
        }
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
    }

    internal static byte[] Envelope(string type, string message) => Encoding.UTF8.GetBytes(
        $$"""{"messageId":"{{Guid.CreateVersion7()}}","messageType":["urn:message:{{type}}"],"message":{{message}}}""");

    public void Dispose() => http.Dispose();

    private static HttpClient Management(string broker)
    {
        var client = new HttpClient { BaseAddress = new Uri(TestServers.RabbitMqManagement().GetAwaiter().GetResult()) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(new Uri(broker).UserInfo))));
        return client;
    }
}
