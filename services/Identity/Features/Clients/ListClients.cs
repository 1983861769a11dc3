using CareerPlatform.Identity.Features.Organisations;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Clients;

/// <summary>The systems of the caller's organisation and below: what they may do, how many secrets are good, whether one leaked; never a secret.</summary>
public static class ListClients
{
    public sealed record Item
    {
        public required string ClientId { get; init; }
        public required Guid Organisation { get; init; }
        public required string Role { get; init; }
        public required string Name { get; init; }
        public required string[] Scopes { get; init; }
        public required bool SignsAssertions { get; init; }
        public required long LiveSecrets { get; init; }
        public required bool SecretLeaked { get; init; }
        public required bool Revoked { get; init; }
    }

    public sealed record Page(IReadOnlyList<Item> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/access/clients", Handle).RequireAuthorization(Policies.AccessManager);

    public static async Task<Ok<Page>> Handle(string? after, Person actor, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.Begin(actor.Tenant, ct);
        var items = await work.Query<Item>(
            $"""
            {Below.Sql}
            select c.client_id as "ClientId", organisation_id as "Organisation", role as "Role", name as "Name", scopes as "Scopes",
                   public_keys is not null as "SignsAssertions", count(s.secret_id) as "LiveSecrets", coalesce(bool_or(s.leaked_at is not null), false) as "SecretLeaked",
                   exists (select 1 from access_stop where kind = 'client' and subject = c.client_id) as "Revoked"
            from client c left join client_secret s on s.client_id = c.client_id and (s.expires_at is null or s.expires_at > @Now)
            where organisation_id in (select id from below) and c.client_id > @After
            group by c.client_id order by c.client_id limit 500
            """, new { Own = actor.OwnOrganisation, After = after ?? "", Now = clock.GetUtcNow() });
        return TypedResults.Ok(new Page(items, items.Count == 500 ? items[^1].ClientId : null));
    }
}
