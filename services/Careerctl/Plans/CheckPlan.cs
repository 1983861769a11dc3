using System.CommandLine;
using System.Text;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Careerctl.Plans;

/// <summary>Checks plan files as the Targets service does before it starts, and names every fault as compilers do, so that an editor can jump to it.</summary>
static class CheckPlan
{
    static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    public static Command Command()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Plan files. A parent plan is looked for among them and in their folders.", Arity = ArgumentArity.OneOrMore };
        var language = new Option<string>("--lang") { Description = "Language of the messages: vi, en, or both.", DefaultValueFactory = _ => "both" };
        language.AcceptOnlyFromAmong("vi", "en", "both");
        var check = new Command("check", "Checks plan files against the schema and the rules; prints FILE:LINE:COLUMN: CODE: what is wrong.") { files, language };
        check.SetAction(parsed => Check([.. parsed.GetValue(files)!.Select(file => file.ToString())], parsed.GetValue(language)!, Console.Out, Console.Error));
        return check;
    }

    /// <summary>0 when every file is valid, 1 when one has a fault, 2 when one cannot be read.</summary>
    internal static int Check(IReadOnlyList<string> files, string language, TextWriter output, TextWriter errors)
    {
        var known = new Lazy<List<Plan>>(() => [.. files.Concat(files.SelectMany(Beside)).Select(Valid).OfType<Plan>()]);
        var worst = 0;
        foreach (var file in files)
        {
            try
            {
                var json = Utf8.GetString(File.ReadAllBytes(file)).TrimStart('\uFEFF');
                var faults = PlanFile.Check(json, id => known.Value.Find(plan => plan.Id == id));
                foreach (var fault in faults) output.WriteLine($"{file}:{fault.Line}:{fault.Column}: {fault.Code}: {Words(fault.Message, language)}");
                if (faults.Count > 0) worst = Math.Max(worst, 1);
                else output.WriteLine(Summary(file, PlanFile.Parse(json), language));
            }
            catch (DecoderFallbackException)
            {
                output.WriteLine($"{file}:1:1: not_utf8: {Words(new("tệp không phải UTF-8", "the file is not UTF-8"), language)}");
                worst = Math.Max(worst, 1);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine($"careerctl: {unreadable.Message}");
                worst = 2;
            }
        }
        return worst;
    }

    static string Summary(string file, Plan plan, string language) => $"{file}: " + Words(
        new($"đúng: {plan.Targets.Count} chỉ tiêu, {plan.Tasks.Count} nhiệm vụ, {plan.Reporting.Count} báo cáo", $"valid: {plan.Targets.Count} targets, {plan.Tasks.Count} tasks, {plan.Reporting.Count} reports"), language);

    static string Words(Text text, string language) => language switch { "vi" => text.Vi, "en" => text.En, _ => $"{text.Vi} | {text.En}" };

    static IEnumerable<string> Beside(string file) =>
        Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Where(name => !name.EndsWith(".schema.json", StringComparison.Ordinal)) : [];

    /// <summary>A plan that may be somebody's parent; null for what is not one.</summary>
    static Plan? Valid(string file)
    {
        try
        {
            var json = File.ReadAllText(file);
            return PlanFile.Check(json).Count == 0 ? PlanFile.Parse(json) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
