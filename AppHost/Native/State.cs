using System.Text.Json;
using System.Text.Json.Serialization;

namespace CareerPlatform.AppHost.Native;

/// <summary>What runs, for other programs and for the next start: `.local/state.json`.</summary>
public sealed record State
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public int Version { get; init; } = 1;

    /// <summary>starting, ready, stopping or stopped.</summary>
    public required string Host { get; init; }

    public required ProcessMark HostProcess { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? ReadyAt { get; init; }

    public string? Gateway { get; init; }

    public required IReadOnlyList<ResourceState> Resources { get; init; }

    public static State? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<State>(File.ReadAllText(file), Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(string file)
    {
        File.WriteAllText($"{file}.new", JsonSerializer.Serialize(this, Json));
        File.Move($"{file}.new", file, overwrite: true);
    }
}

/// <summary>One process of a resource, or a database.</summary>
public sealed record ResourceState
{
    public required string Name { get; init; }

    /// <summary>project, postgres, database, rabbitmq or task.</summary>
    public required string Kind { get; init; }

    public int Replica { get; init; }

    /// <summary>Waiting, Starting, Running, Finished, Exited, FailedToStart or Stopped.</summary>
    public required string State { get; init; }

    /// <summary>Healthy or Unhealthy while it runs.</summary>
    public string? Health { get; init; }

    public string? Detail { get; init; }

    public int? Pid { get; init; }

    public ProcessMark? Process { get; init; }

    public IReadOnlyList<ProcessMark> Helpers { get; init; } = [];

    public IReadOnlyList<string> Urls { get; init; } = [];

    public int? ExitCode { get; init; }

    public int Restarts { get; init; }

    public string? LogFile { get; init; }
}
