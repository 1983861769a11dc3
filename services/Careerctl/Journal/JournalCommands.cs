using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Spectre.Console;

namespace CareerPlatform.Careerctl.Journal;

/// <summary>The inspector's commands on the read journal: verify it, and make the pair of keys that signs and verifies its heads.</summary>
public static class JournalCommands
{
    public static Command Command()
    {
        var service = new Option<string>("--service") { Description = "schools, enrolment, destinations, targets or identity.", Required = true };
        var connection = new Option<string?>("--connection") { Description = "A connection that may read the service's database; otherwise ConnectionStrings__<service>db." };
        var heads = new Option<string>("--heads") { Description = "The folder of signed heads (Journal__HeadsFolder).", Required = true };
        var key = new Option<string>("--public-key") { Description = "The public key of the heads, PEM.", Required = true };
        var verify = new Command("verify", "Verifies a service's read journal; exit code 0 only if every read is as it was sealed and nothing is missing.") { service, connection, heads, key };
        verify.SetAction((parsed, ct) => Verify(parsed.GetRequiredValue(service), parsed.GetValue(connection), parsed.GetRequiredValue(heads), parsed.GetRequiredValue(key), ct));

        var folder = new Option<string>("--out") { Description = "The folder for journal-signing-key.pem and journal-public-key.pem.", Required = true };
        var make = new Command("key", "Makes the pair of keys of the heads: the private one for the service, the public one for whoever verifies.") { folder };
        make.SetAction(parsed => MakeKey(parsed.GetRequiredValue(folder)));
        return new Command("journal", "The journal of who read whose personal data.") { verify, make };
    }

    static async Task<int> Verify(string service, string? connection, string heads, string keyFile, CancellationToken ct)
    {
        connection ??= Environment.GetEnvironmentVariable($"ConnectionStrings__{service}db");
        if (connection is null)
        {
            await Console.Error.WriteLineAsync($"careerctl: say --connection, or set ConnectionStrings__{service}db.");
            return 2;
        }
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(await File.ReadAllTextAsync(keyFile, ct));
            var since = Stopwatch.GetTimestamp();
            var report = await new VerifyJournal(connection, service, heads, key, TimeProvider.System).Run(ct);
            var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
            foreach (var fault in report.Faults) await Console.Out.WriteLineAsync($"{fault.Code}: {fault.Text}");
            AnsiConsole.MarkupLineInterpolated($"{service}: {report.Reads:N0} reads under {report.Heads:N0} heads in {seconds:N1} s ({report.Reads / seconds:N0}/s), {report.Waiting:N0} not sealed yet; {(report.Faults.Count == 0 ? "all as sealed" : "NOT as sealed")}.");
            return report.Faults.Count == 0 ? 0 : 1;
        }
        catch (Exception problem) when (problem is NpgsqlException or IOException or CryptographicException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"careerctl: the journal could not be read: {problem.Message}");
            return 2;
        }
    }

    static int MakeKey(string folder)
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var file = Path.Combine(folder, "journal-signing-key.pem");
        using (var written = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead }))
        using (var text = new StreamWriter(written)) text.WriteLine(key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(folder, "journal-public-key.pem"), key.ExportSubjectPublicKeyInfoPem() + "\n");
        AnsiConsole.MarkupLineInterpolated($"{file} signs; journal-public-key.pem beside it verifies. Keep them apart.");
        return 0;
    }
}
