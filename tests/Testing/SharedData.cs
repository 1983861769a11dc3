using Xunit;

namespace CareerPlatform.Testing;

/// <summary>Finds the province's real input files, which lie beside the repository and are never part of it.</summary>
public static class SharedData
{
    /// <summary>The folder of the repository, found from where the tests run or were built.</summary>
    public static string Repository { get; } = Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory) ?? Above(SourceFolder())
        ?? throw new DirectoryNotFoundException("CareerPlatform.sln was found neither above the working folder nor above the test's own folder.");

    /// <summary>The full path of a file or folder beside the repository, such as "data/stats"; skips the test where it is absent.</summary>
    public static string Path(string relative)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Repository, "..", "shared", relative));
        if (!File.Exists(path) && !Directory.Exists(path)) Assert.Skip($"../shared/{relative} is not beside the repository");
        return path;
    }

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(System.IO.Path.Combine(at.FullName, "CareerPlatform.sln")))
                return at.FullName;
        return null;
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => System.IO.Path.GetDirectoryName(file)!;
}
