using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>Asks the machine's own name servers for TXT records (RFC 1035): the framework looks up addresses only, and no library for it is in the registry.</summary>
public static class DnsText
{
    private const int Txt = 16;

    public static Task<IReadOnlyList<string>> Resolve(string name, CancellationToken ct) => Resolve(name, NameServers(), ct);

    /// <summary>The texts at a name; none when there are none or no name server answers well within two seconds.</summary>
    public static async Task<IReadOnlyList<string>> Resolve(string name, IEnumerable<IPEndPoint> servers, CancellationToken ct)
    {
        var question = Question(name);
        foreach (var server in servers)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                // Over TCP: an answer is never cut off, and nobody beside the way can slip in another.
                using var connection = new TcpClient(server.AddressFamily);
                await connection.ConnectAsync(server, limit.Token);
                var stream = connection.GetStream();
                byte[] framed = new byte[question.Length + 2];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)question.Length);
                question.CopyTo(framed, 2);
                await stream.WriteAsync(framed, limit.Token);
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, limit.Token);
                var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(answer, limit.Token);
                return Texts(question, answer);
            }
            catch (Exception problem) when (problem is SocketException or IOException or FormatException || (problem is OperationCanceledException && !ct.IsCancellationRequested))
            {
                // The next server may know.
            }
        }
        return [];
    }

    private static IEnumerable<IPEndPoint> NameServers() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up).SelectMany(network => network.GetIPProperties().DnsAddresses).Distinct().Take(3).Select(address => new IPEndPoint(address, 53));

    private static byte[] Question(string name)
    {
        List<byte> message = [.. RandomNumberGenerator.GetBytes(2), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];   // recursion, please; one question
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > 63) throw new ArgumentException("A label of a host name has 1 to 63 characters.", nameof(name));
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }
        message.AddRange([0, 0, Txt, 0, 1]);
        return [.. message];
    }

    private static List<string> Texts(byte[] question, byte[] answer)
    {
        if (answer.Length < question.Length || !answer.AsSpan(0, 2).SequenceEqual(question.AsSpan(0, 2)) || (answer[3] & 0xF) is not (0 or 3)) throw new FormatException();
        List<string> texts = [];
        var at = question.Length;   // header and the question itself come first
        for (var left = Number(answer, 6); left > 0; left--)
        {
            at = AfterName(answer, at);
            var (type, length) = (Number(answer, at), Number(answer, at + 8));
            at += 10;
            if (at + length > answer.Length) throw new FormatException();
            if (type == Txt) texts.Add(Text(answer.AsSpan(at, length)));
            at += length;
        }
        return texts;
    }

    /// <summary>A record is a row of strings of up to 255 bytes; together they are the text.</summary>
    private static string Text(ReadOnlySpan<byte> record)
    {
        var text = new StringBuilder();
        for (var at = 0; at < record.Length; at += 1 + record[at])
        {
            if (at + 1 + record[at] > record.Length) throw new FormatException();
            text.Append(Encoding.Latin1.GetString(record.Slice(at + 1, record[at])));
        }
        return text.ToString();
    }

    private static int AfterName(byte[] message, int at)
    {
        while (true)
        {
            if (at >= message.Length) throw new FormatException();
            if (message[at] == 0) return at + 1;
            if (message[at] >= 0xC0) return at + 2;   // the rest stands elsewhere
            at += 1 + message[at];
        }
    }

    private static int Number(byte[] message, int at) => at + 2 <= message.Length ? BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at)) : throw new FormatException();
}
