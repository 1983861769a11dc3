using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CareerPlatform.Targets.Domain;

/// <summary>A plan file that breaks the schema or a rule; lists every fault with its line.</summary>
public sealed class PlanInvalid(string file, IReadOnlyList<PlanFault> faults)
    : Exception($"{file} is not a valid plan:\n{string.Join('\n', faults.Select(fault => $"  {file}: {fault}"))}")
{
    public IReadOnlyList<PlanFault> Faults { get; } = faults;
}

/// <summary>Reads a plan from its JSON file: first the schema, then what a schema cannot say.</summary>
public static class PlanFile
{
    private static readonly JsonSchema Schema = new(JsonNode.Parse(ResourceText("plan.schema.json"))!.AsObject());

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,   // the schema has already refused what it does not know
    };

    /// <summary>The plan; throws <see cref="PlanInvalid"/> when it has any fault.</summary>
    public static Plan Read(string file, string json)
    {
        var faults = Check(json);
        return faults.Count == 0 ? JsonSerializer.Deserialize<Plan>(json, Json)! : throw new PlanInvalid(file, faults);
    }

    /// <summary>Every fault of a plan file, in the order of its lines; empty when it is valid.</summary>
    public static IReadOnlyList<PlanFault> Check(string json)
    {
        var faults = new List<PlanFault>();
        Dictionary<string, (int Line, int Column)> places;
        JsonObject document;
        try
        {
            places = JsonPlaces.Of(json, (pointer, at) => faults.Add(new PlanFault(at.Line, at.Column, pointer, "stands here twice")));
            if (faults.Count > 0) return faults;
            document = JsonNode.Parse(json)!.AsObject();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            var at = broken as JsonException;
            return [new PlanFault((int)(at?.LineNumber ?? 0) + 1, (int)(at?.BytePositionInLine ?? 0) + 1, "", $"not a valid JSON object: {broken.Message.Split(" LineNumber")[0]}")];
        }

        Schema.Check(document, Fault);
        if (faults.Count == 0) CheckRules(JsonSerializer.Deserialize<Plan>(json, Json)!, Fault);
        return [.. faults.OrderBy(fault => (fault.Line, fault.Column))];

        void Fault(string pointer, string message)
        {
            var (line, column) = places[pointer];
            faults.Add(new PlanFault(line, column, pointer, message));
        }
    }

    private static void CheckRules(Plan plan, Action<string, string> fault)
    {
        if (plan.Period.To < plan.Period.From) fault("/period/to", "the period ends before it begins");
        foreach (var (name, day) in new[] { ("census/lowerSecondary", plan.Parameters.Census.LowerSecondary), ("census/upperSecondary", plan.Parameters.Census.UpperSecondary), ("sustained", plan.Parameters.Sustained) })
        {
            if (!DateOnly.TryParseExact($"2023-{day}", "yyyy-MM-dd", out _)) fault($"/parameters/{name}", "there is no such day in every year");
        }

        var ids = new HashSet<string>();
        for (var i = 0; i < plan.Targets.Count; i++)
        {
            var (target, at) = (plan.Targets[i], $"/targets/{i}");
            if (!ids.Add(target.Id)) fault($"{at}/id", $"{target.Id} names two targets");
            if (Indicator.Find(target.Indicator.Code) is not { } indicator) fault($"{at}/indicator/code", $"there is no indicator {target.Indicator.Code}");
            else if (indicator.Version < target.Indicator.Version) fault($"{at}/indicator/version", $"the newest version of {indicator.Code} is {indicator.Version}");
            if (target.Comparator == "range_as_minimum" && target.High is null) fault(at, "\"high\" is missing: a range has two ends");
            if (target.Comparator != "range_as_minimum" && target.High is not null) fault($"{at}/high", "only a range has an upper end");
            if (target.High <= target.Low) fault($"{at}/high", "the upper end of a range lies above its lower end");
            if (target.Unit == "percent" && (target.High ?? target.Low) > 100) fault($"{at}/{(target.High is null ? "low" : "high")}", "more than 100 percent");
            if (target.Due.InYear < plan.Period.From) fault($"{at}/due", "due before the plan begins");
        }
    }

    /// <summary>A file of the folder `Plans`, as built into this assembly.</summary>
    internal static string ResourceText(string file)
    {
        var assembly = typeof(PlanFile).Assembly;
        var name = assembly.GetManifestResourceNames().Single(name => name.EndsWith($".Plans.{file}", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
