using System.Globalization;
using System.Net;

namespace CareerPlatform.AppHost.Tests;

/// <summary>Where processes listen, as the kernel tells it.</summary>
internal static class Listening
{
    public static IReadOnlyCollection<IPEndPoint> Of(IEnumerable<int> pids)
    {
        var sockets = pids.SelectMany(Sockets).ToHashSet();
        return [.. ((string[])["/proc/net/tcp", "/proc/net/tcp6"]).Where(File.Exists).SelectMany(File.ReadLines).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[3] == "0A" && sockets.Contains($"socket:[{fields[9]}]")).Select(fields => Address(fields[1]))];
    }

    private static IEnumerable<string> Sockets(int pid)
    {
        try
        {
            return [.. Directory.EnumerateFiles($"/proc/{pid}/fd").Select(file => new FileInfo(file).LinkTarget ?? "")];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];      // it has just ended
        }
    }

    /// <summary>The kernel writes an address as words of four bytes in the machine's order.</summary>
    private static IPEndPoint Address(string text)
    {
        var bytes = Convert.FromHexString(text.Split(':')[0]);
        for (var word = 0; word < bytes.Length; word += 4) Array.Reverse(bytes, word, 4);
        return new IPEndPoint(new IPAddress(bytes), int.Parse(text.Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
