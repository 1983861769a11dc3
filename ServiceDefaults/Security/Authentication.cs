using System.Globalization;
using System.Reflection;
using System.Security.Claims;
using System.Text.Json;
using CareerPlatform.Contracts.Identity;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Who may do what: role × organisation. Every route needs a token unless it says otherwise.</summary>
public static class Policies
{
    public const string Officer = "officer";
    public const string Approver = "approver";
    public const string AreaOffice = "area";
    public const string School = "school";
    public const string Institution = "institution";
    public const string Inspector = "inspector";
    public const string Leader = "leader";
    public const string Family = "family";
    public const string Operator = "operator";

    /// <summary>Another service of the platform.</summary>
    public const string Service = "service";

    /// <summary>Another service, or the operator: how things stand, without data of persons.</summary>
    public const string Running = "running";

    /// <summary>Officer, approver, area office or inspector.</summary>
    public const string Staff = "staff";

    /// <summary>Staff and leaders: figures without names.</summary>
    public const string Figures = "figures";

    /// <summary>Officer or platform operator: who manages access.</summary>
    public const string AccessManager = "access-manager";

    internal static void Add(AuthorizationOptions options)
    {
        foreach (var role in new[] { Officer, Approver, AreaOffice, School, Institution, Inspector, Leader, Family, Operator, Service })
        {
            options.AddPolicy(role, policy => policy.RequireRole(role));
        }
        options.AddPolicy(Running, policy => policy.RequireRole(Service, Operator));
        options.AddPolicy(Staff, policy => policy.RequireRole(Officer, Approver, AreaOffice, Inspector));
        options.AddPolicy(Figures, policy => policy.RequireRole(Officer, Approver, AreaOffice, Inspector, Leader));
        options.AddPolicy(AccessManager, policy => policy.RequireRole(Officer, Operator));
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
    }
}

/// <summary>The caller of a request, from the token. A parameter of a use case's Handle.</summary>
/// <param name="Subject">The token's `sub`.</param>
/// <param name="Tenant">Province code.</param>
/// <param name="Organisation">The organisation the caller acts for; null for the province itself.</param>
/// <param name="Roles">Role codes as in <see cref="Policies"/>.</param>
/// <param name="ClientId">The API client; null for people.</param>
public sealed record Person(string Subject, string Tenant, Guid? Organisation, IReadOnlySet<string> Roles, string? ClientId)
{
    public bool Is(string role) => Roles.Contains(role);

    /// <summary>The organisation the caller acts for, or 403 when the token names none.</summary>
    public Guid OwnOrganisation => Organisation ?? throw new RuleBroken("organisation_missing", "Tài khoản không gắn với đơn vị nào", "The token names no organisation to act for.", 403);

    /// <summary>Signed in as the family of one child, whose id is the token's `sub`.</summary>
    public bool IsFamily => Is(Policies.Family);

    /// <summary>Refuses a family that asks about another child, or about nobody: 403 `guardian_not_verified`.</summary>
    public void MustSpeakFor(Guid? pupil)
    {
        if (IsFamily && (pupil is null || Subject != pupil.ToString()))
            throw new RuleBroken("guardian_not_verified", "Chưa xác minh quan hệ với học sinh này", "The sign-in speaks for one child only, and this is not known to be that child.", 403);
    }

    public static ValueTask<Person?> BindAsync(HttpContext http, ParameterInfo _)
    {
        var user = http.User;
        var names = http.RequestServices.GetRequiredService<ClaimNames>();
        var tenant = user.FindFirst(names.Tenant)?.Value;
        if (user.Identity?.IsAuthenticated != true || string.IsNullOrEmpty(tenant))
        {
            throw new RuleBroken("token_invalid", "Cần đăng nhập lại", $"The token carries no `{names.Tenant}` claim.", 401);
        }
        return new(new Person(
            user.FindFirst("sub")?.Value ?? "",
            tenant,
            Guid.TryParse(user.FindFirst(names.Organisation)?.Value, out var organisation) ? organisation : null,
            user.FindAll(names.Role).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal),
            user.FindFirst("client_id")?.Value ?? user.FindFirst("azp")?.Value));
    }
}

/// <summary>Names of the claims as the configured authority issues them: `Authentication__RoleClaim`, `__TenantClaim`, `__OrganisationClaim`.</summary>
/// <remarks>A dotted role claim such as Keycloak's `realm_access.roles` is read from the JSON object claim.</remarks>
internal sealed record ClaimNames(string Role, string Tenant, string Organisation);

/// <summary>Bearer tokens of the configured authority: our Identity service by default, a province's own provider when configured.</summary>
internal static class Authentication
{
    internal static void AddTokenAuthentication(this WebApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection("Authentication");
        var names = new ClaimNames(section["RoleClaim"] ?? "role", section["TenantClaim"] ?? "tenant", section["OrganisationClaim"] ?? "org");
        builder.Services.AddSingleton(names);
        builder.Services.AddSingleton<RevokedAccess>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddAuthorization(Policies.Add);
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IHttpClientFactory>((options, http) =>
        {
            var authority = section["Authority"]?.TrimEnd('/');
            var metadata = section["MetadataAddress"] ?? $"{authority ?? "http://identity"}/.well-known/openid-configuration";
            options.MapInboundClaims = false;
            options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                metadata,
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever(http.CreateClient("authority")) { RequireHttps = !builder.Environment.IsDevelopmentLike() && authority is not null })
            {
                RefreshInterval = TimeSpan.FromSeconds(10),
            };
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidAudience = section["Audience"] ?? "careerplatform",
                ValidIssuers = section["Issuer"] is { } issuer ? [issuer] : null,   // otherwise the issuer that the authority's discovery document names
                ValidAlgorithms = ["ES256", "ES384", "RS256", "RS384", "PS256"],
                RequireExpirationTime = true,
                RequireSignedTokens = true,
                ClockSkew = TimeSpan.FromSeconds(30),
                NameClaimType = "sub",
                RoleClaimType = names.Role,
            };
            options.Events = new JwtBearerEvents
            {
                OnTokenValidated = context =>
                {
                    ReadNestedRoles(context.Principal!, names.Role);
                    if (context.HttpContext.RequestServices.GetRequiredService<RevokedAccess>().Covers(context.Principal!, names))
                    {
                        context.Fail("revoked");
                        Problems.Say(context.HttpContext, "access_revoked", "This access was revoked; ask the organisation that granted it.");
                    }
                    return Task.CompletedTask;
                },
                OnAuthenticationFailed = context =>
                {
                    Problems.Say(context.HttpContext, context.Exception is SecurityTokenInvalidAudienceException ? "audience" : "token_invalid",
                        context.Exception is SecurityTokenExpiredException ? "The token has expired." : "The token is not valid here.");
                    return Task.CompletedTask;
                },
                OnChallenge = context =>
                {
                    if (!context.Request.Headers.ContainsKey("Authorization")) Problems.Say(context.HttpContext, "token_missing", "Send a bearer token.");
                    return Task.CompletedTask;
                },
            };
        });
    }

    /// <summary>Turns a dotted role claim (`realm_access.roles`) into plain role claims under the same name.</summary>
    private static void ReadNestedRoles(ClaimsPrincipal principal, string roleClaim)
    {
        if (roleClaim.Split('.', 2) is not [var outer, var inner] || principal.FindFirst(outer)?.Value is not { } json) return;

        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty(inner, out var roles) || roles.ValueKind != JsonValueKind.Array) return;
        var identity = (ClaimsIdentity)principal.Identity!;
        foreach (var role in roles.EnumerateArray()) identity.AddClaim(new Claim(roleClaim, role.GetString() ?? ""));
    }

    private static bool IsDevelopmentLike(this Microsoft.AspNetCore.Hosting.IWebHostEnvironment environment) =>
        environment.EnvironmentName is "Development" or "Testing";
}

/// <summary>Who may no longer call although their token still lives: a small set read from this service's own table every second, and at start.</summary>
/// <remarks>A service that hears Identity is not ready before it has compared itself with Identity's feed once since it started: it would let in who was revoked meanwhile.</remarks>
public sealed class RevokedAccess : IHealthCheck
{
    private volatile Dictionary<(string Kind, string Subject), DateTimeOffset> revoked = [];
    private volatile bool known;

    /// <summary>What Identity had said when this process started is in the set.</summary>
    internal bool Known { get => known; set => known = value; }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken ct = default) =>
        Task.FromResult(Known ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Identity's feed was not compared since this process started: who was revoked meanwhile is not known."));

    internal void Replace(Dictionary<(string Kind, string Subject), DateTimeOffset> current) => revoked = current;

    internal bool Covers(ClaimsPrincipal user, ClaimNames names) =>
        revoked.Count > 0
        && (Covers("person", user.FindFirst("sub")?.Value, user)
            || Covers("roles", user.FindFirst("sub")?.Value, user)
            || Covers("client", user.FindFirst("client_id")?.Value ?? user.FindFirst("azp")?.Value, user)
            || Covers("organisation", user.FindFirst(names.Organisation)?.Value, user));

    private bool Covers(string kind, string? subject, ClaimsPrincipal user) =>
        subject is not null
        && revoked.TryGetValue((kind, subject), out var at)
        && (!long.TryParse(user.FindFirst("iat")?.Value, CultureInfo.InvariantCulture, out var issued) || DateTimeOffset.FromUnixTimeSeconds(issued) <= at);

    /// <summary>Keeps the change in this service's table; newer replaces older, so it is safe to repeat and out of order.</summary>
    public static Task Note(Work work, AccessChanged change) => work.Execute(
        """
        insert into revoked_access (tenant_id, kind, subject, revoked, at) values (@Province, @Kind, @Subject, @Revoked, @At)
        on conflict (tenant_id, kind, subject) do update set revoked = excluded.revoked, at = excluded.at where revoked_access.at < excluded.at
        """, change);
}

/// <summary>Remembers revoked access, so that a token that still lives is refused within seconds.</summary>
public sealed class NoteRevokedAccessWhenAccessChanged : IReaction<AccessChanged>
{
    public Task When(AccessChanged fact, Heard heard, Work work, CancellationToken ct) => RevokedAccess.Note(work, fact);
}

/// <summary>Reads the table of revoked access once a second.</summary>
internal sealed class WatchRevokedAccess(IServiceProvider services, Database database, RevokedAccess revoked, ILogger<WatchRevokedAccess> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var queue = services.GetService<BusSetup>()?.Heard.Find(hears => hears.TellsOfAccess)?.Queue;
        (bool Read, DateTime? At) first = default;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var work = await database.Begin("*", ct);
                // Compared to the end by this process or another one of the service, before the set is read.
                var compared = await work.Single<DateTime?>("select updated_at from pull_cursor where consumer = @queue and pos >= head and updated_at > '-infinity'", new { queue });
                if (!first.Read) first = (true, compared);
                // Tokens live 10 minutes at most; an hour leaves room for skewed clocks.
                var rows = await work.Query<Row>("select kind, subject, max(at) as at from revoked_access where revoked and at > now() - interval '1 hour' group by kind, subject");
                revoked.Replace(rows.ToDictionary(row => (row.kind, row.subject), row => new DateTimeOffset(row.at, TimeSpan.Zero)));
                if (compared is not null && compared != first.At) revoked.Known = true;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log.LogWarning("Revoked access could not be read: {Exception}", exception.GetType().Name);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(revoked.Known || queue is null ? 1_000 : 200), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Row(string kind, string subject, DateTime at);
}
