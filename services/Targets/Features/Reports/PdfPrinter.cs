using System.ComponentModel;
using System.Diagnostics;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Prints a DOCX to PDF with LibreOffice, one at a time: the page that is signed is the page of the document. Where it is not installed there is no PDF, and the answer says so.</summary>
/// <remarks>docs/decisions/0007. `Reports__Soffice` names the program. Where Times New Roman is not installed, Tinos stands in: the same measures, all Vietnamese letters.</remarks>
public sealed class PdfPrinter(IConfiguration configuration, ILogger<PdfPrinter> log) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private const string Tinos = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf", TimesNewRoman = "/usr/share/fonts/truetype/msttcorefonts";

    /// <summary>LibreOffice's own choice for Times New Roman lacks Vietnamese letters and takes them, one by one, from another font.</summary>
    private const string UseTinos =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <item oor:path="/org.openoffice.Office.Common/Font/Substitution"><prop oor:name="Replacement" oor:op="fuse"><value>true</value></prop></item>
        <item oor:path="/org.openoffice.Office.Common/Font/Substitution/FontPairs"><node oor:name="_0" oor:op="replace">
        <prop oor:name="Always" oor:op="fuse"><value>true</value></prop><prop oor:name="OnScreenOnly" oor:op="fuse"><value>false</value></prop>
        <prop oor:name="ReplaceFont" oor:op="fuse"><value>Times New Roman</value></prop><prop oor:name="SubstituteFont" oor:op="fuse"><value>Tinos</value></prop></node></item>
        </oor:items>
        """;

    private readonly SemaphoreSlim one = new(1);
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"careerplatform-print-{Guid.CreateVersion7():N}");

    private string? Program => (configuration["Reports:Soffice"] is { } given ? (string[])[given] : ["/usr/bin/soffice", "/usr/lib/libreoffice/program/soffice"]).FirstOrDefault(File.Exists);

    public bool IsThere => Program is not null;

    public async Task<byte[]> Print(byte[] docx, CancellationToken ct)
    {
        var program = Program ?? throw Unavailable("LibreOffice is not installed beside this service (Debian: libreoffice-writer-nogui); fetch the DOCX.");
        await one.WaitAsync(ct);
        try
        {
            await Prepare(ct);
            var (source, target) = (Path.Combine(folder, "report.docx"), Path.Combine(folder, "report.pdf"));
            File.Delete(target);
            await File.WriteAllBytesAsync(source, docx, ct);
            await Run(program, source, ct);
            return File.Exists(target) ? await File.ReadAllBytesAsync(target, ct) : throw Unavailable("LibreOffice made no PDF; fetch the DOCX.");
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>A folder and a profile that only this service reads.</summary>
    private async Task Prepare(CancellationToken ct)
    {
        if (Directory.Exists(folder)) return;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (!File.Exists(Tinos) || Directory.Exists(TimesNewRoman)) return;
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "profile", "user")).FullName, "registrymodifications.xcu"), UseTinos, ct);
    }

    private async Task Run(string program, string source, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var argument in new[] { $"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck", "--convert-to", "pdf:writer_pdf_Export", "--outdir", folder, source }) start.ArgumentList.Add(argument);
        start.Environment["HOME"] = folder;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var print = Process.Start(start)!;
            try
            {
                await Task.WhenAll(print.StandardOutput.ReadToEndAsync(limit.Token), print.StandardError.ReadToEndAsync(limit.Token), print.WaitForExitAsync(limit.Token));
                if (print.ExitCode != 0) log.LogWarning("LibreOffice ended with {Code}", print.ExitCode);
            }
            catch (OperationCanceledException)
            {
                print.Kill(entireProcessTree: true);
                ct.ThrowIfCancellationRequested();
                throw Unavailable("LibreOffice did not answer in time; fetch the DOCX.");
            }
        }
        catch (Win32Exception)
        {
            throw Unavailable("LibreOffice could not be started; fetch the DOCX.");
        }
    }

    private static RuleBroken Unavailable(string detail) => new("pdf_unavailable", "Chưa in được PDF, hãy tải bản DOCX", detail, 503);

    public void Dispose()
    {
        one.Dispose();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
