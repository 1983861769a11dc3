using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace CareerPlatform.AppHost.Native;

/// <summary>Free ports on loopback, the same ones in every run while they are free.</summary>
/// <remarks>Below the range from which the kernel takes ports for outgoing connections, so that none is stolen while a crashed service restarts.</remarks>
public sealed class Ports(string? file = null)
{
    private static readonly HashSet<int> Given = [];
    private readonly Dictionary<string, int> remembered = file is not null && File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(file)) ?? [] : [];

    /// <summary>The preferred port when it is free, else the one of last time, else any.</summary>
    public int Take(string name, int? preferred = null)
    {
        lock (Given)
        {
            var last = remembered.GetValueOrDefault(name);
            var port = preferred is { } wish && IsFree(wish) ? wish : last != 0 && IsFree(last) ? last : Any();
            Given.Add(port);
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
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException("No free port between 20000 and 32000 on loopback.");
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
