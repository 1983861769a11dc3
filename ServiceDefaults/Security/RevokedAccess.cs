using System.Globalization;
using System.Security.Claims;
using CareerPlatform.Contracts.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Who may no longer call although their token still lives: a small set read from this service's own table every second, and at start.</summary>
/// <remarks>A service that hears Identity is not ready before it has compared itself with Identity's feed once since it started: it would let in who was revoked meanwhile.</remarks>
public sealed class RevokedAccess : IHealthCheck
{
    private volatile Dictionary<(string Kind, string Subject), DateTimeOffset> revoked = [];
    private volatile bool known;

    /// <summary>What Identity had said when this process started is in the set.</summary>
    internal bool Known { get => known; set => known = value; }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken ct = default) =>
        Task.FromResult(Known ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("Identity's feed was not compared since this process started: who was revoked meanwhile is not known."));

    internal void Replace(Dictionary<(string Kind, string Subject), DateTimeOffset> current) => revoked = current;

    internal bool Covers(ClaimsPrincipal user, ClaimNames names) =>
        revoked.Count > 0
        && (Covers("person", user.FindFirst("sub")?.Value, user)
            || Covers("roles", user.FindFirst("sub")?.Value, user)
            || Covers("client", user.FindFirst("client_id")?.Value ?? user.FindFirst("azp")?.Value, user)
            || Covers("organisation", user.FindFirst(names.Organisation)?.Value, user));

    private bool Covers(string kind, string? subject, ClaimsPrincipal user) =>
        subject is not null
        && revoked.TryGetValue((kind, subject), out var at)
        && (!long.TryParse(user.FindFirst("iat")?.Value, CultureInfo.InvariantCulture, out var issued) || DateTimeOffset.FromUnixTimeSeconds(issued) <= at);

    /// <summary>Keeps the change in this service's table; newer replaces older, so it is safe to repeat and out of order.</summary>
    public static Task Note(Work work, AccessChanged change) => work.Execute(
        """
        insert into revoked_access (tenant_id, kind, subject, revoked, at) values (@Province, @Kind, @Subject, @Revoked, @At)
        on conflict (tenant_id, kind, subject) do update set revoked = excluded.revoked, at = excluded.at where revoked_access.at < excluded.at
        """, change);
}

/// <summary>Remembers revoked access, so that a token that still lives is refused within seconds.</summary>
public sealed class NoteRevokedAccessWhenAccessChanged : IReaction<AccessChanged>
{
    public Task When(AccessChanged fact, Heard heard, Work work, CancellationToken ct) => RevokedAccess.Note(work, fact);
}

/// <summary>Reads the table of revoked access once a second.</summary>
internal sealed class WatchRevokedAccess(IServiceProvider services, Database database, RevokedAccess revoked, ILogger<WatchRevokedAccess> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var queue = services.GetService<BusSetup>()?.Heard.Find(hears => hears.TellsOfAccess)?.Queue;
        (bool Read, DateTime? At) first = default;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await using var work = await database.Begin("*", ct);
                // Compared to the end by this process or another one of the service, before the set is read.
                var compared = await work.Single<DateTime?>("select updated_at from pull_cursor where consumer = @queue and pos >= head and updated_at > '-infinity'", new { queue });
                if (!first.Read) first = (true, compared);
                // Tokens live 10 minutes at most; an hour leaves room for skewed clocks.
                var rows = await work.Query<Row>("select kind, subject, max(at) as at from revoked_access where revoked and at > now() - interval '1 hour' group by kind, subject");
                revoked.Replace(rows.ToDictionary(row => (row.kind, row.subject), row => new DateTimeOffset(row.at, TimeSpan.Zero)));
                if (compared is not null && compared != first.At) revoked.Known = true;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log.LogWarning("Revoked access could not be read: {Exception}", exception.GetType().Name);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(revoked.Known || queue is null ? 1_000 : 200), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Row(string kind, string subject, DateTime at);
}
