using CareerPlatform.Gateway;
using CareerPlatform.Gateway.Status;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("gateway");
builder.AddProxy();
builder.AddLimits();
builder.Services.AddMemoryCache();
builder.Services.AddSingleton<PlatformStatus>();
builder.Services.PostConfigure<AuthorizationOptions>(options => options.FallbackPolicy = null);   // what is not there is 404 for everybody

var app = builder.Build();
app.UseAnswerHeaders();
app.UseServiceDefaults();
app.UseScreening();
app.UseRateLimiter();
app.UseBodyLimits();
StatusEndpoints.Map(app);
ApiDocuments.Map(app);
app.MapProxy();
app.Run();
