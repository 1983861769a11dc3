using System.Globalization;
using System.Text.Json.Nodes;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;

namespace CareerPlatform.Targets.Tests;

/// <summary>Reading a plan and writing it again loses nothing: neither of the plans held here, nor of anything the schema allows.</summary>
public sealed class PlanRoundTripTests
{
    private static readonly string Folder = Path.Combine(SharedData.Repository, "services/Targets/Plans");

    public static TheoryData<string> Held => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)).Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Held))]
    public void A_plan_held_here_is_valid_and_survives_reading_and_writing(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));

        PlanFile.Check(text).ShouldBeEmpty();
        Path.GetFileNameWithoutExtension(file).ShouldBe(PlanFile.Parse(text).Id);
        ShouldSurvive(text, file);
    }

    [Fact]
    public void Anything_the_schema_allows_survives_reading_and_writing()
    {
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "plan.schema.json")))!.AsObject();
        var schema = new JsonSchema(root);
        for (var seed = 0; seed < 200; seed++)
        {
            var plan = JsonNode.Parse(new Invented(root, new Random(seed)).Value(root)!.ToJsonString());
            schema.Check(plan, (pointer, code, _, en) => Assert.Fail($"seed {seed}: the invented plan breaks the schema at {pointer}: {code}: {en}"));

            ShouldSurvive(plan!.ToJsonString(), $"seed {seed}");
        }
    }

    private static void ShouldSurvive(string text, string which)
    {
        var before = JsonNode.Parse(text)!.AsObject();
        before.Remove("$schema");   // the editor's, not the plan's

        var once = PlanFile.Write(PlanFile.Parse(text));

        JsonNode.DeepEquals(JsonNode.Parse(once), before).ShouldBeTrue($"{which}\n{once}\n{before}");
        PlanFile.Write(PlanFile.Parse(once)).ShouldBe(once, which);
    }

    /// <summary>Makes up documents that a schema allows: optional members or none, every kind of due date, letters of every sort.</summary>
    private sealed class Invented(JsonObject root, Random chance)
    {
        private static readonly string[] Words = ["Hướng nghiệp", "“phân luồng”", "a\\b\"c", "1 < 2 & 3", "đ\u0301", "🎓", "tab\tline\n", "x"];

        public JsonNode? Value(JsonNode schema)
        {
            if (schema["$ref"] is { } reference) return Value(root["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!);
            if (schema["const"] is { } only) return only.DeepClone();
            if (schema["enum"] is JsonArray values) return values[chance.Next(values.Count)]!.DeepClone();
            if (schema["oneOf"] is JsonArray kinds) return Value(kinds[chance.Next(kinds.Count)]!);
            var type = schema["type"] is JsonArray several ? several[chance.Next(several.Count)]!.GetValue<string>() : schema["type"]!.GetValue<string>();
            return type switch
            {
                "object" => Object(schema),
                "array" => new JsonArray([.. Enumerable.Range(0, chance.Next(schema["minItems"]?.GetValue<int>() ?? 0, 4)).Select(_ => Value(schema["items"]!))]),
                "string" => Text(schema),
                "boolean" => chance.Next(2) == 0,
                "integer" => chance.Next(schema["minimum"]?.GetValue<int>() ?? 0, schema["maximum"]?.GetValue<int>() ?? 100_000),
                "number" => chance.Next(3) switch { 0 => 26_500_000_000m, 1 => chance.Next(100), _ => chance.Next(10_000) / 100m },
                _ => null,
            };
        }

        private JsonObject Object(JsonNode schema)
        {
            var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet() ?? [];
            var made = new JsonObject();
            foreach (var (name, member) in schema["properties"]!.AsObject())
                if (required.Contains(name) || chance.Next(2) == 0)
                    made[name] = Value(member!);
            return made;
        }

        private string Text(JsonNode schema)
        {
            if (schema["format"] is not null) return new DateOnly(2000, 1, 1).AddDays(chance.Next(36_000)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return (schema["pattern"]?.GetValue<string>()) switch
            {
                null => Words[chance.Next(Words.Length)],
                "^[0-9]{2}$" => $"{chance.Next(100):00}",
                "^[a-z0-9]+(-[a-z0-9]+)*$" => $"plan-{chance.Next(100)}",
                "^[0-9]{4}-(0[1-9]|1[0-2])$" => $"{chance.Next(2000, 2100)}-{chance.Next(1, 13):00}",
                "^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" => $"{chance.Next(1, 13):00}-{chance.Next(1, 29):00}",
                "^[a-z_]+$" or "^[a-z0-9_]+$" => "some_code",
                "^[A-Z0-9]+-[0-9]+$" => $"T{chance.Next(9)}-{chance.Next(99)}",
                "^[A-Z]?[0-9]+(\\.[0-9]+)*$" => $"B{chance.Next(9)}.{chance.Next(30)}",
                var other => throw new NotSupportedException($"Say what a text of the form {other} looks like."),
            };
        }
    }
}
