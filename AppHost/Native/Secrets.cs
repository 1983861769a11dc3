using System.Security.Cryptography;
using System.Text.Json;

namespace CareerPlatform.AppHost.Native;

/// <summary>Generated secrets, kept for this user alone in one file.</summary>
public sealed class Secrets(string file)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Dictionary<string, string> kept = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) ?? [] : [];

    /// <summary>The secret of that name; generated and kept when there is none yet.</summary>
    public string Get(string name, Func<string> generate)
    {
        lock (kept)
        {
            if (kept.TryGetValue(name, out var value)) return value;
            value = generate();
            kept[name] = value;
            WriteOwn(file, JsonSerializer.Serialize(kept, JsonSerializerOptions.Web));
            return value;
        }
    }

    /// <summary>Letters and digits only: safe in connection strings, URIs and files.</summary>
    public static string Generate(int length) => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ0123456789", length);

    /// <summary>Writes a file that never was readable by others, in one step.</summary>
    public static void WriteOwn(string path, string content)
    {
        var fresh = $"{path}.new";
        File.Delete(fresh);
        using (var writer = new StreamWriter(new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly })))
            writer.Write(content);
        File.Move(fresh, path, overwrite: true);
    }
}
