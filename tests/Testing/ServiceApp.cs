using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using CareerPlatform.Contracts;
using CareerPlatform.ServiceDefaults;
using Dapper;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using Xunit;

namespace CareerPlatform.Testing;

/// <summary>A service with a database of its own, asked over HTTP with tokens of any role, and told facts as its consumers would be; no broker.</summary>
/// <typeparam name="TEntry">Any type of the service's assembly.</typeparam>
/// <param name="service">The service's name: `destinations` has the connection string `destinationsdb`.</param>
public class ServiceApp<TEntry>(string service) : WebApplicationFactory<TEntry>, IAsyncLifetime where TEntry : class
{
    private const string Issuer = "https://identity.test";
    private const string Password = "only-for-the-tests-of-one-service";
    private static readonly ECDsaSecurityKey Key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test" };

    private readonly Dictionary<(string, Guid), long> heard = [];
    private NpgsqlDataSource? owner;

    /// <summary>A clock that tests set; starts at a day in the season.</summary>
    public TestClock Clock { get; } = new(new DateTimeOffset(2026, 10, 1, 3, 0, 0, TimeSpan.Zero));

    /// <summary>More settings, to be given before the first request.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    public string OwnerConnection { get; private set; } = "";

    /// <summary>A database that is there already, such as a restored backup, instead of a new one.</summary>
    public string? Existing { get; init; }

    public virtual async ValueTask InitializeAsync()
    {
        OwnerConnection = Existing ?? await TestServers.NewDatabase(service);
        await Migrations.Apply(OwnerConnection, typeof(TEntry).Assembly, $"{service}_app", Password);
        owner = NpgsqlDataSource.Create(OwnerConnection);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (owner is not null) await owner.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseContentRoot(AppContext.BaseDirectory);
        builder.UseSetting($"ConnectionStrings:{service}db", OwnerConnection);
        builder.UseSetting("Database:AppPassword", Password);
        builder.UseSetting("Messaging:Off", "true");   // no broker, no background work: what a test did is all that happens
        foreach (var (name, value) in Settings) builder.UseSetting(name, value);
        builder.ConfigureTestServices(services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, options =>
            {
                options.ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(new OpenIdConnectConfiguration { Issuer = Issuer });
                options.TokenValidationParameters.IssuerSigningKey = Key;
                options.TokenValidationParameters.ValidIssuer = Issuer;
                options.TokenValidationParameters.ValidateLifetime = false;   // the test's clock is not the wall's
            });
        });
    }

    /// <summary>A client whose token carries these roles in this province; of an API client when its id is given.</summary>
    public HttpClient As(string role, string tenant = "97", Guid? organisation = null, string subject = "person-of-the-test", string? client = null)
    {
        var claims = new List<Claim> { new("sub", subject), new("tenant", tenant) };
        claims.AddRange(role.Split('+').Select(one => new Claim("role", one)));
        if (client is not null) claims.Add(new("client_id", client));
        if (organisation is not null) claims.Add(new("org", organisation.Value.ToString()));
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "careerplatform",
            Subject = new ClaimsIdentity(claims),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.EcdsaSha256),
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
        });
        var http = CreateClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    /// <summary>Lets the service react to a fact of another service, as its consumer would, without the inbox.</summary>
    public Task Hear<TFact>(string producer, TFact fact, Guid? stream = null, long? version = null, string tenant = "97") where TFact : class
    {
        var id = stream ?? StreamIds.Of("test", typeof(TFact).Name);
        lock (heard) heard[(tenant, id)] = heard.GetValueOrDefault((tenant, id)) + 1;
        var about = new Heard(Guid.CreateVersion7(), producer, tenant, id, version ?? heard[(tenant, id)], Clock.GetUtcNow());
        return Services.GetRequiredService<Reactions>().Deliver(fact, about);
    }

    /// <summary>Rows as the owner of the database sees them, who is above row-level security.</summary>
    public async Task<IReadOnlyList<T>> Rows<T>(string sql, object? args = null)
    {
        await using var connection = await owner!.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, args)).AsList();
    }

    /// <summary>The facts of one type in the service's own log, in order; of one province or of all.</summary>
    public async Task<IReadOnlyList<T>> Facts<T>(string? tenant = null)
    {
        var data = await Rows<string>(
            "select data::text from mt_events where type = @Type and (@tenant is null or tenant_id = @tenant) order by seq_id", new { Type = EventTypes.Alias(typeof(T)), tenant });
        return [.. data.Select(json => System.Text.Json.JsonSerializer.Deserialize<T>(json, EventTypes.Json)!)];
    }
}

/// <summary>A clock that stands where the test puts it.</summary>
public sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
