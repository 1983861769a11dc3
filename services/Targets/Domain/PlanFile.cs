using System.Collections;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CareerPlatform.Targets.Domain;

/// <summary>A plan file that breaks the schema or a rule; lists every fault with its line.</summary>
public sealed class PlanInvalid(string file, IReadOnlyList<PlanFault> faults)
    : Exception($"{file} is not a valid plan:\n{string.Join('\n', faults.Select(fault => $"  {file}: {fault}"))}")
{
    public IReadOnlyList<PlanFault> Faults { get; } = faults;
}

/// <summary>Reads a plan from its JSON file and writes it back: first the schema, then <see cref="PlanRules"/>, which a schema cannot say.</summary>
public static class PlanFile
{
    private static readonly JsonSchema Schema = new(JsonNode.Parse(ResourceText("plan.schema.json"))!.AsObject());

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,   // the schema has already refused what it does not know
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatTheSchemaDoes } },
    };

    /// <summary>The plan; throws <see cref="PlanInvalid"/> when it has any fault.</summary>
    /// <param name="file">How faults name it.</param>
    /// <param name="json">Its text.</param>
    /// <param name="find">Finds another plan by its id, where what the plan says about its parent is to be checked as well.</param>
    public static Plan Read(string file, string json, Func<string, Plan?>? find = null)
    {
        var faults = Check(json, find);
        return faults.Count == 0 ? Parse(json) : throw new PlanInvalid(file, faults);
    }

    /// <summary>A text that has been checked, as a plan.</summary>
    public static Plan Parse(string json) => JsonSerializer.Deserialize<Plan>(json, Json)!;

    /// <summary>The plan as a file: reading it again gives the same plan.</summary>
    public static string Write(Plan plan) => JsonSerializer.Serialize(plan, Json);

    /// <summary>Every fault of a plan file, in the order of its lines; empty when it is valid.</summary>
    public static IReadOnlyList<PlanFault> Check(string json, Func<string, Plan?>? find = null)
    {
        var faults = new List<PlanFault>();
        Dictionary<string, (int Line, int Column)> places;
        JsonObject document;
        try
        {
            places = JsonPlaces.Of(json, (pointer, at) => faults.Add(new PlanFault(at.Line, at.Column, pointer, "repeated_member", new("đã có ở trên", "stands here twice"))));
            if (faults.Count > 0) return faults;
            document = JsonNode.Parse(json)!.AsObject();
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            var what = broken.Message.Split(" LineNumber")[0];
            return [Broken(json, broken, "not_json", new($"không phải đối tượng JSON hợp lệ: {what}", $"not a valid JSON object: {what}"))];
        }

        Schema.Check(document, Fault);
        try
        {
            if (faults.Count == 0) PlanRules.Check(Parse(json), find, Fault);
        }
        catch (JsonException beyond)
        {
            faults.Add(Broken(json, beyond, "wrong_type", new("số quá lớn, hoặc không viết như số nguyên", "a number too large, or not written as a whole one")));
        }
        return [.. faults.OrderBy(fault => (fault.Line, fault.Column))];

        void Fault(string pointer, string code, string vi, string en)
        {
            var (line, column) = places[pointer];
            faults.Add(new PlanFault(line, column, pointer, code, new(vi, en)));
        }
    }

    private static PlanFault Broken(string json, Exception broken, string code, Text message)
    {
        var (line, column) = broken is JsonException { LineNumber: { } number } at ? ((int)number, Letters((int)number, (int)(at.BytePositionInLine ?? 0))) : (0, 0);
        return new PlanFault(line + 1, column + 1, "", code, message);

        int Letters(int inLine, int bytes)
        {
            var text = Encoding.UTF8.GetBytes(json.Split('\n')[inLine]);
            return Encoding.UTF8.GetCharCount(text, 0, Math.Min(bytes, text.Length));
        }
    }

    /// <summary>Optional members that say nothing, and members that only follow from others, are not written.</summary>
    private static void LeaveOutWhatTheSchemaDoes(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(member => !member.IsRequired))
        {
            if (member.Set is null && member.AssociatedParameter is null) member.ShouldSerialize = (_, _) => false;
            else if (member.AssociatedParameter is null or { HasDefaultValue: true }) member.ShouldSerialize = (_, value) => value is not (null or false or ICollection { Count: 0 });
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
