using CareerPlatform.College;
using CareerPlatform.Enrolment.Client;

var builder = WebApplication.CreateBuilder(args);
var settings = builder.Configuration;
string Needed(string name) => settings[name] ?? throw new InvalidOperationException($"Set {name} (see README.md).");

builder.Services.AddSingleton(new LeadFeedClient(new()
{
    Platform = new(Needed("PLATFORM_URL")),
    ClientId = Needed("PLATFORM_CLIENT_ID"),
    ClientSecret = Needed("PLATFORM_CLIENT_SECRET"),
    TokenEndpoint = settings["PLATFORM_TOKEN_URL"] is { } url ? new(url) : null,
}));
builder.Services.AddSingleton(new Records(settings["COLLEGE_FOLDER"] ?? "college-data"));
builder.Services.AddSingleton<Doorbell>().AddSingleton(TimeProvider.System).AddHostedService<FollowFeed>();

var app = builder.Build();

// The platform looks here once, to see that the host is yours.
app.MapGet("/.well-known/careerplatform.txt", () => settings["DOMAIN_TOKEN"] ?? "");

// The platform knocks here. A knock says only that there is news; the news is in the feed.
app.MapPost("/hooks", async (HttpRequest request, Doorbell bell, TimeProvider clock, CancellationToken ct) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, ct);
    try
    {
        var message = Webhook.Verify(Needed("WEBHOOK_SECRETS").Split(' '), name => request.Headers[name], body.ToArray(), clock.GetUtcNow());
        bell.Ring();
        return message.Challenge is { } challenge ? Results.Text(challenge) : Results.NoContent();
    }
    catch (WebhookRefused refused)
    {
        return Results.Text($"{refused.Code}: {refused.Message}", statusCode: StatusCodes.Status401Unauthorized);
    }
});

// What a call centre would use.
app.MapPost("/leads/{lead:guid}/calls/{outcome}", async (Guid lead, string outcome, LeadFeedClient platform, TimeProvider clock, CancellationToken ct) =>
    await platform.LogContact(new(lead, "call", outcome, clock.GetUtcNow()), key: $"call-{lead:N}-{clock.GetUtcNow():yyyyMMddHHmm}", ct));

app.Run();
