using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>What a college's server got: the exact bytes and headers.</summary>
public sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
    public string Type => (string)Json["type"]!;
    public string Id => Headers["webhook-id"];

    public bool VerifiesWith(string secret) => SpecificationVerifier.Verifies(secret, Id, Headers["webhook-timestamp"], Headers["webhook-signature"], Body);
}

/// <summary>A college's server: a real one on loopback, answering as the test says.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private int serving;
    private int mostServing;

    private Receiver(WebApplication app) => this.app = app;

    public ConcurrentQueue<Received> Got { get; } = [];
    public int MostAtOnce => mostServing;
    public int Port { get; private set; }

    /// <summary>How it answers; at first 200, echoing a challenge.</summary>
    public Func<HttpContext, Received, Task> Answer { get; set; } = Echo;

    public static Task Echo(HttpContext http, Received got) =>
        http.Response.WriteAsync(got.Body.Length > 0 && (string?)got.Json["data"]?["challenge"] is { } challenge ? $$"""{"challenge":"{{challenge}}"}""" : "ok");

    public static Func<HttpContext, Received, Task> Status(int status, params (string Name, string Value)[] headers) => (http, _) =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        return Task.CompletedTask;
    };

    public static async Task<Receiver> Start(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.Serve);
        await app.StartAsync();
        receiver.Port = new Uri(app.Urls.Single()).Port;
        return receiver;
    }

    /// <summary>A certificate for this host; signed by <paramref name="issuer"/>, or by itself.</summary>
    public static X509Certificate2 Certificate(string host, X509Certificate2? issuer = null, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        if (issuer is null) return request.CreateSelfSigned(now.AddDays(-10), until ?? now.AddDays(10));
        using var signed = request.Create(issuer, now.AddDays(-5), until ?? now.AddDays(5), RandomNumberGenerator.GetBytes(8));
        return X509CertificateLoader.LoadPkcs12(signed.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12), null);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task Serve(HttpContext http)
    {
        var most = Interlocked.Increment(ref serving);
        for (var seen = mostServing; most > seen && Interlocked.CompareExchange(ref mostServing, most, seen) != seen; seen = mostServing) { }
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var got = new Received(http.Request.Method, http.Request.Path, http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
            Got.Enqueue(got);
            await Answer(http, got);
        }
        finally
        {
            Interlocked.Decrement(ref serving);
        }
    }
}
