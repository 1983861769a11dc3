using System.Security.Cryptography;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Families;

/// <summary>Schools, which knows how the family is reached, asks for a code to send; an earlier one of the same child is good no longer.</summary>
public static class MakeFamilyCode
{
    public sealed record Command(string Province, Guid PupilId, int Days);

    public sealed record Answer(string Code, DateTimeOffset ExpiresAt);

    /// <summary>Without the signs that are mistaken for others on paper.</summary>
    internal const string Signs = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/internal/family-codes", Handle).RequireAuthorization(Policies.Service).ExcludeFromDescription();

    public static async Task<Ok<Answer>> Handle(Command command, Database db, TimeProvider clock, CancellationToken ct)
    {
        var code = RandomNumberGenerator.GetString(Signs, 20);   // 8 to find it by, 12 (59 bits) to know
        var now = clock.GetUtcNow();
        var expires = now.AddDays(Math.Clamp(command.Days, 1, 180));
        await using var work = await db.Begin(command.Province, ct);
        await work.Execute(
            """
            insert into family_code (tenant_id, pupil_id, lookup, secret, made_at, expires_at) values (@Tenant, @PupilId, @Lookup, @Hash, @now, @expires)
            on conflict (pupil_id, tenant_id) do update set lookup = excluded.lookup, secret = excluded.secret, made_at = excluded.made_at, expires_at = excluded.expires_at
            """, new { work.Tenant, command.PupilId, Lookup = code[..8], Hash = Secret.Hash(code), now, expires });
        await work.Commit();
        return TypedResults.Ok(new Answer(string.Join('-', code.Chunk(5).Select(part => new string(part))), expires));
    }
}
