using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;

namespace CareerPlatform.Gateway.Tests;

/// <summary>What institutions build against lies in `docs`, written from the code by `eng/events` and never stale: the HTTP API, the webhooks (AsyncAPI 3) and a JSON Schema for the data of each webhook type.</summary>
public sealed class ApiDocumentTests
{
    private const string Schema = "https://json-schema.org/draft/2020-12/schema";
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Docs = Path.Combine(SharedData.Repository, "docs");

    [Fact]
    public async Task The_http_api_of_enrolment_is_as_the_service_says()
    {
        var document = (await RegistryTests.Document<GrantLeads>()).AsObject();
        document["info"] = new JsonObject { ["title"] = "CareerPlatform: enrolment", ["version"] = "v1" };
        document.Remove("servers");

        ShouldLieIn("openapi/enrolment.json", document);
    }

    [Fact]
    public void The_webhooks_document_has_every_type_as_the_code_sends_it() => ShouldLieIn("asyncapi.json", Webhooks());

    [Fact]
    public void Every_webhook_type_has_a_schema_of_its_data_and_no_schema_is_left_over()
    {
        foreach (var type in WebhookEvent.Types.Keys)
        {
            var schema = new JsonObject { ["$schema"] = Schema, ["$id"] = WebhookEvent.SchemaOf(type), ["title"] = type };
            foreach (var (name, value) in Data(type)) schema[name] = value?.DeepClone();
            ShouldLieIn($"schemas/webhooks/{type}.1.json", schema);
        }
        Directory.GetFiles(Path.Combine(Docs, "schemas/webhooks")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
            .ShouldBe(WebhookEvent.Types.Keys.Select(type => $"{type}.1.json").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("offered", null)]
    [InlineData("corrected", null)]
    [InlineData("expired", "silent")]
    [InlineData("withdrawn", "objected")]
    [InlineData("withdrawn", "no_longer_available")]
    [InlineData("withdrawn", "error")]
    public void Every_kind_of_feed_item_has_its_type_in_the_document(string kind, string? reason) => WebhookEvent.Types.Keys.ShouldContain(WebhookEvent.TypeOf(kind, reason));

    private static JsonObject Webhooks()
    {
        var (messages, refs, schemas) = (new JsonObject(), new JsonObject(), new JsonObject());
        foreach (var (type, summary) in WebhookEvent.Types.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            refs[type] = Ref($"#/components/messages/{type}");
            messages[type] = new JsonObject
            {
                ["name"] = type,
                ["summary"] = summary,
                ["contentType"] = "application/cloudevents+json",
                ["headers"] = Ref("#/components/schemas/headers"),
                ["payload"] = Ref($"#/components/schemas/{type}"),
            };
            schemas[type] = Event(type);
        }
        schemas["headers"] = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("webhook-id", "webhook-timestamp", "webhook-signature"),
            ["properties"] = new JsonObject
            {
                ["webhook-id"] = Text("The event's id, the same in every attempt.", "uuid"),
                ["webhook-timestamp"] = Text("Seconds since 1970 of this attempt; refuse what is more than five minutes off."),
                ["webhook-signature"] = Text("Standard Webhooks: `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; one for each secret that holds, separated by spaces."),
            },
        };
        return new()
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "CareerPlatform: webhooks to institutions",
                ["version"] = "1.0.0",
                ["description"] = "The feed is the truth, a webhook only says that there is news: ids, never personal data. One request at a time, retried for five days. services/Enrolment.Client verifies them.",
            },
            ["defaultContentType"] = "application/cloudevents+json",
            ["channels"] = new JsonObject { ["endpoint"] = new JsonObject { ["address"] = null, ["description"] = "The https endpoint of the institution's subscription.", ["messages"] = refs } },
            ["operations"] = new JsonObject
            {
                ["tell"] = new JsonObject
                {
                    ["action"] = "send",
                    ["channel"] = Ref("#/channels/endpoint"),
                    ["messages"] = new JsonArray([.. WebhookEvent.Types.Keys.Order(StringComparer.Ordinal).Select(type => (JsonNode)Ref($"#/channels/endpoint/messages/{type}"))]),
                },
            },
            ["components"] = new JsonObject { ["messages"] = messages, ["schemas"] = schemas },
        };
    }

    /// <summary>A CloudEvent of this type, from the record that is sent.</summary>
    private static JsonObject Event(string type)
    {
        var properties = Exported(typeof(WebhookEvent))["properties"]!.AsObject();
        bool isOfLead = type.StartsWith("lead.", StringComparison.Ordinal);
        var fields = new JsonObject();
        foreach (var (name, schema) in properties)
        {
            if (!isOfLead && (name is "feedposition" or "streamversion")) continue;
            fields[name] = name switch
            {
                "specversion" => new JsonObject { ["const"] = "1.0" },
                "type" => new JsonObject { ["const"] = type },
                "dataschema" => new JsonObject { ["const"] = WebhookEvent.SchemaOf(type) },
                "datacontenttype" => new JsonObject { ["const"] = "application/json" },
                "data" => Data(type),
                _ => Always(schema!.DeepClone().AsObject()),
            };
        }
        return new() { ["type"] = "object", ["required"] = new JsonArray([.. fields.Select(field => (JsonNode)field.Key)]), ["properties"] = fields };
    }

    private static JsonObject Data(string type)
    {
        var properties = Exported(typeof(WebhookEvent.EventData))["properties"]!.AsObject();
        var fields = new JsonObject();
        foreach (var name in WebhookEvent.DataOf(type)) fields[name] = Always(properties[name]!.DeepClone().AsObject());
        return new() { ["type"] = "object", ["required"] = new JsonArray([.. fields.Select(field => (JsonNode)field.Key)]), ["properties"] = fields };
    }

    private static JsonNode Exported(Type type) => StrictJson.Options.GetJsonSchemaAsNode(type, new() { TreatNullObliviousAsNonNullable = true });

    /// <summary>A field that may be null in the record is left out, or there and not null.</summary>
    private static JsonObject Always(JsonObject schema)
    {
        if (schema["type"] is JsonArray types) schema["type"] = types.Select(type => (string)type!).Single(type => type != "null");
        schema.Remove("default");
        return schema;
    }

    private static JsonObject Ref(string target) => new() { ["$ref"] = target };

    private static JsonObject Text(string description, string? format = null)
    {
        var text = new JsonObject { ["type"] = "string", ["description"] = description };
        if (format is not null) text["format"] = format;
        return text;
    }

    private static void ShouldLieIn(string file, JsonObject document)
    {
        var path = Path.Combine(Docs, file);
        var text = document.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        File.Exists(path).ShouldBeTrue($"docs/{file} is missing. Run `eng/events` and commit it.");
        File.ReadAllText(path).ShouldBe(text, $"docs/{file} is stale. Run `eng/events` and commit it.");
    }
}
