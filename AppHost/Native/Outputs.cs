namespace CareerPlatform.AppHost.Native;

/// <summary>Where the build put a project's program: beside this host's own, in the usual layout or under ArtifactsPath.</summary>
public static class Outputs
{
    public static string Program(string projectPath)
    {
        var project = Path.GetFileNameWithoutExtension(projectPath);
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var folder = own.Name.StartsWith("net", StringComparison.Ordinal) && own.Parent?.Parent?.Name == "bin"
            ? Path.Combine(Path.GetDirectoryName(projectPath)!, "bin", own.Parent.Name, own.Name)
            : Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
        string[] candidates = [Path.Combine(folder, $"CareerPlatform.{project}.dll"), Path.Combine(folder, $"{project}.dll")];
        return candidates.FirstOrDefault(File.Exists) ?? throw new FileNotFoundException($"{candidates[0]} is not built; ./run builds it.");
    }
}
