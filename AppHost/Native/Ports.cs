using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace CareerPlatform.AppHost.Native;

/// <summary>Free ports on loopback, the same ones in every run while they are free.</summary>
/// <remarks>
/// Below the range from which the kernel takes ports for outgoing connections, so that none is stolen while a crashed service restarts.
/// A port is given long before its service listens on it: until then the byte of its number is locked in one file of the machine, so that hosts beside this one take others.
/// </remarks>
public sealed class Ports(string? file = null)
{
    private static readonly HashSet<int> Given = [];
    private static readonly FileStream? Reservations = OpenReservations();
    private readonly Dictionary<string, int> remembered = file is not null && File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file)) ?? [] : [];

    /// <summary>The preferred port when it is free, else the one of last time, else any.</summary>
    public int Take(string name, int? preferred = null)
    {
        lock (Given)
        {
            var last = remembered.GetValueOrDefault(name);
            var port = preferred is { } wish && Reserve(wish) ? wish : last != 0 && Reserve(last) ? last : Any();
            remembered[name] = port;
            if (file is not null) File.WriteAllText(file, JsonSerializer.Serialize(remembered));
            return port;
        }
    }

    public static bool IsFree(int port) => !Given.Contains(port) && CanListen(IPAddress.Loopback, port) && (!Socket.OSSupportsIPv6 || CanListen(IPAddress.IPv6Loopback, port));

    private static int Any()
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (Reserve(port)) return port;
        }

        throw new InvalidOperationException("No free port between 20000 and 32000 on loopback.");
    }

    private static bool Reserve(int port)
    {
        if (!IsFree(port)) return false;
        try
        {
            Reservations?.Lock(port, 1);
        }
        catch (IOException)
        {
            return false;
        }

        return Given.Add(port);
    }

    /// <summary>Null where another user's hosts made the file: then only listening tells.</summary>
    private static FileStream? OpenReservations()
    {
        try
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), "careerplatform-ports"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException problem)
        {
            return problem.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported;
        }
    }
}
