using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Operator;

/// <summary>The certificate that visitors of the public address meet, as they meet it: also where a proxy in front of the gateway ends TLS. Looked at once in ten minutes.</summary>
public sealed class PublicCertificate(TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private Last? last;

    /// <param name="Address">The public address, as Identity names it as issuer.</param>
    /// <param name="State">`plain` where the address has no TLS, `seen`, `away` when nobody answers there.</param>
    /// <param name="Until">Last moment in which it is good; null unless seen.</param>
    public sealed record Seen(string? Address, string State, DateTimeOffset? Until = null)
    {
        public int? DaysLeft(DateTimeOffset now) => Until is { } until ? (int)Math.Floor((until - now).TotalDays) : null;
    }

    public async Task<Seen> Look(Api api, CancellationToken ct)
    {
        if (last is { } known && known.At + Kept > clock.GetUtcNow()) return known.What;
        var issuer = (await api.Get<Discovery>("http://identity/.well-known/openid-configuration", ct)).Value?.Issuer;
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address)) return new Seen(null, "away");
        var seen = await Look(address, ct);
        if (seen.State != "away") last = new(seen, clock.GetUtcNow());
        return seen;
    }

    /// <summary>Shakes hands and reads the dates. Whether the certificate is trusted is for the visitor's browser to say; one that has run out is read as well.</summary>
    public static async Task<Seen> Look(Uri address, CancellationToken ct)
    {
        if (address.Scheme != Uri.UriSchemeHttps) return new Seen(address.Authority, "plain");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(address.Host, address.Port, patience.Token);
            await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, patience.Token);
            using var certificate = new X509Certificate2(tls.RemoteCertificate!);
            return new Seen(address.Authority, "seen", certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception away) when (away is SocketException or IOException or AuthenticationException || (away is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new Seen(address.Authority, "away");
        }
    }

    private sealed record Last(Seen What, DateTimeOffset At);

    private sealed record Discovery(string Issuer);
}
