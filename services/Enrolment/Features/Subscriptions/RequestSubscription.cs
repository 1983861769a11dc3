using System.Net.Mail;
using System.Text.Json;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Subscriptions;

/// <summary>An institution asks to be told of its feed: at an endpoint on a host it has proved, or pull-only. The signing secret is shown here and never again.</summary>
public static class RequestSubscription
{
    public sealed record ContactPoint
    {
        public required string Name { get; init; }
        public required string Phone { get; init; }
        public required string Email { get; init; }

        public bool Complete => Name.Trim().Length is > 1 and < 200 && Phone.Count(char.IsAsciiDigit) is >= 8 and <= 20 && Email.Length < 200 && MailAddress.TryCreate(Email, out _);
    }

    public sealed record Command
    {
        /// <summary>https on a proved host; left out for pull-only.</summary>
        public string? Endpoint { get; init; }

        public IReadOnlyList<string> Purposes { get; init; } = [DataScope.VocationalGuidance];

        /// <summary>Who answers for data protection.</summary>
        public required ContactPoint DataProtection { get; init; }

        /// <summary>Whom to reach at any hour when data may have leaked.</summary>
        public required ContactPoint Breach { get; init; }
    }

    public sealed record Requested(Guid SubscriptionId);

    /// <param name="Secret">`whsec_…`; null for pull-only, and when the same request is answered again.</param>
    public sealed record Answer(Guid SubscriptionId, string? Secret);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/subscriptions", Handle).RequireAuthorization(Policies.Institution).WithTags("Subscriptions").ProducesProblem(409).ProducesProblem(422);

    public static async Task<Created<Answer>> Handle(
        Command command, Person caller, IdempotencyKey key, Database db, EndpointGuard guard, SecretSeal seal, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        DataScope.MustBeKnown(command.Purposes, []);
        if (!command.DataProtection.Complete || !command.Breach.Complete)
            throw new RuleBroken("contacts_missing", "Thiếu đầu mối liên hệ", "Name, phone and e-mail of the data-protection contact and of the breach contact are needed.", 422);
        var endpoint = command.Endpoint is null ? null : guard.MustBeAllowed(command.Endpoint);

        await using var work = await db.BeginFor(caller, ct);
        if (endpoint is not null && !await VerifyDomain.Proved(work, caller.OwnOrganisation, endpoint))
            throw new RuleBroken("domain_not_verified", "Tên miền chưa được xác minh", "Prove the endpoint's host first: POST /v1/domains.", 422).With(new Fault("/endpoint", null, null, "domain_not_verified", null));

        string? secret = null;   // leaves in the first answer only; what is kept for a repeated request is the id
        var answer = await work.Once(key, command, async () =>
        {
            var (id, now) = (Guid.CreateVersion7(), clock.GetUtcNow());
            var added = await work.Execute(
                """
                insert into subscription (tenant_id, subscription_id, institution_id, endpoint, purposes, sealed_contacts, state, requested_by, requested_at, client_id, changed_at)
                values (@Tenant, @Id, @Institution, @Endpoint, @Purposes, @Contacts, 'pending', @Subject, @Now, @ClientId, @Now)
                on conflict (institution_id, tenant_id) where state <> 'closed' do nothing
                """,
                new
                {
                    work.Tenant,
                    Id = id,
                    Institution = caller.OwnOrganisation,
                    Endpoint = endpoint?.AbsoluteUri,
                    Purposes = command.Purposes.ToArray(),
                    Contacts = seal.Seal("subscription-contacts", id, JsonSerializer.Serialize(new { command.DataProtection, command.Breach }, StrictJson.Options)),
                    caller.Subject,
                    caller.ClientId,
                    Now = now,
                });
            if (added == 0) throw new RuleBroken("subscription_exists", "Cơ sở đã có đăng ký", "The institution has a subscription that is not closed.");
            if (endpoint is not null) secret = await work.NewSecret(seal, id, caller.OwnOrganisation, now, now);
            await work.Note(id, caller.OwnOrganisation, caller.Subject, "requested", endpoint is null ? "pull only" : EndpointGuard.Host(endpoint), now);
            return new Requested(id);
        });
        return TypedResults.Created($"/v1/subscriptions/{answer.SubscriptionId}", new Answer(answer.SubscriptionId, secret));
    }
}
