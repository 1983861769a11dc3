using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CareerPlatform.Testing;

/// <summary>A mail server of a test: takes every letter, as SMTP (RFC 5321) says.</summary>
public sealed class LetterBox : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closed = new();
    private readonly Task serving;

    private LetterBox()
    {
        listener.Start();
        serving = Serve();
    }

    public sealed record Letter(IReadOnlyList<string> To, string Text);

    public ConcurrentQueue<Letter> Letters { get; } = [];
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public static LetterBox Open() => new();

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        listener.Dispose();
        closed.Dispose();
    }

    private async Task Serve()
    {
        while (true)
        {
            using var connection = await listener.AcceptTcpClientAsync(closed.Token);
            await Take(connection.GetStream());
        }
    }

    private async Task Take(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        List<string> to = [];
        await writer.WriteLineAsync("220 letterbox");
        while (await reader.ReadLineAsync(closed.Token) is { } line)
        {
            if (line.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase)) to.Add(line[8..].Trim('<', '>', ' '));
            if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                var text = new StringBuilder();
                while (await reader.ReadLineAsync(closed.Token) is { } part && part != ".") text.AppendLine(part);
                Letters.Enqueue(new([.. to], Decoded(text.ToString())));
                to.Clear();
            }
            await writer.WriteLineAsync(line.StartsWith("QUIT", StringComparison.Ordinal) ? "221 bye" : "250 ok");
        }
    }

    private static string Decoded(string letter)
    {
        var body = letter[(letter.IndexOf($"{Environment.NewLine}{Environment.NewLine}", StringComparison.Ordinal) + 2)..];
        return letter.Contains("base64", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.GetString(Convert.FromBase64String(string.Concat(body.Split().Where(part => part.Length > 0)))) : body;
    }
}
