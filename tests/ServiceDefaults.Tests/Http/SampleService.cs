using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.ServiceDefaults.Tests.Http;

/// <summary>The smallest service with the platform's defaults, on a real port of its own.</summary>
internal sealed class SampleService : IAsyncDisposable
{
    private readonly WebApplication app;

    private SampleService(WebApplication app) => this.app = app;

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<SampleService> Start(string environment = "Development", Action<WebApplication>? map = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = typeof(SampleService).Assembly.GetName().Name });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("sample");
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapPost("/things", (Thing thing) => TypedResults.Ok(thing)).AllowAnonymous();
        app.MapGet("/things/{number:int}", (int number, int page) => TypedResults.Ok(number + page)).AllowAnonymous();
        app.MapGet("/closed", () => TypedResults.Ok());
        app.MapGet("/refused", string () => throw new RuleBroken("seats-taken", "Đã hết chỗ", "Every seat is taken.", 409).With(new Fault("/seats", null, null, "none_left", "Chọn ngành khác")).After(7)).AllowAnonymous();
        app.MapGet("/broken", string () => throw new InvalidOperationException("a value that nobody may see")).AllowAnonymous();
        map?.Invoke(app);
        await app.StartAsync();
        return new(app);
    }

    public IServiceProvider Services => app.Services;

    public HttpClient Client() => new() { BaseAddress = Address };

    public HttpClient ClientOfAnother() => app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    internal sealed record Thing
    {
        public required string Title { get; init; }
        public int Size { get; init; }
    }
}
