using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>Where requests to institutions may go, and how long one may take.</summary>
public sealed record OutboundRules
{
    // The special-purpose ranges of IANA's registry. IPv6 is the other way round: global unicast (2000::/3) and of that not these.
    private static readonly IPNetwork[] Blocked4 =
    [.. "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        .Split(' ').Select(IPNetwork.Parse)];

    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] Blocked6 = [.. "2001::/23 2001:db8::/32 2002::/16 3fff::/20".Split(' ').Select(IPNetwork.Parse)];

    /// <summary>Development only: receivers on this machine, on any port and without TLS.</summary>
    public bool Loopback { get; init; }

    /// <summary>The platform's own public addresses.</summary>
    public IReadOnlyList<IPNetwork> Own { get; init; } = [];

    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>One deadline over connect, TLS, headers and body.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Until when a replica that begins a request now may count on being alone with that endpoint.</summary>
    public DateTimeOffset Lease(DateTimeOffset now) => now + Total + TimeSpan.FromSeconds(15);

    public Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    public Func<string, CancellationToken, Task<IReadOnlyList<string>>> ResolveText { get; init; } = DnsText.Resolve;

    /// <summary>Roots to trust instead of the system's; null outside tests.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    public static OutboundRules Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var loopback = configuration.GetValue("Webhooks:AllowLoopback", false);
        if (loopback && !environment.IsDevelopment())
            throw new InvalidOperationException("Webhooks__AllowLoopback is for Development: elsewhere a request could be turned against this machine.");
        var own = configuration["Webhooks:OwnAddresses"]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return new() { Loopback = loopback, Resolve = loopback ? Here : Dns.GetHostAddressesAsync, Own = [.. own.Select(text => text.Contains('/') ? IPNetwork.Parse(text) : new IPNetwork(IPAddress.Parse(text), text.Contains(':') ? 128 : 32))] };
    }

    /// <summary>The file in which a host's owner proves it.</summary>
    public string FileAt(string host) => $"{(Loopback && IsHere(host.Split(':')[0]) ? "http" : "https")}://{host}/.well-known/careerplatform.txt";

    /// <summary>Names under `.localhost` are this machine's, whatever the name servers say (RFC 6761, 6.3).</summary>
    private static bool IsHere(string host) => host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static Task<IPAddress[]> Here(string host, CancellationToken ct) => IsHere(host) ? Task.FromResult<IPAddress[]>([IPAddress.Loopback]) : Dns.GetHostAddressesAsync(host, ct);

    /// <summary>True for an address that no request may be sent to, however it is written.</summary>
    public bool Blocks(IPAddress address)
    {
        if (Loopback && (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback))) return false;
        if (Own.Any(network => network.Contains(address))) return true;
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => Blocked4.Any(network => network.Contains(address)),
            AddressFamily.InterNetworkV6 => address.IsIPv4MappedToIPv6 || !Global6.Contains(address) || Blocked6.Any(network => network.Contains(address)),
            _ => true,
        };
    }
}

/// <param name="Status">HTTP status; null when there was no answer.</param>
/// <param name="Outcome">`ok`, or why it failed: a stable code of the delivery log.</param>
/// <param name="Body">What was read of the answer.</param>
/// <param name="Took">From the first byte sent to the last one read.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone.</param>
/// <param name="Date">The receiver's own clock.</param>
public sealed record Reply(int? Status, string Outcome, string Body, TimeSpan Took, TimeSpan? RetryAfter = null, DateTimeOffset? Date = null)
{
    public bool Ok => Outcome == "ok";
}

/// <summary>The only way a request leaves for an address that an institution gave: https to public addresses, decided when connecting; no redirect, no proxy, one deadline, 16 KiB read.</summary>
public sealed partial class EndpointGuard : IDisposable
{
    public const int LongestUrl = 2_048;
    private const int ReadAtMost = 16 * 1024;

    private readonly OutboundRules rules;
    private readonly TimeProvider clock;
    private readonly HttpMessageInvoker http;

    public EndpointGuard(OutboundRules rules, TimeProvider clock)
    {
        (this.rules, this.clock) = (rules, clock);
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = rules.Connect,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ConnectCallback = Connect,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateChainPolicy = rules.Roots is null ? null : Trust(rules.Roots),
            },
        });
    }

    /// <summary>Refuses (422) what cannot be an institution's endpoint by its form alone. Looks at the parsed host: `0x7f.1` and `2130706433` are addresses too.</summary>
    public Uri MustBeAllowed(string url)
    {
        if (url.Length > LongestUrl) throw Refused("url_too_long", "Địa chỉ quá dài", $"At most {LongestUrl} characters.");
        if (url.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter == '\\') || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            throw Refused("url_invalid", "Địa chỉ không hợp lệ", "This is not an absolute URL.");
        if (uri.Scheme != Uri.UriSchemeHttps && !(rules.Loopback && uri.Scheme == Uri.UriSchemeHttp))
            throw Refused("https_required", "Chỉ chấp nhận https", "The endpoint must be https.");
        if (uri.UserInfo.Length > 0) throw Refused("userinfo_not_allowed", "Địa chỉ không được chứa tên đăng nhập", "The URL must carry no user name or password.");
        if (uri.HostNameType != UriHostNameType.Dns || !HostName().IsMatch(uri.IdnHost))
            throw Refused("address_not_allowed", "Địa chỉ không được phép", "The endpoint must have a public host name, not an IP address.");
        if (uri.Port is not (443 or 8443) && !rules.Loopback) throw Refused("port_not_allowed", "Cổng không được phép", "The endpoint must be on port 443 or 8443.");
        return uri;
    }

    /// <summary>The host as it stands on an allow-list: in ASCII, with its port unless that is 443.</summary>
    public static string Host(Uri uri) => uri.IsDefaultPort ? uri.IdnHost : $"{uri.IdnHost}:{uri.Port}";

    /// <summary>Sends one request and reads the answer; whatever goes wrong outside becomes an outcome. Only a stop of this process throws.</summary>
    public async Task<Reply> Send(HttpRequestMessage request, CancellationToken stopping)
    {
        var since = clock.GetTimestamp();
        using var late = new CancellationTokenSource(rules.Total, clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        try
        {
            MustBeAllowed(request.RequestUri!.OriginalString);
            using var response = await http.SendAsync(request, deadline.Token);
            var body = await Read(response, deadline.Token);
            var after = response.Headers.RetryAfter;
            return new((int)response.StatusCode, OutcomeOf((int)response.StatusCode), body, clock.GetElapsedTime(since), after?.Delta ?? after?.Date - clock.GetUtcNow(), response.Headers.Date);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return Failed("timeout");
        }
        catch (Exception problem) when (problem is RuleBroken || problem.GetBaseException() is AddressNotAllowed)
        {
            return Failed("address_not_allowed");
        }
        catch (HttpRequestException problem)
        {
            return Failed(problem.HttpRequestError == HttpRequestError.SecureConnectionError || problem.GetBaseException() is AuthenticationException ? "tls_invalid"
                : problem.GetBaseException() is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } ? "dns_failed" : "connection_failed");
        }
        catch (IOException)
        {
            return Failed("connection_failed");
        }

        Reply Failed(string outcome) => new(null, outcome, "", clock.GetElapsedTime(since));
    }

    public void Dispose() => http.Dispose();

    private static string OutcomeOf(int status) => status switch
    {
        >= 200 and < 300 => "ok",
        >= 300 and < 400 => "redirect_not_followed",
        410 => "gone",
        429 or 502 or 503 or 504 => "throttled",
        >= 500 => "server_error",
        _ => "rejected",
    };

    /// <summary>One resolution, one check of every answer, and the checked addresses are the ones dialled: a second look-up has nothing to win.</summary>
    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var addresses = await rules.Resolve(context.DnsEndPoint.Host, ct);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        if (addresses.Any(rules.Blocks)) throw new AddressNotAllowed();

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> Read(HttpResponseMessage response, CancellationToken ct)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = new byte[ReadAtMost];
        var length = await stream.ReadAtLeastAsync(buffer, ReadAtMost, throwOnEndOfStream: false, ct);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static X509ChainPolicy Trust(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private static RuleBroken Refused(string code, string title, string detail) => new RuleBroken(code, title, detail, 422).With(new Fault("/endpoint", null, null, code, title));

    /// <summary>At least two labels of letters, digits and hyphens; the last begins with a letter, so no spelling of an address passes.</summary>
    [GeneratedRegex(@"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$")]
    private static partial Regex HostName();

    private sealed class AddressNotAllowed : Exception;
}
