using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CareerPlatform.ServiceDefaults;

/// <summary>The caller's Idempotency-Key on one route. A parameter of every write whose result the caller cannot name.</summary>
public sealed record IdempotencyKey(string Caller, string Route, string Key)
{
    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext http, ParameterInfo _)
    {
        var values = http.Request.Headers["Idempotency-Key"];
        if (values.Count != 1 || string.IsNullOrWhiteSpace(values[0]) || values[0]!.Length > 200)
        {
            throw new RuleBroken("idempotency_key_required", "Thiếu khoá chống lặp (Idempotency-Key)", "Send one Idempotency-Key header of 1 to 200 characters.", 400);
        }
        var caller = http.User.FindFirst("client_id")?.Value ?? http.User.FindFirst("sub")?.Value ?? "";
        return new(new IdempotencyKey(caller, $"{http.Request.Method} {http.Request.Path}", values[0]!));
    }
}

/// <summary>One effect for one key: the key, the request's hash and the answer are stored in the same transaction as the effect, for 7 days.</summary>
public static class Idempotent
{
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>
    /// Runs <paramref name="act"/> and commits, or returns the answer of the first time. The same key with another request is refused (422),
    /// a first request that is still running makes the others wait up to 5 s and then answers 409.
    /// </summary>
    public static async Task<TAnswer> Once<TAnswer>(this Work work, IdempotencyKey key, object? request, Func<Task<TAnswer>> act)
    {
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, StrictJson.Options));
        var row = new { work.Tenant, key.Caller, key.Route, key.Key, Hash = hash };
        int inserted;
        try
        {
            inserted = await work.Execute(
                """
                set local lock_timeout = '5s';
                insert into idempotency (tenant_id, caller, route, key, request_hash) values (@Tenant, @Caller, @Route, @Key, @Hash)
                on conflict (tenant_id, caller, route, key) do nothing
                """, row);
        }
        catch (Npgsql.PostgresException busy) when (busy.SqlState == Npgsql.PostgresErrorCodes.LockNotAvailable)
        {
            throw new RuleBroken("in_progress", "Yêu cầu trước với cùng khoá đang được xử lý", "The first request with this key is still running.").After(2);
        }

        if (inserted <= 0)
        {
            var first = await work.Single<Stored>(
                "select request_hash, answer from idempotency where tenant_id = @Tenant and caller = @Caller and route = @Route and key = @Key", row);
            if (first is null || !first.request_hash.AsSpan().SequenceEqual(hash))
            {
                throw new RuleBroken("idempotency_key_reused", "Khoá chống lặp đã dùng cho một yêu cầu khác", "This Idempotency-Key was used for a different request.", 422);
            }
            return JsonSerializer.Deserialize<TAnswer>(first.answer, StrictJson.Options)!;
        }

        var answer = await act();
        await work.Execute(
            "update idempotency set answer = @Answer where tenant_id = @Tenant and caller = @Caller and route = @Route and key = @Key",
            new { work.Tenant, key.Caller, key.Route, key.Key, Answer = JsonSerializer.Serialize(answer, StrictJson.Options) });
        await work.Commit();
        return answer;
    }

    private sealed record Stored(byte[] request_hash, string answer);
}
