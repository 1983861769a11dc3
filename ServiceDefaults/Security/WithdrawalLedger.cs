using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.ServiceDefaults;

/// <summary>What a family's word was last, as the ledger keeps it.</summary>
public enum LedgerWord
{
    /// <summary>Agreed again after a withdrawal: the withdrawal no longer holds.</summary>
    Agreed,

    /// <summary>Withdrew or objected.</summary>
    Withdrawn,

    /// <summary>Erased; nothing said later brings the data back.</summary>
    Erased,
}

/// <summary>How a service does again what its database has forgotten: withdraw, erase.</summary>
public interface ILedgerReplay
{
    /// <summary>Everyone this service has data of, in one province.</summary>
    Task<IReadOnlyList<(string Province, Guid Pupil)>> People(Work work);

    /// <summary>Withdraws or erases again; safe to repeat.</summary>
    Task Again(Work work, LedgerWord word, IReadOnlyCollection<Guid> pupils);
}

/// <summary>
/// The withdrawals and erasures of a service in a file outside its database, one line each, keyed hashes only. A restored backup knows less than the file: before the API opens, the
/// service does again what is missing, so that nobody who withdrew comes back.
/// </summary>
/// <remarks>
/// `Ledger__Folder` (append only, shared by the replicas, backed up apart). A line is written before the commit of what it says; the table `ledger_head` commits how far the database knows the file.
/// What was written and then failed to commit is done again only after a restore, and it is what a family asked for.
/// </remarks>
public sealed class WithdrawalLedger(Database database, IConfiguration configuration, DatabaseSettings settings, ContactSeal seal, IServiceProvider services, TimeProvider clock, ILogger<WithdrawalLedger> log)
    : BackgroundService, IHealthCheck
{
    private const int Batch = 500;
    private readonly string? file = configuration["Ledger:Folder"] is { } folder ? Path.Combine(folder, $"{settings.Name}.ledger") : null;
    private readonly AsyncLocal<bool> replaying = new();
    private volatile bool open;

    /// <summary>The database knows what the ledger says; until then nothing is answered.</summary>
    public bool Open => open;

    /// <summary>Writes down what is about to be committed. Withdrawals of one service wait for one another from here to their commit.</summary>
    public async Task Note(Work work, LedgerWord word, IReadOnlyCollection<Guid> pupils)
    {
        if (file is null || pupils.Count == 0 || replaying.Value) return;
        await work.Execute("select 1 from ledger_head for update");
        var now = clock.GetUtcNow().ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        var lines = new StringBuilder();
        foreach (var pupil in pupils.Distinct()) lines.Append(CultureInfo.InvariantCulture, $"{now} {word} {work.Tenant} {HashOf(work.Tenant, pupil)}\n");

        long length;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using (var ledger = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            await ledger.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()));
            ledger.Flush(flushToDisk: true);
            length = ledger.Length;
        }
        await work.Execute("update ledger_head set pos = @length", new { length });
    }

    public override async Task StartAsync(CancellationToken ct)
    {
        // Before the server listens, if the database is there; otherwise the gate stays shut until it is.
        await TryReplay(ct);
        await base.StartAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (!open && !ct.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryReplay(ct);
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken ct = default) =>
        Task.FromResult(open ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The database was not compared with the ledger of withdrawals yet."));

    private async Task TryReplay(CancellationToken ct)
    {
        try
        {
            await Replay(ct);
            open = true;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            log.LogWarning("The ledger of withdrawals could not be compared with the database: {Problem}", problem.GetType().Name);
        }
    }

    /// <summary>Does again what the file says and the database does not know.</summary>
    private async Task Replay(CancellationToken ct)
    {
        if (file is null)
        {
            log.LogWarning("Ledger__Folder is not set: a restored backup would bring back families who withdrew");
            return;
        }
        long known;
        await using (var work = await database.Begin("*", ct)) known = await work.Single<long>("select pos from ledger_head");
        var length = File.Exists(file) ? new FileInfo(file).Length : 0;
        if (length == known) return;
        if (length < known)
        {
            log.LogError("ALARM the ledger of withdrawals has {Length} bytes, the database knows {Known}: the file was cut or is another one", length, known);
            return;
        }

        var last = await LastWords(known, ct);
        replaying.Value = true;   // what is done again stands in the file already
        var restored = 0;
        var replay = services.GetRequiredService<ILedgerReplay>();
        IReadOnlyList<(string Province, Guid Pupil)> people;
        await using (var work = await database.Begin("*", ct)) people = await replay.People(work);
        var found = people.Select(person => (person.Province, person.Pupil, Word: last.GetValueOrDefault(HashOf(person.Province, person.Pupil)))).Where(person => person.Word is not LedgerWord.Agreed);
        foreach (var group in found.GroupBy(person => (person.Province, person.Word)))
        {
            foreach (var batch in group.Select(person => person.Pupil).Distinct().Chunk(Batch))
            {
                await database.Run(group.Key.Province, work => replay.Again(work, group.Key.Word, batch), ct);
                restored += batch.Length;
            }
        }
        await database.Run("*", work => work.Execute("update ledger_head set pos = @length", new { length }), ct);
        log.LogWarning("The database knew {Known} of the ledger's {Length} bytes: {Restored} withdrawals and erasures were done again", known, length, restored);
    }

    private async Task<Dictionary<string, LedgerWord>> LastWords(long from, CancellationToken ct)
    {
        var last = new Dictionary<string, LedgerWord>();
        await using var ledger = new FileStream(file!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        ledger.Position = from;
        using var lines = new StreamReader(ledger);
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            if (line.Split(' ') is not [_, var said, _, var hash] || !Enum.TryParse<LedgerWord>(said, out var word)) continue;   // cut off by a crash
            if (last.GetValueOrDefault(hash) is not LedgerWord.Erased) last[hash] = word;
        }
        return last;
    }

    private string HashOf(string province, Guid pupil) => Convert.ToHexStringLower(seal.Index($"ledger|{province}|{pupil:N}"));
}

public static class LedgerExtensions
{
    /// <summary>Adds the ledger of withdrawals; what <typeparamref name="TReplay"/> does again is the service's own.</summary>
    public static TBuilder AddWithdrawalLedger<TBuilder, TReplay>(this TBuilder builder) where TBuilder : IHostApplicationBuilder where TReplay : class, ILedgerReplay
    {
        builder.Services.AddSingleton<ILedgerReplay, TReplay>();
        builder.Services.AddSingleton<WithdrawalLedger>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WithdrawalLedger>());
        builder.Services.AddHealthChecks().AddCheck<WithdrawalLedger>("ledger");
        return builder;
    }

    /// <summary>Answers nothing but health before the database knows what the ledger says.</summary>
    internal static void UseLedgerGate(this WebApplication app)
    {
        if (app.Services.GetService<WithdrawalLedger>() is not { } ledger) return;
        app.Use((context, next) => ledger.Open || context.Request.Path.StartsWithSegments("/health") || context.Request.Path.StartsWithSegments("/alive") || context.Request.Path.StartsWithSegments("/openapi")
            ? next(context)
            : throw new RuleBroken("starting", "Hệ thống đang khởi động, hãy thử lại", "Withdrawals are being compared with the database; nothing is answered before.", 503).After(2));
    }
}
