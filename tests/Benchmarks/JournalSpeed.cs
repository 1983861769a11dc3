using System.Diagnostics;
using System.Security.Cryptography;
using CareerPlatform.Careerctl.Journal;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CareerPlatform.Benchmarks;

/// <summary>How fast reads are sealed into the journal's chain, and how fast an inspector verifies it.</summary>
internal static class JournalSpeed
{
    /// <summary>Reads a second, sealed and verified; each read shows two pupils.</summary>
    public static async Task<(double Sealed, double Verified)> Measure(int reads)
    {
        const string password = "only-for-this-measurement";
        var owner = await TestServers.NewDatabase("journal");
        await Migrations.Apply(owner, typeof(Migrations).Assembly, "journal_app", password);
        await using (var connection = new NpgsqlConnection(owner))
        {
            await connection.OpenAsync();
            await using var fill = new NpgsqlCommand(
                """
                insert into pii_access (tenant_id, access_id, at, subject, client_id, organisation, purpose, route)
                select '97', (lpad(to_hex(n), 12, '0') || substr(gen_random_uuid()::text, 14))::uuid, now() + n * interval '1 millisecond', 'reader-' || n % 50, 'client-' || n % 50, gen_random_uuid(), 'vocational_guidance', 'GET /v1/leads/{leadId}' from generate_series(1, $1) n;
                """, connection)
            { Parameters = { new() { Value = reads } }, CommandTimeout = 300 };
            await fill.ExecuteNonQueryAsync();
            await using var items = new NpgsqlCommand(
                "insert into pii_access_item (tenant_id, access_id, pupil_id, fields) select tenant_id, access_id, gen_random_uuid(), 'name,phone' from pii_access, generate_series(1, 2); analyze", connection)
            { CommandTimeout = 300 };
            await items.ExecuteNonQueryAsync();
        }
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:journaldb"] = owner, ["Database:AppPassword"] = password });
        builder.AddDatabase("journaldb", typeof(Migrations).Assembly);
        await using var services = builder.Services.BuildServiceProvider();
        var sealer = services.GetRequiredService<JournalSealer>();
        var since = Stopwatch.GetTimestamp();
        while (await sealer.Seal() > 0) { }
        var sealing = Stopwatch.GetElapsedTime(since);

        var heads = Directory.CreateTempSubdirectory("careerplatform-bench-heads-");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var verifier = new VerifyJournal(owner, "journal", heads.FullName, key, TimeProvider.System);
        since = Stopwatch.GetTimestamp();
        var report = await verifier.Run();
        var verifying = Stopwatch.GetElapsedTime(since);
        heads.Delete();
        if (report.Reads != reads || report.Faults.Count > 0) throw new InvalidOperationException("The journal that was just sealed does not verify.");
        return (reads / sealing.TotalSeconds, reads / verifying.TotalSeconds);
    }
}
