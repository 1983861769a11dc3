using System.Net;
using System.Net.Sockets;

namespace CareerPlatform.ServiceDefaults.Tests;

/// <summary>A port that leads to a server: closed until it is opened, and as slow as the test wants.</summary>
internal sealed class Forwarder : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener;
    private readonly (string Host, int Port) server;
    private Task running = Task.CompletedTask;

    internal Forwarder(string host, int port)
    {
        server = (host, port);
        // Bound but not listening: whoever connects is refused, and nobody else can take the port.
        listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Server.Bind(listener.LocalEndpoint);
        Port = ((IPEndPoint)listener.Server.LocalEndPoint!).Port;
    }

    internal int Port { get; }

    /// <summary>What the server answers arrives this much later.</summary>
    internal TimeSpan Delay { get; init; }

    internal Forwarder Open()
    {
        listener.Server.Listen();
        running = Accept();
        return this;
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Carry(await listener.Server.AcceptAsync(end.Token));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task Carry(Socket caller)
    {
        using (caller)
        {
            using var called = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            caller.NoDelay = true;
            try
            {
                await called.ConnectAsync(server.Host, server.Port, end.Token);
                await Task.WhenAny(Pump(caller, called, TimeSpan.Zero), Pump(called, caller, Delay));
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                // One side went away: the other is told by closing.
            }
        }
    }

    private async Task Pump(Socket from, Socket to, TimeSpan delay)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, end.Token) is var count and > 0)
        {
            if (delay > TimeSpan.Zero) await Task.Delay(delay, end.Token);
            await to.SendAsync(buffer.AsMemory(0, count), end.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await running;
        listener.Dispose();
        end.Dispose();
    }
}
