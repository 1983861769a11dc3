namespace CareerPlatform.AppHost.Native;

/// <summary>One host per folder: a locked file, which the kernel unlocks however the host ends.</summary>
internal static class OnlyOne
{
    /// <summary>The lock, or null while another process has it.</summary>
    public static IDisposable? Try(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            Sign(file);
            return stream;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Who has it.</summary>
    public static string Holder(string file) => File.Exists($"{file}.pid") ? File.ReadAllText($"{file}.pid") : "unknown";

    private static void Sign(string file)
    {
        try
        {
            File.WriteAllText($"{file}.pid", $"{Environment.ProcessId}");
        }
        catch (IOException)
        {
            // The lock holds without it.
        }
    }
}

/// <summary>The host's own folder, which may lie anywhere and hold what is not ours.</summary>
internal static class Folder
{
    private static readonly string[] Ours = ["postgres", "messaging", "ledger", "journal", "logs", "once", "secrets.json", "ports.json", "state.json", "state.json.new", "demo.json", "demo-users.json", "demo-institutions.json", "reconciliation.json"];

    /// <summary>Removes what the host and the services put there, and nothing else.</summary>
    public static void Empty(string local)
    {
        if (Path.Combine(local, "postgres", "elsewhere") is var note && File.Exists(note) && File.ReadAllText(note) is var elsewhere
            && elsewhere.StartsWith("/var/tmp/careerplatform-", StringComparison.Ordinal) && Directory.Exists(elsewhere))
            Directory.Delete(elsewhere, recursive: true);
        if (Directory.Exists(Path.Combine(local, "once"))) Empty(Path.Combine(local, "once"));
        foreach (var path in Ours.Select(name => Path.Combine(local, name)))
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
    }
}
