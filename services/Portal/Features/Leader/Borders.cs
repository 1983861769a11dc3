using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>The borders that a province hands in as files: `97-new-commune`, `97-old-commune`, `97-old-district` in `Map__Folder`, `.geojson` or `.topojson`, every shape with the `code` of its area. None of them is the product's.</summary>
/// <remarks>Read once and kept; only code and outline go to the browser, with four decimals (11 m). A file that cannot be read is as good as none, and the log says why.</remarks>
public sealed class Borders(IConfiguration configuration, ILogger<Borders> log)
{
    private readonly ConcurrentDictionary<string, File?> files = [];

    /// <param name="Json">GeoJSON.</param>
    /// <param name="Tag">Changes with the content.</param>
    /// <param name="Codes">Of the areas that have a shape.</param>
    public sealed record File(byte[] Json, string Tag, IReadOnlySet<string> Codes);

    /// <summary>The borders of one kind in one province; null where nobody has handed them in.</summary>
    public File? Of(string province, string border, string kind)
    {
        if (configuration["Map:Folder"] is not { Length: > 0 } folder || !province.All(char.IsAsciiLetterOrDigit)) return null;
        var name = Path.Combine(folder, $"{province}-{(border == "old" ? "old" : "new")}-{(kind == "district" ? "district" : "commune")}");
        var path = new[] { $"{name}.geojson", $"{name}.topojson" }.FirstOrDefault(System.IO.File.Exists);
        return path is null ? null : files.GetOrAdd($"{path}@{System.IO.File.GetLastWriteTimeUtc(path).Ticks}", _ => Read(path));
    }

    private File? Read(string path)
    {
        try
        {
            var root = JsonNode.Parse(System.IO.File.ReadAllBytes(path))!.AsObject();
            return Shapes((string?)root["type"] == "Topology" ? Topology.Features(root) : root["features"]!.AsArray().Select(feature => feature!.AsObject()));
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException or InvalidOperationException or NullReferenceException or FormatException or UnauthorizedAccessException)
        {
            log.LogWarning("The borders in {File} cannot be read: {Problem}", Path.GetFileName(path), unreadable.GetType().Name);
            return null;
        }
    }

    /// <summary>What the browser needs of the shapes.</summary>
    public static File Shapes(IEnumerable<JsonObject> features)
    {
        var codes = new HashSet<string>();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "FeatureCollection");
            json.WriteStartArray("features");
            foreach (var feature in features)
            {
                if (feature["geometry"] is not JsonObject geometry || feature["properties"]?["code"]?.ToString() is not { Length: > 0 } code) continue;
                codes.Add(code);
                json.WriteStartObject();
                json.WriteString("type", "Feature");
                json.WriteStartObject("properties");
                json.WriteString("name", code);
                json.WriteEndObject();
                json.WriteStartObject("geometry");
                json.WriteString("type", (string?)geometry["type"]);
                json.WritePropertyName("coordinates");
                Write(json, geometry["coordinates"]!);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        var bytes = buffer.ToArray();
        return new File(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)[..6]), codes);
    }

    private static void Write(Utf8JsonWriter json, JsonNode node)
    {
        if (node is JsonArray array)
        {
            json.WriteStartArray();
            foreach (var item in array) Write(json, item!);
            json.WriteEndArray();
        }
        else
        {
            json.WriteNumberValue(Math.Round((decimal)node.GetValue<double>(), 4));
        }
    }
}
