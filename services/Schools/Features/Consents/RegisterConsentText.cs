using System.Security.Cryptography;
using System.Text;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Consents;

/// <summary>The department registers the text that families agree to, for one purpose; a version never changes, and what was agreed to before keeps its own.</summary>
/// <remarks>Once a province has registered a text for a purpose, only registered versions of that purpose are taken.</remarks>
public static class RegisterConsentText
{
    public sealed record Command(string Purpose, string Text);

    /// <param name="Text">What a family agrees to, word for word.</param>
    public sealed record Shown(string Version, string Purpose, string Text, string Sha256, DateTimeOffset RegisteredAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/consent-texts/{version}", Handle).RequireAuthorization(Policies.Officer).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/consent-texts", List).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.School, Policies.Inspector, Policies.Family));
    }

    public static async Task<Ok<Shown>> Handle(string version, Command command, Person officer, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (version.Length is 0 or > 60 || command.Purpose is not { Length: > 0 and <= 60 } || command.Text is not { Length: > 0 and <= 20_000 })
            throw new RuleBroken("value_invalid", "Giá trị không hợp lệ", "A version of up to 60 characters, a purpose and a text are needed.", 422);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(command.Text.Normalize()));
        await using var work = await db.Begin(officer.Tenant, ct);
        await work.Execute(
            "insert into consent_text (tenant_id, version, purpose, body, sha256, registered_by, registered_at) values (@Tenant, @version, @Purpose, @Text, @hash, @Subject, @Now) on conflict do nothing",
            new { work.Tenant, version, command.Purpose, Text = command.Text.Normalize(), hash, officer.Subject, Now = clock.GetUtcNow() });
        var stored = (await work.Single<Stored>("select version, purpose, body, sha256, registered_at from consent_text where tenant_id = @Tenant and version = @version", new { work.Tenant, version }))!;
        if (stored.Purpose != command.Purpose || !stored.Sha256.AsSpan().SequenceEqual(hash))
            throw new RuleBroken("consent_text_exists", "Phiên bản văn bản này đã có nội dung khác", "A registered version never changes: give the new text a new version.");
        await work.Commit();
        return TypedResults.Ok(Show(stored));
    }

    public static async Task<Ok<IReadOnlyList<Shown>>> List(Person person, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok<IReadOnlyList<Shown>>([.. (await work.Query<Stored>("select version, purpose, body, sha256, registered_at from consent_text where tenant_id = @Tenant order by registered_at", new { work.Tenant })).Select(Show)]);
    }

    /// <summary>Refuses an agreement to a text that is not the purpose's.</summary>
    internal static async Task MustBeRegistered(this Work work, string version, string purpose)
    {
        var texts = await work.Query<string>("select version from consent_text where tenant_id = @Tenant and purpose = @purpose", new { work.Tenant, purpose });
        if (texts.Contains(version) || (texts.Count == 0 && purpose == "vocational_guidance")) return;
        throw new RuleBroken("consent_text_unknown", "Văn bản đồng ý không thuộc mục đích này", $"The text is not registered for the purpose {purpose}: a new purpose needs a new agreement.", 422);
    }

    static Shown Show(Stored text) => new(text.Version, text.Purpose, text.Body, Convert.ToHexStringLower(text.Sha256), text.RegisteredAt);

    sealed record Stored(string Version, string Purpose, string Body, byte[] Sha256, DateTimeOffset RegisteredAt);
}
