using System.Text.Json;

namespace CareerPlatform.Careerctl.Season;

/// <summary>An institution of the demo as the platform knows it: its id, its programmes' ids and, once registered, its API client.</summary>
public sealed record LoadedInstitution(Guid Id, IReadOnlyDictionary<string, Guid> Programmes, string? ClientId = null, string? Secret = null);

/// <summary>What a season must remember between two runs: ids that the platform gave, and secrets that it shows only once. A file of mode 0600 beside the demo users.</summary>
public sealed class SeasonState(string file)
{
    readonly record struct Kept(int Seed, int Pupils, Dictionary<string, LoadedInstitution> Institutions);

    public Dictionary<string, LoadedInstitution> Institutions { get; private set; } = [];

    public void Read(int seed, int pupils)
    {
        if (!File.Exists(file)) return;
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(File.ReadAllText(file), Caller.Json);
            if (kept.Seed == seed && kept.Pupils == pupils) Institutions = kept.Institutions;
        }
        catch (JsonException)
        {
            // Half written by a run that died: everything in it can be asked for again.
        }
    }

    public void Write(int seed, int pupils)
    {
        var fresh = $"{file}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(fresh, options)) JsonSerializer.Serialize(stream, new Kept(seed, pupils, Institutions), Caller.Json);
        File.Move(fresh, file, overwrite: true);
    }

    /// <summary>Everything is asked for anew, because the platform no longer knows what was kept.</summary>
    public void Forget() => Institutions = [];
}
