using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using CareerPlatform.Benchmarks;
using CareerPlatform.Benchmarks.UsualWay;
using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Testing;
using Spectre.Console;

// Everything is measured in one run on one machine and printed as ratios, so that a slow machine gives the same answer as a fast one.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var quick = args.Contains("--quick");
var small = quick ? 6_000 : 121_000;      // pupils of a province with 100,000 candidates
var steps = new Steps(Console.Out, TimeProvider.System);
var lines = new List<(string Figure, string Measured, string Ratio, string Target)>();

if (args.Contains("feeds"))
{
    var rows = await steps.Run("feeds and webhooks", _ => Feeds.Measure(quick));
    foreach (var row in rows) lines.Add((row[0], row[1], row[2], row[3]));
    Print();
    if (!quick) WriteSection("Feeds and webhooks");
    return 0;
}

if (args.Contains("indicators"))
{
    var answer = await steps.Run("facts applied to the indicators, and the dashboard", _ => IndicatorFacts.Measure(quick ? 20_000 : 1_000_000, quick ? 300 : 5_000));
    Add($"{answer.Facts:N0} facts applied to the indicators", $"{answer.Applied:N0} facts/s; bare COPY of the same rows {answer.Bare:N0} rows/s", answer.Applied / answer.Bare, "");
    lines.Add(($"dashboard, 34 provinces and 10 years, {answer.Graduates:N0} graduates, {answer.Requests:N0} requests", $"p50 {answer.P50:N1} ms; p99 {answer.P99:N1} ms", "", ""));
    var report = await steps.Run("the annual report of a province", _ => Reports.Measure(quick ? 5_000 : 50_000, quick ? 3 : 10));
    foreach (var row in report) lines.Add((row[0], row[1], row[2], row[3]));
    Print();
    if (!quick) WriteSection("Indicators");
    return 0;
}

// What eng/bench isolation measured: the fuzzer of the tests itself.
if (args is ["isolation", var found, ..])
{
    lines.Add(("S1 two institutions ask every route for each other's data", File.ReadAllText(found), "", "0 leaks in 1,000,000 requests"));
    Print();
    if (args.Contains("--write")) WriteSection("Isolation");
    return 0;
}

if (args.Contains("portal"))
{
    await using var platform = await RunningPlatform.Start();
    var played = await PlayImport(platform, quick ? small : DemoProvince.RealPupils);
    await Quiet(platform);
    foreach (var row in await steps.Run("first pages of the portal", _ => FirstPages.Measure(platform, played.Round, quick ? 20 : 200))) lines.Add((row[0], row[1], row[2], row[3]));
    Print();
    if (!quick) WriteSection("Pages");
    return 0;
}

await using (var platform = await RunningPlatform.Start())
{
    var bare = 0.0;
    var (rows, import, withoutPlace, finalise, importPeaks, finalisePeaks, _) = await PlayImport(platform, small,
        async imported => bare = await steps.Run("(a) bare COPY of the same rows", _ => BareCopy.Measure(platform.Owner("schoolsdb"), "upload_row", imported)));
    Add("(a) result rows imported end to end", $"{rows / import:N0} rows/s; bare COPY {bare:N0} rows/s", rows / import / bare, "at least 0.25 of bare COPY");

    var usual = await steps.Run("(b) the usual way: a save and a message per pupil", _ =>
        Usual.Measure(platform.Owner("usual_way"), platform.Broker, quick ? 300 : 2_000));
    Add("(b) finalised until every lead is in every feed", $"{withoutPlace:N0} pupils in {finalise:N1} s = {withoutPlace / finalise:N0}/s; usual way {usual:N0}/s", withoutPlace / finalise / usual, "at least 5 times");

    await Feed(platform);
    foreach (var (service, peak) in importPeaks) lines.Add(($"(e) peak memory of {service}, {rows:N0} rows", $"import {peak:N0} MiB, finalise {finalisePeaks[service]:N0} MiB", "", "under 300 MiB each"));
}

var indicators = await steps.Run("(d) indicators with few and with many graduates", _ => Indicators.Measure(quick ? 5_000 : 50_000, quick ? 50_000 : 500_000, quick ? 200 : 1_000));
Add($"(d) indicator query, {indicators[0].Graduates:N0} and {indicators[1].Graduates:N0} graduates", $"p50 {indicators[0].P50:N2} and {indicators[1].P50:N2} ms; p99 {indicators[0].P99:N2} and {indicators[1].P99:N2} ms",
    indicators[1].P99 / indicators[0].P99, "not growing (about 1)");

var journal = await steps.Run("(f) read journal sealed and verified", _ => JournalSpeed.Measure(quick ? 20_000 : 300_000));
Add("(f) reads of personal data in the journal", $"sealed {journal.Sealed:N0}/s, verified {journal.Verified:N0}/s", journal.Verified / 100_000, "verified at least 100,000/s");

if (!quick) WritePage();   // what was measured is not lost if the long part fails

if (!args.Contains("--no-large"))
{
    await using var platform = await RunningPlatform.Start();
    var (rows, import, _, finalise, importPeaks, finalisePeaks, _) = await PlayImport(platform, small * 10);
    lines.Add(("(e) a file ten times as long", $"{rows:N0} rows in {import:N0} s, finalised in {finalise:N0} s", "", ""));
    foreach (var (service, peak) in importPeaks) lines.Add(($"(e) peak memory of {service}, {rows:N0} rows", $"import {peak:N0} MiB, finalise {finalisePeaks[service]:N0} MiB", "", "under 300 MiB each"));
}

Print();
if (!quick) WritePage();
return 0;

// Loads a province, then times the results file from its first byte to its acceptance, and the finalisation until every feed has its leads.
async Task<(long Rows, double Import, long WithoutPlace, double Finalise, IReadOnlyDictionary<string, double> ImportPeaks, IReadOnlyDictionary<string, double> FinalisePeaks, Guid Round)> PlayImport(RunningPlatform running, int pupils, Func<long, Task>? afterImport = null)
{
    var files = Directory.CreateTempSubdirectory("careerplatform-bench-files-").FullName;
    var province = new DemoProvince(seed: 1, pupils: pupils);
    await new LoadProvince(running.Platform, province, running.Season, steps).Load(files, default);
    await Quiet(running);

    var officer = running.Platform.Officer;
    var opened = await officer.Post<JsonObject>("v1/rounds", new { schoolYear = DemoProvince.SchoolYear, number = 1, name = "benchmark" }, default, "bench-round");
    var round = (Guid)opened["roundId"]!;
    running.ResetPeaks();
    var since = Stopwatch.GetTimestamp();
    var report = await steps.Run("(a) results file imported", _ => officer.Upload<JsonObject>(HttpMethod.Put, $"v1/rounds/{round}/file", Path.Combine(files, DemoFiles.Results), default));
    await officer.Post($"v1/rounds/{round}/acceptance", new { uploadId = (Guid)report["uploadId"]! }, default, "bench-acceptance");
    var import = Stopwatch.GetElapsedTime(since).TotalSeconds;
    var importPeaks = running.Peaks();

    var rows = (long)report["counts"]!["rows"]!;
    if (afterImport is not null) await afterImport(rows);   // while nothing else works, as during the import
    var heardBefore = await Heard(running);
    running.ResetPeaks();
    since = Stopwatch.GetTimestamp();
    var finalise = await steps.Run("(b) finalised until every lead is in every feed", async _ =>
    {
        await running.Platform.Approver.PutUnless($"v1/rounds/{round}/finalization", new { controlTotal = rows, resultsAreFinal = true }, default, "round_already_final");
        var published = await running.Databases.Count("schoolsdb", "select count(*) from mt_events where type in ('grade10_admission_finalized', 'grade10_pupils_admitted')");
        await Wait.Until(async () => await Heard(running) - heardBefore >= published, TimeSpan.FromMinutes(20));
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    });
    var finalisePeaks = running.Peaks();
    var withoutPlace = (long)report["counts"]!["withoutPlace"]!;
    Directory.Delete(files, recursive: true);
    return (rows, import, withoutPlace, finalise, importPeaks, finalisePeaks, round);
}

Task<long> Heard(RunningPlatform running) => running.Databases.Count("enrolmentdb", "select count(*) from inbox where consumer = 'enrolment-hears-schools' and state = 'done'");

Task Quiet(RunningPlatform running) => steps.Until("everything loaded has been heard", TimeSpan.FromMinutes(20), async _ =>
    await Reconciliation.Unrelayed(running.Databases) == 0 && (await Hearers.Count(running.Databases)).Missing == 0, default);

// The same page of 500 positions, in turn through the gateway and straight from the service, by the institution with the longest feed.
async Task Feed(RunningPlatform running)
{
    await Quiet(running);
    var season = running.Season;
    season.Read(1, small);
    var longest = await running.Databases.One<(Guid Institution, long Head)>("enrolmentdb", "select institution_id, count(*) from institution_feed group by institution_id order by count(*) desc limit 1");
    var institution = season.Institutions.Values.First(one => one.Id == longest.Institution);
    using var tokens = new HttpClient { BaseAddress = running.Gateway };
    using var answer = await tokens.PostAsync("connect/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", institution.ClientId), new("client_secret", institution.Secret)]));
    var bearer = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
    using var gateway = Reader(running.Gateway);
    using var direct = Reader(running.UrlOf("enrolment"));
    var (through, straight) = (new List<double>(), new List<double>());
    await steps.Run("(c) feed pages through the gateway and directly", async _ =>
    {
        for (var n = 0; n < (quick ? 50 : 300); n++)
        {
            if (await Page(gateway) is { } one) through.Add(one);
            if (await Page(direct) is { } other) straight.Add(other);
        }
    });
    through.Sort();
    straight.Sort();
    Add($"(c) feed page of {Math.Min(500, longest.Head)}, through the gateway and directly",
        $"p50 {At(through, .5):N1} and {At(straight, .5):N1} ms; p99 {At(through, .99):N1} and {At(straight, .99):N1} ms ({through.Count} and {straight.Count} pages)", At(through, .5) / At(straight, .5), "p99 at most 100 ms");

    HttpClient Reader(Uri address) => new() { BaseAddress = address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", bearer) } };

    static double At(List<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)(sorted.Count * share)];

    static async Task<double?> Page(HttpClient client)
    {
        while (true)
        {
            var since = Stopwatch.GetTimestamp();
            using var page = await client.GetAsync("v1/feed?limit=500");
            await page.Content.ReadAsByteArrayAsync();
            if (page.IsSuccessStatusCode) return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            if (page.Headers.RetryAfter?.Delta is not { } pause) return null;
            await Task.Delay(pause);
        }
    }
}

void Add(string figure, string measured, double ratio, string target) => lines.Add((figure, measured, ratio.ToString("0.00", CultureInfo.InvariantCulture), target));

void Print()
{
    var table = new Table().RoundedBorder().AddColumn("figure").AddColumn("measured").AddColumn("ratio").AddColumn("target");
    foreach (var line in lines) table.AddRow(Markup.Escape(line.Figure), Markup.Escape(line.Measured), line.Ratio, line.Target);
    AnsiConsole.Write(table);
}

// A table of its own under its own heading; what else the page holds stays.
void WriteSection(string title)
{
    var text = new StringWriter();
    text.WriteLine($"## {title}");
    text.WriteLine();
    WriteTable(text);
    File.WriteAllText(PageFile(), $"{PageParts(except: title)}\n{text.ToString().ReplaceLineEndings("\n")}");
}

// The page without one section, or without its own first part.
static string PageParts(string? except)
{
    var parts = System.Text.RegularExpressions.Regex.Split(File.ReadAllText(PageFile()), "^(?=## )", System.Text.RegularExpressions.RegexOptions.Multiline);
    return except is null ? string.Concat(parts.Skip(1)) : string.Concat(parts.Where(part => !part.StartsWith($"## {except}\n", StringComparison.Ordinal))).TrimEnd() + "\n";
}

static string PageFile() => Path.Combine(SharedData.Repository, "docs/benchmarks.md");

void WriteTable(StringWriter text)
{
    text.WriteLine($"- Machine: {Machine()}");
    text.WriteLine($"- Date: {TimeProvider.System.GetUtcNow():yyyy-MM-dd}");
    text.WriteLine($"- Commit: {Output("git", "rev-parse --short HEAD")}{(Output("git", "status --porcelain --untracked-files=no -- . :!docs/benchmarks.md").Length > 0 ? " and uncommitted changes" : "")}");
    text.WriteLine();
    text.WriteLine("| figure | measured | ratio | target |");
    text.WriteLine("|---|---|---:|---|");
    foreach (var line in lines) text.WriteLine($"| {line.Figure} | {line.Measured} | {line.Ratio} | {line.Target} |");
}

void WritePage()
{
    var text = new StringWriter();
    text.WriteLine("# Benchmarks");
    text.WriteLine();
    text.WriteLine("Written by `eng/bench`; every line of one table comes from one run on one machine, so the ratios hold where the absolute figures do not.");
    text.WriteLine();
    WriteTable(text);
    text.WriteLine();
    text.WriteLine("(a) is timed from the first byte of the upload to the officer's acceptance, matching and verdicts included; bare COPY gets the stored rows as ready bytes, into an empty table with the same columns and indexes, right after it and while nothing else works.");
    text.WriteLine("(b) ours allocates by the rules, writes events, feeds and sums; the usual way saves an entity and publishes a message per pupil, and its consumer saves a lead and two grants without positions, rules or order.");
    var others = PageParts(except: null);
    File.WriteAllText(PageFile(), text.ToString().ReplaceLineEndings("\n") + (others.Length > 0 ? $"\n{others}" : ""));
}

static string Machine()
{
    var cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
    var memory = long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024 / 1024;
    return $"{Environment.ProcessorCount} cores of {cpu}, {memory} GiB, .NET {Environment.Version}";
}

static string Output(string command, string arguments)
{
    using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, WorkingDirectory = SharedData.Repository })!;
    return process.StandardOutput.ReadToEnd().Trim();
}
