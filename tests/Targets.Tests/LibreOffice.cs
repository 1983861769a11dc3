using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CareerPlatform.Targets.Tests;

/// <summary>An independent reader of what we write: LibreOffice and poppler. Where one is not installed, its tests skip and say so.</summary>
internal static partial class LibreOffice
{
    private const string Soffice = "/usr/bin/soffice";

    internal static void SkipWhereMissing()
    {
        if (!File.Exists(Soffice)) Assert.Skip("LibreOffice is not installed (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui).");
        if (!File.Exists("/usr/bin/pdftotext")) Assert.Skip("poppler is not installed (Debian: poppler-utils).");
    }

    /// <summary>The file converted: `pdf`, or `csv:…` for a sheet as LibreOffice calculates it.</summary>
    internal static async Task<byte[]> Convert(byte[] file, string ending, string to)
    {
        var folder = Directory.CreateTempSubdirectory("reports-test-").FullName;
        try
        {
            var source = Path.Combine(folder, $"file.{ending}");
            await File.WriteAllBytesAsync(source, file);
            await Run(Soffice, $"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", to, "--outdir", folder, source);
            return await File.ReadAllBytesAsync(Path.Combine(folder, $"file.{to.Split(':')[0]}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The text of each page, its columns side by side as on paper.</summary>
    internal static async Task<string[]> Pages(byte[] pdf)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, pdf);
            return (await Run("/usr/bin/pdftotext", "-layout", file, "-")).TrimEnd('\f', '\n').Split('\f');
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What poppler says about it: page size, fonts.</summary>
    internal static async Task<string> About(byte[] pdf, string program)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, pdf);
            return await Run($"/usr/bin/{program}", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Where each word stands, in points from the upper left corner.</summary>
    internal static async Task<IReadOnlyList<(double Left, double Right, double Bottom, string Word)>> Words(byte[] pdf)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, pdf);
            var text = await Run("/usr/bin/pdftotext", "-bbox", file, "-");
            return [.. Word().Matches(text).Select(word => (At(word, 1), At(word, 3), At(word, 4), word.Groups[5].Value))];
        }
        finally
        {
            File.Delete(file);
        }

        static double At(Match word, int group) => double.Parse(word.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>One sheet's cells as LibreOffice calculates and shows them.</summary>
    internal static async Task<Dictionary<string, string>> Sheet(byte[] workbook, int place)
    {
        var folder = Directory.CreateTempSubdirectory("reports-test-").FullName;
        try
        {
            var source = Path.Combine(folder, "file.xlsx");
            await File.WriteAllBytesAsync(source, workbook);
            await Run(Soffice, $"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", $"csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,{place}", "--outdir", folder, source);
            var lines = await File.ReadAllLinesAsync(Directory.GetFiles(folder, "*.csv").ShouldHaveSingleItem());
            return lines.SelectMany((line, row) => line.Split('\t').Select((value, column) => ($"{(char)('A' + column)}{row + 1}", value.Trim('"')))).ToDictionary();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex("""<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<""")]
    private static partial Regex Word();

    private static async Task<string> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await error);
        return text;
    }
}
