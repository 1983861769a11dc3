using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Data;

/// <summary>Slows down who asks too often or guesses: by delay, never by block, the same for every replica, and the same whether the name exists or not.</summary>
public sealed class Throttle(Database db, IConfiguration configuration, TimeProvider clock)
{
    private readonly int perMinute = configuration.GetValue("Identity:TokenRequestsPerMinute", 10);

    /// <summary>Counts one request of a client; refuses with 429 and the time of the next free one when it has had its share of this minute.</summary>
    public async Task Count(string clientId, CancellationToken ct)
    {
        var step = TimeSpan.FromMinutes(1) / perMinute;
        var now = clock.GetUtcNow();
        await using var work = await db.Begin("*", ct);
        var key = Secret.Hash($"client|{clientId}");
        var allowed = await work.Execute(
            """
            insert into throttle (key, next_at) values (@key, @now + @step)
            on conflict (key) do update set next_at = greatest(throttle.next_at, @now) + @step
            where throttle.next_at + @step <= @now + interval '1 minute'
            """, new { key, now, step });
        if (allowed == 0)
        {
            var next = await work.Single<DateTime>("select next_at from throttle where key = @key", new { key });
            throw TooMany(next + step - TimeSpan.FromMinutes(1) - now);
        }
        await work.Commit();
    }

    /// <summary>Refuses with 429 while the pause after this person's failed sign-ins lasts.</summary>
    public async Task MustNotBePaused(string username, CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        var next = await work.Single<DateTime?>("select next_at from throttle where key = @Key", new { Key = KeyOf(username) });
        if (next is { } until && until > clock.GetUtcNow()) throw TooMany(until - clock.GetUtcNow());
    }

    /// <summary>After the third failed sign-in each one doubles the pause: 1, 2, 4 … 60 s.</summary>
    public async Task Failed(string username, CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        await work.Execute(
            """
            insert into throttle (key, next_at, failures) values (@Key, @Now, 1)
            on conflict (key) do update set
              failures = case when throttle.next_at < @Now - interval '1 hour' then 1 else throttle.failures + 1 end,
              next_at = @Now + case when throttle.failures < 2 then interval '0' else least(60, power(2, least(throttle.failures - 2, 10))) * interval '1 second' end
            """, new { Key = KeyOf(username), Now = clock.GetUtcNow() });
        await work.Commit();
    }

    public async Task Succeeded(string username, CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        await work.Execute("delete from throttle where key = @Key", new { Key = KeyOf(username) });
        await work.Commit();
    }

    /// <summary>Forgets names that have been quiet for a day.</summary>
    public async Task Sweep(CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        await work.Execute("delete from throttle where next_at < @Before", new { Before = clock.GetUtcNow().AddDays(-1) });
        await work.Execute("delete from client_assertion where expires_at < @Now; delete from session where ends_at < @Now", new { Now = clock.GetUtcNow() });
        await work.Commit();
    }

    private static byte[] KeyOf(string username) => Secret.Hash($"person|{username}");

    private static RuleBroken TooMany(TimeSpan wait) =>
        new RuleBroken("rate_limited", "Quá nhiều yêu cầu, hãy thử lại sau", "Too many requests; retry after the given time.", 429)
            .After(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
}
