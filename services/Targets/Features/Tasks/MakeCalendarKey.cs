using System.Security.Cryptography;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>Gives a person the address of their own task calendar, once: calendar programs cannot sign in, so the address holds a secret. At most five live at a time.</summary>
public static class MakeCalendarKey
{
    /// <param name="Path">To be put behind the platform's own address; told once.</param>
    public sealed record Answer(Guid KeyId, string Path);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/tasks/calendar/keys", Handle).RequireAuthorization(policy => policy.RequireRole(TaskRows.Roles)).WithTags("Tasks").ProducesProblem(409);

    public static async Task<Ok<Answer>> Handle(Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        var secret = $"{caller.Tenant}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var work = await database.Begin(caller.Tenant, ct);
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('calendar:' || @Subject, 0))", new { caller.Subject });
        if (await work.Single<int>("select count(*)::int from calendar_key where tenant_id = @Tenant and subject = @Subject and revoked_at is null", new { work.Tenant, caller.Subject }) >= 5)
            throw new RuleBroken("too_many_keys", "Đã có quá nhiều địa chỉ lịch", "A person has at most five calendar addresses; end one of them first.");
        await work.Execute(
            "insert into calendar_key (tenant_id, key_id, hash, subject, organisation_id, created_at) values (@Tenant, @id, @Hash, @Subject, @Organisation, @now)",
            new { work.Tenant, id, Hash = Hash(secret), caller.Subject, Organisation = caller.OnlyOf(), now });
        await work.Commit();
        return TypedResults.Ok(new Answer(id, $"/v1/tasks/calendar.ics?key={secret}"));
    }

    /// <summary>The secret has 256 random bits, so a plain hash keeps it.</summary>
    internal static byte[] Hash(string secret) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret));
}
