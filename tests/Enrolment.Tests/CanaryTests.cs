using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Ten thousand marked names, telephone numbers, addresses and guardians go through a small season in which things go wrong; none of them is found where people and tools look.</summary>
public sealed partial class CanaryTests(CanaryTests.CanaryApp app) : IClassFixture<CanaryTests.CanaryApp>
{
    private const int Pupils = 2_500;
    private const int Part = 500;

    /// <summary>The service with its broker, and everything it says to anybody recorded.</summary>
    public sealed class CanaryApp : WebhooksApp
    {
        public ConcurrentQueue<string> Said { get; } = [];
        public string Broker { get; private set; } = "";
        private ActivityListener? listener;

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            Broker = await TestServers.NewVirtualHost();
            Settings["Messaging:Off"] = "false";
            Settings["ConnectionStrings:messaging"] = Broker;
            Settings["ServiceClient:Secret"] = "own-secret-for-tests-0123456789-0123456789";
            listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => Said.Enqueue(
                    $"{activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))} {string.Join(' ', activity.Events.SelectMany(one => one.Tags.Select(tag => $"{tag.Key}={tag.Value}")))} {string.Join(' ', activity.Baggage)}"),
            };
            ActivitySource.AddActivityListener(listener);
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureLogging(logging => logging.AddProvider(new Recorder(Said)).SetMinimumLevel(LogLevel.Debug));
        }

        public override async ValueTask DisposeAsync()
        {
            listener?.Dispose();
            await base.DisposeAsync();
            GC.SuppressFinalize(this);
        }

        private sealed class Recorder(ConcurrentQueue<string> said) : ILoggerProvider, ILogger
        {
            public ILogger CreateLogger(string categoryName) => this;

            public IDisposable? BeginScope<TState>(TState state) where TState : notnull
            {
                said.Enqueue(state.ToString() ?? "");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                said.Enqueue($"{formatter(state, exception)} {exception} {(state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values.Select(value => value.Value)) : "")}");

            public void Dispose()
            {
            }
        }
    }

    [Fact]
    public async Task S13_no_canary_is_found_in_a_log_a_trace_a_queue_a_dead_letter_an_error_a_webhook_or_a_row_in_clear()
    {
        var season = app.NewSeason();
        await using var tap = await Tap.On(app);
        await using var college = await College.Active(app, season);
        var institution = college.Institution;
        await season.Programme(institution.Id, seats: 2_000, code: "5480201");

        // The results come over the bus, and among them two that nobody can take.
        for (var part = 0; part < Pupils / Part; part++)
        {
            var pupils = Enumerable.Range(part * Part, Part).Select(n => Pupil(season, n)).ToArray();
            await season.Consents(pupils);
            await tap.Send(Facts(season, pupils));
        }
        await tap.Send(Facts(season, [Pupil(season, Pupils - 1)]).Replace("\"residenceArea\":\"97001\"", "\"residenceArea\":null", StringComparison.Ordinal));
        await tap.Send(Facts(season, [Pupil(season, Pupils - 2)])[..400]);
        await Wait.Until(async () => (await app.Rows<long>("select count(*) from lead_grant where tenant_id = @Province", new { season.Province }))[0] >= Pupils, TimeSpan.FromMinutes(2));
        await Wait.Until(async () => (await app.Rows<long>("select count(*) from parked_event"))[0] >= 1, TimeSpan.FromMinutes(2));

        // The institution's server fails and says back what it was never told.
        college.Server.Answer = async (http, _) =>
        {
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync($"cannot call {Phone(3)} or 0{Phone(4)[3..]}");
        };
        for (var round = 0; round < 3; round++)
        {
            await app.Deliver(season);
            app.Clock.Now = app.Clock.Now.AddHours(1);
        }
        var leads = await app.Rows<Guid>("select lead_id from lead_grant where tenant_id = @Province and state = 'offered' order by lead_id limit 40", new { season.Province });
        foreach (var lead in leads.Take(3)) (await (await season.Detail(institution, lead)).Content.ReadAsStringAsync()).ShouldContain("kn");   // the canaries are alive
        var answers = await Wrong(season, institution, leads);
        await Wait.Until(async () => await tap.Count() >= 2, TimeSpan.FromMinutes(2));

        var found = new List<string>();
        void Search(string where, IEnumerable<string> texts) => found.AddRange(texts.SelectMany(text => Canary().Matches(text).Select(match => $"{where}: {match.Value} in {Shorten(text, match.Index)}")).Take(3));
        Search("log or trace", app.Said);
        Search("error", answers);
        Search("webhook", college.Server.Got.Select(got => Encoding.UTF8.GetString(got.Body) + string.Join(' ', got.Headers)));
        Search("delivery log", [await (await college.Http.GetAsync($"{college.Path}/deliveries?limit=500")).Content.ReadAsStringAsync()]);
        Search("queue", await tap.Everything());
        foreach (var table in await app.Rows<string>("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"))
            Search($"table {table}", await app.Rows<string>($"select t::text from {table} t"));

        app.Said.Count.ShouldBeGreaterThan(1_000);
        answers.Count.ShouldBeGreaterThan(100);
        found.ShouldBeEmpty();
    }

    private static string Phone(int n) => $"+8498{n:0000000}";

    private PupilWithoutPlace Pupil(Season season, int n)
    {
        var plain = season.Pupil();
        return plain with { SealedContact = app.Seal.Seal(plain.PupilId, new Contact($"Học sinh kn{n:000000}n", Phone(n), $"Xóm kn{n:000000}a", $"Phụ huynh kn{n:000000}g", new DateOnly(2011, 5, 4))) };
    }

    private static string Facts(Season season, PupilWithoutPlace[] pupils) => JsonSerializer.Serialize(new Grade10AdmissionFinalized
    {
        RoundId = Guid.CreateVersion7(),
        RoundVersion = 1,
        Province = season.Province,
        SchoolYear = Season.Year,
        Area = "97001",
        Part = 1,
        Parts = 1,
        Pupils = pupils,
        FinalizedAt = season.Now,
    }, StrictJson.Options);

    /// <summary>Every route is asked wrongly, with canaries wherever a body has room: what was sent does not come back.</summary>
    private async Task<List<string>> Wrong(Season season, Participant institution, IReadOnlyList<Guid> leads)
    {
        List<string> answers = [];
        object[] bodies =
        [
            new { leadId = $"Học sinh kn000001n {Phone(1)}" },
            new { name = "kn000002n", phone = Phone(2) },
            new { leadId = leads[0], channel = Phone(3), outcome = "kn000003n", contactedAt = season.Now },
            new { leadId = leads[1], channel = "call", outcome = "reached", contactedAt = "kn000004n" },
            new { leadId = leads[2], channel = "call", outcome = "reached", contactedAt = season.Now.AddDays(9), nextStep = $"gọi {Phone(5)} kn000005n" },
            new { purpose = "kn000006n", leadIds = new[] { leads[3] } },
            $"kn000007n {Phone(7)}",
        ];
        foreach (var route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)))
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method != "GET"))
                foreach (var body in bodies.Append(null))
                {
                    var path = Regex.Replace(route.RoutePattern.RawText!, @"\{[^}]*\}", _ => leads[4].ToString());
                    var text = body is null ? $"{{\"leadId\": \"kn000008n\", \"phone\": \"{Phone(8)}\"" : JsonSerializer.Serialize(body);
                    foreach (var client in new[] { institution.Http, season.Officer })
                    {
                        using var request = new HttpRequestMessage(new(method), path) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
                        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
                        using var answer = await client.SendAsync(request);
                        if (!answer.IsSuccessStatusCode) answers.Add(await answer.Content.ReadAsStringAsync());
                    }
                }
        var workbook = (await season.Post(institution.Http, "/v1/workbooks", new { })).Id("workbookId");
        foreach (var file in new[] { $"Mã hồ sơ,Kết quả\nhs-1,kn000009n {Phone(9)}\n", $"Họ và tên\nkn000010n\n", $"Mã hồ sơ,Kết quả\n\"kn000011n {Phone(11)}\n" })
            answers.Add(await (await institution.Http.PostAsync($"/v1/workbooks/{workbook}/returns", new ByteArrayContent(Encoding.UTF8.GetBytes(file)))).Content.ReadAsStringAsync());
        return answers;
    }

    private static string Shorten(string text, int at) => text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 60)];

    [GeneratedRegex("kn[0-9]{6}[nag]|(?:\\+84|(?<![0-9a-zA-Z])0)98000[0-9]{4}(?![0-9a-zA-Z])")]   // a trace id has such digits too
    private static partial Regex Canary();

    /// <summary>Stands where the other services would: sends what Schools says, hears what Enrolment says, and looks into every queue.</summary>
    private sealed class Tap(IConnection connection, IChannel channel, HttpClient management, string vhost) : IAsyncDisposable
    {
        private const string Queue = "canary-tap";
        private long version;

        public static async Task<Tap> On(CanaryApp app)
        {
            var connection = await new ConnectionFactory { Uri = new Uri(app.Broker) }.CreateConnectionAsync();
            var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
            await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
            foreach (var type in new[] { typeof(LeadGranted), typeof(LeadWithdrawn), typeof(ContactLogged), typeof(StudentEnrolled), typeof(StudentLeftProgramme) })
            {
                var exchange = $"{type.Namespace}:{type.Name}";
                await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
                await channel.QueueBindAsync(Queue, exchange, "");
            }
            _ = app.Services;   // starts the service and its queues
            var management = new HttpClient { BaseAddress = new Uri(await TestServers.RabbitMqManagement()) };
            management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(new Uri(app.Broker).UserInfo))));
            var tap = new Tap(connection, channel, management, new Uri(app.Broker).AbsolutePath.Trim('/'));
            await Wait.Until(async () => (await management.GetAsync($"/api/queues/{tap.Vhost}/enrolment-hears-schools")).IsSuccessStatusCode, TimeSpan.FromMinutes(1));
            return tap;
        }

        private string Vhost => vhost;

        public async Task Send(string fact)
        {
            var id = Guid.CreateVersion7();
            var at = Interlocked.Increment(ref version);
            var properties = new BasicProperties
            {
                MessageId = id.ToString(),
                ContentType = "application/vnd.masstransit+json",
                Persistent = true,
                Headers = new Dictionary<string, object?>
                {
                    ["cp-producer"] = "schools",
                    ["cp-tenant"] = "97",
                    ["cp-stream"] = Guid.CreateVersion7().ToString(),
                    ["cp-version"] = "1",
                    ["cp-position"] = at.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    ["cp-recorded-at"] = "2026-10-01T03:00:00Z",
                    ["cp-type"] = EventTypes.Alias(typeof(Grade10AdmissionFinalized)),
                },
            };
            if (JsonDocumentOrNull(fact)?.RootElement.GetProperty("province").GetString() is { } province) properties.Headers["cp-tenant"] = province;
            var body = $$"""{"messageId":"{{id}}","messageType":["urn:message:{{typeof(Grade10AdmissionFinalized).Namespace}}:{{nameof(Grade10AdmissionFinalized)}}"],"message":{{fact}}}""";
            await channel.BasicPublishAsync("", "enrolment-hears-schools", mandatory: true, properties, Encoding.UTF8.GetBytes(body));
        }

        private static JsonDocument? JsonDocumentOrNull(string text)
        {
            try
            {
                return JsonDocument.Parse(text);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        public async Task<long> Count() => (await channel.QueueDeclarePassiveAsync(Queue)).MessageCount;

        /// <summary>Every message of every queue, with its headers.</summary>
        public async Task<List<string>> Everything()
        {
            List<string> all = [];
            foreach (var queue in JsonNode.Parse(await management.GetStringAsync($"/api/queues/{vhost}"))!.AsArray().Select(queue => (string)queue!["name"]!))
            {
                // The queue of a single consumer cannot be looked into by others: what lies there is on its way to the service.
                if (queue.Contains("-hears-", StringComparison.Ordinal) && !queue.Contains("-dead", StringComparison.Ordinal) && !queue.Contains("_error", StringComparison.Ordinal)) continue;
                while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
                    all.Add($"{queue} {Encoding.UTF8.GetString(message.Body.Span)} {string.Join(' ', message.BasicProperties.Headers?.Select(header => $"{header.Key}={(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value)}") ?? [])}");
            }
            return all;
        }

        public async ValueTask DisposeAsync()
        {
            await channel.DisposeAsync();
            await connection.DisposeAsync();
            management.Dispose();
        }
    }
}
