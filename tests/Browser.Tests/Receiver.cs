using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.Browser.Tests;

/// <summary>An institution's own server on this machine: it proves its host, and takes news that is signed with its secret (Standard Webhooks), answering a test with its challenge.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    /// <summary>A line of the file that proves the host; empty while nobody has put it there.</summary>
    public string Proof { get; set; } = "";

    /// <summary>What news is signed with.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Types of what came, with a signature that holds.</summary>
    public ConcurrentQueue<string> Taken { get; } = [];

    public int Port => new Uri(app.Urls.Single()).Port;

    public static async Task<Receiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapGet("/.well-known/careerplatform.txt", () => receiver.Proof);
        app.MapPost("/nhan", receiver.Take);
        await app.StartAsync();
        return receiver;
    }

    private async Task<IResult> Take(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{body}"));
        var signature = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed))}";
        if (!request.Headers["webhook-signature"].ToString().Split(' ').Contains(signature)) return Results.Unauthorized();
        var message = JsonNode.Parse(body)!;
        Taken.Enqueue((string)message["type"]!);
        return Results.Text((string?)message["data"]?["challenge"] ?? "");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
