using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CareerPlatform.Targets.Domain;

/// <summary>One place in a plan file that is wrong, with a stable code and both languages.</summary>
public sealed record PlanFault(int Line, int Column, string Pointer, string Code, Text Message)
{
    public override string ToString() => $"line {Line}, column {Column}{(Pointer.Length > 0 ? $", {Pointer}" : "")}: {Code}: {Message.En}";
}

/// <summary>Takes one fault: JSON pointer, stable code, and what is wrong in both languages.</summary>
public delegate void ReportFault(string pointer, string code, string vi, string en);

/// <summary>Checks JSON against the part of JSON Schema 2020-12 that `plan.schema.json` uses; a keyword outside that part is an error of the schema.</summary>
public sealed class JsonSchema(JsonObject root)
{
    private static readonly HashSet<string> Notes = ["$schema", "$id", "$defs", "title", "description"];

    /// <summary>Calls <paramref name="fault"/> for everything that does not fit.</summary>
    public void Check(JsonNode? value, ReportFault fault) => Check(root, value, "", fault);

    private void Check(JsonNode? schema, JsonNode? value, string at, ReportFault fault)
    {
        foreach (var (keyword, rule) in schema!.AsObject())
        {
            if (Notes.Contains(keyword)) continue;
            switch (keyword)
            {
                case "$ref": Check(Definition(rule!.GetValue<string>()), value, at, fault); break;
                case "type": CheckType(rule!, value, at, fault); break;
                case "enum": CheckEnum(rule!.AsArray(), value, at, fault); break;
                case "const": if (!JsonNode.DeepEquals(rule, value)) fault(at, "value_not_allowed", $"phải là {rule!.ToJsonString()}", $"must be {rule.ToJsonString()}"); break;
                case "required": CheckRequired(rule!.AsArray(), value, at, fault); break;
                case "properties": CheckProperties(schema.AsObject(), value, at, fault); break;
                case "additionalProperties": break;   // with `properties`
                case "items": if (value is JsonArray list) for (var i = 0; i < list.Count; i++) Check(rule, list[i], $"{at}/{i}", fault); break;
                case "minItems": if (value is JsonArray array && array.Count < rule!.GetValue<int>()) fault(at, "too_few", $"cần ít nhất {rule} phần tử", $"needs at least {rule} entries"); break;
                case "minimum": if (Number(value) is { } low && low < rule!.GetValue<decimal>()) fault(at, "out_of_range", $"phải từ {rule} trở lên", $"must be at least {rule}"); break;
                case "maximum": if (Number(value) is { } high && high > rule!.GetValue<decimal>()) fault(at, "out_of_range", $"phải từ {rule} trở xuống", $"must be at most {rule}"); break;
                case "minLength": if (Text(value) is { } text && text.Length < rule!.GetValue<int>()) fault(at, "empty", "không được để trống", "must not be empty"); break;
                case "pattern": if (Text(value) is { } word && !Regex.IsMatch(word, rule!.GetValue<string>())) fault(at, "wrong_form", $"phải có dạng {rule}", $"must match {rule}"); break;
                case "format": CheckFormat(rule!.GetValue<string>(), value, at, fault); break;
                case "oneOf": CheckOneOf(rule!.AsArray(), value, at, fault); break;
                default: throw new NotSupportedException($"The schema uses {keyword}, which this check does not know.");
            }
        }
    }

    private JsonNode Definition(string reference) =>
        root["$defs"]?[reference["#/$defs/".Length..]] ?? throw new InvalidOperationException($"The schema has no {reference}.");

    private static void CheckType(JsonNode rule, JsonNode? value, string at, ReportFault fault)
    {
        var allowed = rule is JsonArray several ? several.Select(one => one!.GetValue<string>()).ToList() : [rule.GetValue<string>()];
        var kind = value?.GetValueKind() switch
        {
            null => "null",
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => Number(value) is { } number && number == decimal.Truncate(number) ? "integer" : "number",
        };
        if (!allowed.Contains(kind) && !(kind == "integer" && allowed.Contains("number"))) fault(at, "wrong_type", $"phải là {string.Join(" hoặc ", allowed)}, không phải {kind}", $"must be {string.Join(" or ", allowed)}, not {kind}");
    }

    private static void CheckEnum(JsonArray values, JsonNode? value, string at, ReportFault fault)
    {
        if (values.Any(one => JsonNode.DeepEquals(one, value))) return;
        var allowed = string.Join(", ", values.Select(one => one!.ToString()));
        fault(at, "value_not_allowed", $"phải là một trong: {allowed}", $"must be one of {allowed}");
    }

    private static void CheckRequired(JsonArray names, JsonNode? value, string at, ReportFault fault)
    {
        if (value is not JsonObject members) return;
        foreach (var name in names.Select(name => name!.GetValue<string>()).Where(name => !members.ContainsKey(name))) fault(at, "missing_member", $"thiếu \"{name}\"", $"\"{name}\" is missing");
    }

    private void CheckProperties(JsonObject schema, JsonNode? value, string at, ReportFault fault)
    {
        if (value is not JsonObject members) return;
        var properties = schema["properties"]!.AsObject();
        foreach (var (name, member) in members)
        {
            if (properties.TryGetPropertyValue(name, out var rule)) Check(rule, member, $"{at}/{name}", fault);
            else if (schema["additionalProperties"] is JsonValue closed && !closed.GetValue<bool>()) fault($"{at}/{name}", "unknown_member", $"không có thuộc tính \"{name}\" ở đây", $"\"{name}\" is not known here");
        }
    }

    private static void CheckFormat(string format, JsonNode? value, string at, ReportFault fault)
    {
        if (format == "date" && Text(value) is { } day && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            fault(at, "wrong_form", "phải là ngày, YYYY-MM-DD", "must be a date, YYYY-MM-DD");
        }
    }

    /// <summary>Reports the faults of the one alternative that the value's `kind` names, which is what its author meant.</summary>
    private void CheckOneOf(JsonArray alternatives, JsonNode? value, string at, ReportFault fault)
    {
        var kind = (value as JsonObject)?["kind"];
        var meant = alternatives.FirstOrDefault(one => JsonNode.DeepEquals(one!["properties"]?["kind"]?["const"], kind));
        if (meant is not null)
        {
            Check(meant, value, at, fault);
            return;
        }
        var kinds = string.Join(", ", alternatives.Select(one => one!["properties"]?["kind"]?["const"]?.ToString()));
        fault(kind is null ? at : $"{at}/kind", "value_not_allowed", $"\"kind\" phải là một trong: {kinds}", $"\"kind\" must be one of {kinds}");
    }

    private static decimal? Number(JsonNode? value) => value is JsonValue number && value.GetValueKind() == JsonValueKind.Number && number.TryGetValue(out decimal exact) ? exact : null;

    private static string? Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}

/// <summary>Where each value of a JSON text stands: JSON pointer to line and column, both from 1.</summary>
public static class JsonPlaces
{
    /// <summary>The places; calls <paramref name="repeated"/> for a member that its object already has.</summary>
    public static Dictionary<string, (int Line, int Column)> Of(string json, Action<string, (int Line, int Column)> repeated)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var lines = new List<int> { 0 };
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] == '\n')
                lines.Add(i + 1);

        var places = new Dictionary<string, (int, int)>();
        var path = new Stack<(string Prefix, int Index)>();   // index -1 inside an object
        var name = "";
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                path.Pop();
                continue;
            }
            var start = (int)reader.TokenStartIndex;
            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                name = reader.GetString()!;
                var member = $"{path.Peek().Prefix}/{name}";
                if (!places.TryAdd(member, Place(start))) repeated(member, Place(start));   // a value is found at its name
                continue;
            }

            var pointer = "";
            if (path.TryPop(out var parent))
            {
                pointer = $"{parent.Prefix}/{(parent.Index < 0 ? name : parent.Index.ToString(CultureInfo.InvariantCulture))}";
                path.Push(parent.Index < 0 ? parent : parent with { Index = parent.Index + 1 });
            }
            places.TryAdd(pointer, Place(start));
            if (reader.TokenType is JsonTokenType.StartObject) path.Push((pointer, -1));
            if (reader.TokenType is JsonTokenType.StartArray) path.Push((pointer, 0));
        }
        return places;

        (int, int) Place(int offset)
        {
            var line = lines.BinarySearch(offset);
            if (line < 0) line = ~line - 1;
            return (line + 1, Encoding.UTF8.GetCharCount(bytes, lines[line], offset - lines[line]) + 1);
        }
    }
}
