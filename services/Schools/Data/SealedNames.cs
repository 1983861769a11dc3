using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Data;

/// <summary>The names of a file, sealed and indexed as <see cref="NameSeal"/> says: many people share a name, and a list sorted by name has them one after the other.</summary>
public sealed class SealedNames(NameSeal names) : IDisposable
{
    const int Kept = 8_192;

    readonly Dictionary<string, Sealed> known = [];

    /// <param name="Box">The name, to be opened by who may.</param>
    /// <param name="Key">Equal for names that are compared as equal (<see cref="NameKey.Of"/>).</param>
    /// <param name="Fold">Equal also when accents were lost (<see cref="NameKey.Fold"/>).</param>
    public sealed record Sealed(byte[] Box, byte[] Key, byte[] Fold);

    public Sealed Of(string name)
    {
        if (known.TryGetValue(name, out var before)) return before;
        if (known.Count == Kept) known.Clear();
        return known[name] = new Sealed(names.Seal(name), names.Index(NameKey.Of(name)), names.Index(NameKey.Fold(name)));
    }

    public void Dispose() => names.Dispose();
}
