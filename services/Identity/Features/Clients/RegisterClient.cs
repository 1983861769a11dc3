using System.Security.Cryptography;
using System.Text.RegularExpressions;
using CareerPlatform.Contracts;
using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.IdentityModel.Tokens;

namespace CareerPlatform.Identity.Features.Clients;

/// <summary>An organisation's system gets a client id and a secret, which is shown this once; with public keys of its own it signs instead and gets no secret.</summary>
public static partial class RegisterClient
{
    private static readonly string[] InstitutionScopes = ["feed:read", "leads:read", "contacts:write", "enrolments:write"];

    /// <param name="Organisation">Entered under the department when it is not known here yet.</param>
    /// <param name="Role">The role its tokens carry.</param>
    /// <param name="Name">What the system is called in lists.</param>
    /// <param name="Scopes">What its tokens may be asked for; all of the role's when absent.</param>
    /// <param name="PublicKeys">A JWKS (RFC 7517) as text, for `private_key_jwt`.</param>
    public sealed record Command(Guid Organisation, string Role, string Name, IReadOnlyList<string>? Scopes = null, string? PublicKeys = null);

    public sealed record Answer(string ClientId, string? Secret);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/access/clients", Handle).ProducesProblem(403).ProducesProblem(422)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<Created<Answer>> Handle(Command command, Person actor, HttpResponse response, Database db, TimeProvider clock, CancellationToken ct)
    {
        var name = Named.Well(command.Name);
        Organisation.MustBeForMachines(command.Role);
        var scopes = command.Scopes ?? (command.Role == Policies.Institution ? InstitutionScopes : []);
        if (scopes.Count > 20 || !scopes.All(scope => Scope().IsMatch(scope))) throw new RuleBroken("scope_invalid", "Phạm vi không hợp lệ", "Scopes look like leads:read; at most 20.", 422);
        MustBePublic(command.PublicKeys);

        await using var work = await db.Begin(actor.Tenant, ct);
        var organisation = await work.FindOrEnter(command.Organisation, command.Role, name, actor);
        organisation.MustBeManagedFromAbove(actor);
        organisation.MustKnow(command.Role);

        var clientId = $"c-{RandomNumberGenerator.GetHexString(20, lowercase: true)}";
        var secret = await work.Enter(clientId, organisation.Id, command.Role, name, scopes, command.PublicKeys, actor.Subject, clock.GetUtcNow());
        await work.Commit();
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/access/clients/{clientId}", new Answer(clientId, secret));
    }

    internal static async Task<string?> Enter(
        this Work work, string clientId, Guid organisation, string role, string name, IReadOnlyCollection<string> scopes, string? publicKeys, string by, DateTimeOffset now)
    {
        await work.Execute(
            """
            insert into client (client_id, tenant_id, organisation_id, role, name, scopes, public_keys, created_at)
            values (@clientId, @Tenant, @organisation, @role, @name, @Scopes, @publicKeys, @now)
            """, new { clientId, work.Tenant, organisation, role, name, Scopes = scopes.ToArray(), publicKeys, now });
        work.Append("client", StreamIds.Of("client", clientId), new ClientRegistered { ClientId = clientId, Organisation = organisation, Role = role, Scopes = [.. scopes], By = by });
        return publicKeys is null ? await work.AddSecret(clientId, now) : null;
    }

    internal static async Task<string> AddSecret(this Work work, string clientId, DateTimeOffset now)
    {
        var secret = Secret.New();
        await work.Execute(
            "insert into client_secret (secret_id, tenant_id, client_id, hash, created_at) values (@Id, @Tenant, @clientId, @Hash, @now)",
            new { Id = Guid.CreateVersion7(now), work.Tenant, clientId, Hash = Secret.Hash(secret), now });
        return secret;
    }

    private static void MustBePublic(string? keys)
    {
        if (keys is null) return;
        try
        {
            var set = new JsonWebKeySet(keys);
            if (keys.Length <= 16_384 && set.Keys.Count is > 0 and <= 4 && set.Keys.All(key => !key.HasPrivateKey && key.Kty is "EC" or "RSA" && key.KeySize >= (key.Kty == "RSA" ? 2048 : 256))) return;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or System.Text.Json.JsonException)
        {
            // Refused below, in the same words.
        }
        throw new RuleBroken("public_keys_invalid", "Khoá công khai không hợp lệ", "Give a JWKS of 1 to 4 public keys: EC P-256 or larger, or RSA of 2048 bits or more, without private parts.", 422);
    }

    [GeneratedRegex("^[a-z_]{1,30}:[a-z_]{1,30}$")]
    private static partial Regex Scope();
}
