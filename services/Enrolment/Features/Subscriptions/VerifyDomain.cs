using System.Security.Cryptography;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>An institution proves that a host is its own: it asks for a token, serves it at `/.well-known/careerplatform.txt` or writes it as a TXT record at `_careerplatform.` before its name, and lets the platform look. The proved hosts are the allow-list of its endpoint.</summary>
public static class VerifyDomain
{
    public sealed record Command
    {
        /// <summary>The endpoint's host name, exactly; with `:8443` where the host is served there.</summary>
        public required string Domain { get; init; }
    }

    /// <param name="Token">A line of its own in the file, or the text of the record.</param>
    /// <param name="Where">The file.</param>
    /// <param name="OrTxtAt">The name of the record, where DNS is easier.</param>
    public sealed record Answer(string Domain, string Token, string Where, string OrTxtAt);

    /// <param name="VerifiedAt">Null until it was proved.</param>
    public sealed record Item(string Domain, string Token, string Where, string OrTxtAt, DateTimeOffset? VerifiedAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/domains", List).RequireAuthorization(Policies.Institution).WithTags("Subscriptions");
        routes.MapPost("/v1/domains", Handle).RequireAuthorization(Policies.Institution).WithTags("Subscriptions").ProducesProblem(422);
        routes.MapPost("/v1/domains/{domain}/verification", Look).RequireAuthorization(Policies.Institution).WithTags("Subscriptions").ProducesProblem(409);
    }

    /// <summary>The hosts that the institution has named, the newest first.</summary>
    public static async Task<Ok<IReadOnlyList<Item>>> List(Person caller, Database db, OutboundRules rules, CancellationToken ct)
    {
        await using var work = await db.BeginFor(caller, ct);
        var rows = await work.Query<(string Domain, string Token, DateTimeOffset? VerifiedAt)>(
            "select domain, token, verified_at from institution_domain where tenant_id = @Tenant and institution_id = @Institution order by requested_at desc, domain", new { work.Tenant, Institution = caller.OwnOrganisation });
        return TypedResults.Ok<IReadOnlyList<Item>>([.. rows.Select(row => new Item(row.Domain, row.Token, rules.FileAt(row.Domain), TextAt(row.Domain), row.VerifiedAt))]);
    }

    public static async Task<Ok<Answer>> Handle(Command command, Person caller, IdempotencyKey key, Database db, EndpointGuard guard, OutboundRules rules, TimeProvider clock, CancellationToken ct)
    {
        var host = EndpointGuard.Host(guard.MustBeAllowed(rules.FileAt(command.Domain)));
        await using var work = await db.BeginFor(caller, ct);
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            await work.Execute(
                """
                insert into institution_domain (tenant_id, institution_id, domain, token, requested_at) values (@Tenant, @Institution, @Host, @Token, @Now)
                on conflict (institution_id, domain, tenant_id) do nothing
                """,
                new { work.Tenant, Institution = caller.OwnOrganisation, Host = host, Token = $"careerplatform-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}", Now = clock.GetUtcNow() });
            var token = await Token(work, caller, host);
            return new Answer(host, token!, rules.FileAt(host), TextAt(host));
        }));
    }

    /// <summary>Asks for the record, then reads the file through the guard, outside any transaction, and notes what it found.</summary>
    public static async Task<Results<NoContent, NotFound>> Look(string domain, Person caller, Database db, EndpointGuard guard, OutboundRules rules, TimeProvider clock, CancellationToken ct)
    {
        string? token;
        await using (var read = await db.BeginFor(caller, ct)) token = await Token(read, caller, domain);
        if (token is null) return TypedResults.NotFound();

        if (!(await rules.ResolveText(TextAt(domain), ct)).Contains(token))
        {
            var reply = await guard.Send(new(HttpMethod.Get, rules.FileAt(domain)), ct);
            if (!reply.Ok || !reply.Body.Split('\n').Any(line => line.Trim() == token))
                throw new RuleBroken("domain_not_proved", "Chưa xác minh được tên miền", $"The token was found neither as TXT at {TextAt(domain)} nor at {rules.FileAt(domain)}: {(reply.Ok ? "token_missing" : reply.Outcome)}.");
        }

        await using var work = await db.BeginFor(caller, ct);
        await work.Execute("update institution_domain set verified_at = @Now where tenant_id = @Tenant and institution_id = @Institution and domain = @Domain and verified_at is null",
            new { work.Tenant, Institution = caller.OwnOrganisation, Domain = domain, Now = clock.GetUtcNow() });
        await work.Commit();
        return TypedResults.NoContent();
    }

    /// <summary>The endpoint lies on a host that the institution has proved.</summary>
    public static async Task<bool> Proved(Work work, Guid institution, Uri endpoint) => await work.Single<bool>(
        "select exists (select from institution_domain where tenant_id = @Tenant and institution_id = @Institution and domain = @Host and verified_at is not null)",
        new { work.Tenant, Institution = institution, Host = EndpointGuard.Host(endpoint) });

    private static string TextAt(string host) => $"_careerplatform.{host.Split(':')[0]}";

    private static Task<string?> Token(Work work, Person caller, string domain) => work.Single<string>(
        "select token from institution_domain where tenant_id = @Tenant and institution_id = @Institution and domain = @Domain",
        new { work.Tenant, Institution = caller.OwnOrganisation, Domain = domain });
}
