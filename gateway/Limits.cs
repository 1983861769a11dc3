using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CareerPlatform.Gateway;

/// <summary>How much one caller may ask for; one caller's flood is nobody else's trouble.</summary>
/// <remarks>A caller is the token's client or person once the token has been validated, otherwise the address (an IPv6 network of 64 bits).</remarks>
public static class Limits
{
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        var limits = builder.Configuration.GetSection("Gateway:Limits");
        var perSecond = limits.GetValue("RequestsPerSecond", 400);
        var credentials = limits.GetValue("CredentialsPerSecond", 10);
        var polls = limits.GetValue("LongPolls", 8);
        var uploads = limits.GetValue("Uploads", 4);
        var everybody = limits.GetValue("PublicPerSecond", 20);   // a school's computer room is one address

        builder.Services.AddRateLimiter(options =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, string>(http => Bucket(Caller(http), perSecond)),
                PartitionedRateLimiter.Create<HttpContext, string>(http => Proxy.RouteOf(http)?.Rate switch
                {
                    Rate.Credentials => Bucket($"credentials {Address(http)}", credentials, burst: 10 * credentials),
                    Rate.LongPoll => AtOnce($"polls {Caller(http)}", polls),
                    Rate.Upload => AtOnce($"uploads {Caller(http)}", uploads),
                    Rate.Public => Bucket($"public {Address(http)}", everybody, burst: 10 * everybody),
                    _ => RateLimitPartition.GetNoLimiter(""),
                }));
            options.OnRejected = (rejected, _) => throw new RuleBroken("rate_limited", "Quá nhiều yêu cầu, hãy thử lại sau", "Too many requests of this caller; retry after the given time.", 429)
                .After(rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1);
        });
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;   // the registry raises it where files are taken
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
            kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        });
    }

    /// <summary>A body that says it is too large is refused before a byte of it is read; one that does not say is cut off where the limit is.</summary>
    public static void UseBodyLimits(this WebApplication app) => app.Use((http, next) =>
    {
        var limit = Proxy.RouteOf(http)?.Body ?? 64 * 1024;
        if (http.Request.ContentLength > limit) throw TooLarge();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = limit;
        return next(http);
    });

    public static RuleBroken TooLarge() => new("body_too_large", "Dữ liệu gửi lên quá lớn", "The request body is larger than allowed here.", 413);

    private static string Caller(HttpContext http) =>
        http.User.FindFirst("client_id")?.Value ?? http.User.FindFirst("azp")?.Value ?? http.User.FindFirst("sub")?.Value ?? $"address {Address(http)}";

    private static string Address(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"{new IPNetwork(Prefix(address), 64)}" : address.ToString();
    }

    private static IPAddress Prefix(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes);
    }

    private static RateLimitPartition<string> Bucket(string caller, int perSecond, int? burst = null) => RateLimitPartition.GetTokenBucketLimiter(
        caller + perSecond.ToString(CultureInfo.InvariantCulture),
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst ?? 2 * perSecond,
            TokensPerPeriod = Math.Max(1, perSecond / 5),
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(perSecond >= 5 ? 200 : 1000.0 / perSecond),
            QueueLimit = 0,
        });

    private static RateLimitPartition<string> AtOnce(string caller, int permits) =>
        RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = permits, QueueLimit = 0 });
}
