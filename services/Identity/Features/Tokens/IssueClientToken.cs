using System.Net.Http.Headers;
using System.Text;
using CareerPlatform.Contracts;
using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CareerPlatform.Identity.Features.Tokens;

/// <summary>An organisation's system, or a service of the platform, proves who it is and gets a short token (RFC 6749, 4.4).</summary>
/// <remarks>By secret (Basic or form) or by signed assertion (RFC 7523). Every refusal of a client looks the same: unknown, wrong secret, revoked.</remarks>
public static class IssueClientToken
{
    private static readonly string[] Credentials = ["client_secret", "client_assertion", "client_id"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/connect/token", Handle)
        .Accepts<Form>("application/x-www-form-urlencoded")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(429)
        .WithMetadata(new RequestSizeLimitAttribute(32 * 1024)).AllowAnonymous().DisableAntiforgery();

    /// <summary>Clients' OAuth libraries look for `error` (RFC 6749, 5.2), which is our `code`.</summary>
    public static void SayErrorAsOAuthDoes(ProblemDetailsOptions options)
    {
        var complete = options.CustomizeProblemDetails;
        options.CustomizeProblemDetails = context =>
        {
            complete?.Invoke(context);
            if (context.HttpContext.Request.Path == "/connect/token") context.ProblemDetails.Extensions["error"] = context.ProblemDetails.Extensions["code"];
        };
    }

    /// <summary>The form as RFC 6749 names its fields.</summary>
    public sealed record Form(string grant_type, string? client_id, string? client_secret, string? client_assertion_type, string? client_assertion, string? scope);

    public static async Task<Ok<TokenAnswer>> Handle(
        HttpRequest request, ServiceClients services, ClientAssertions assertions, Throttle throttle, TokenWriter tokens, Database db, TimeProvider clock, CancellationToken ct)
    {
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        if (Credentials.Any(request.Query.ContainsKey)) await RefuseUrl(request.Query["client_id"], request.Query["client_secret"], db, clock, ct);
        if (!request.HasFormContentType) throw OAuth("invalid_request", "Yêu cầu phải là biểu mẫu", "Send the fields as application/x-www-form-urlencoded.");

        var form = await request.ReadFormAsync(ct);
        if (form.Any(field => field.Value.Count > 1)) throw OAuth("invalid_request", "Tham số bị lặp", "A field is given more than once.");
        if (form["grant_type"] != "client_credentials") throw OAuth("unsupported_grant_type", "Kiểu cấp quyền không được hỗ trợ", "grant_type must be client_credentials.");

        var (clientId, secret) = Basic(request) ?? (form["client_id"].ToString(), form["client_secret"].ToString());
        var assertion = form["client_assertion"].ToString();
        if (assertion.Length > 0) clientId = ClientAssertions.ClaimedClient(assertion) ?? clientId;
        if (clientId.Length is 0 or > 100) throw InvalidClient(request);
        await throttle.Count(clientId, ct);

        if (services.Knows(clientId))
        {
            if (!services.Accepts(clientId, secret)) throw InvalidClient(request);
            return TypedResults.Ok(await tokens.Issue(new Bearer(clientId, clientId, "*", null, [Policies.Service], []), null, ct));
        }

        await using var work = await db.Begin("*", ct);
        var client = await work.Single<Client>("select tenant_id, organisation_id, role, array_to_string(scopes, ' ') as scope, public_keys from client where client_id = @clientId", new { clientId });
        var known = assertion.Length > 0
            ? client?.public_keys is { } keys && form["client_assertion_type"] == ClientAssertions.Type && await assertions.Accept(work, clientId, keys, assertion)
            : Secret.IsOneOf(secret, await LiveSecrets(work, clientId, clock));
        if (client is null || !known) throw InvalidClient(request);

        DateTimeOffset? since;
        try
        {
            since = await TokenWriter.MustNotBeStopped(work, "client", clientId, client.organisation_id);
        }
        catch (RuleBroken)
        {
            throw InvalidClient(request);
        }
        var asked = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var granted = client.scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (asked.Except(granted).Any()) throw OAuth("invalid_scope", "Phạm vi không được cấp", "The client was not granted this scope.");

        await work.Commit();
        var scopes = asked.Length > 0 ? asked : granted;
        return TypedResults.Ok(await tokens.Issue(new Bearer(clientId, clientId, client.tenant_id, client.organisation_id, [client.role], scopes), since, ct));
    }

    private static async Task<IEnumerable<byte[]>> LiveSecrets(Work work, string clientId, TimeProvider clock) =>
        await work.Query<byte[]>("select hash from client_secret where client_id = @clientId and (expires_at is null or expires_at > @Now)", new { clientId, Now = clock.GetUtcNow() });

    private static (string, string)? Basic(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || !"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase)) return null;

        var bytes = new byte[header.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length)) return null;
        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var id, var secret]
            ? (Uri.UnescapeDataString(id.Replace('+', ' ')), Uri.UnescapeDataString(secret.Replace('+', ' ')))
            : null;
    }

    /// <summary>A secret in a URL stands in every log on the way: refused, and flagged when it was a live one.</summary>
    private static async Task RefuseUrl(string? clientId, string? secret, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (clientId is { Length: > 0 and <= 100 } && secret is { Length: > 0 })
        {
            await using var work = await db.Begin("*", ct);
            var tenant = await work.Single<string>(
                """
                update client_secret set leaked_at = coalesce(leaked_at, @Now)
                where client_id = @clientId and hash = @Hash and (expires_at is null or expires_at > @Now) returning tenant_id
                """, new { clientId, Hash = Secret.Hash(secret), Now = clock.GetUtcNow() });
            await work.Commit();
            if (tenant is not null)
            {
                await using var note = await db.Begin(tenant, ct);
                note.Append("client", StreamIds.Of("client", clientId), new ClientSecretLeaked { ClientId = clientId });
                await note.Commit();
            }
        }
        throw new RuleBroken("credentials_in_url", "Không được gửi khoá bí mật trong địa chỉ URL",
            "Credentials in the URL are refused. Send them in the body or the Authorization header, and rotate this secret: it counts as leaked.", 400);
    }

    private static RuleBroken InvalidClient(HttpRequest request)
    {
        request.HttpContext.Response.Headers.WWWAuthenticate = "Basic realm=\"careerplatform\"";
        return new RuleBroken("invalid_client", "Thông tin xác thực không đúng", "The client is unknown, its credentials are wrong, or its access was revoked.", 401);
    }

    private static RuleBroken OAuth(string code, string title, string detail) => new(code, title, detail, 400);

    private sealed record Client(string tenant_id, Guid organisation_id, string role, string scope, string? public_keys);
}
