using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Graduates;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Benchmarks;

/// <summary>The annual report of a province with 130 communes and 300 schools under Nghệ An's plan: its figures collected and fixed, then the files.</summary>
internal static class Reports
{
    private const int Communes = 130;
    private const string Province = "40";

    public static async Task<IReadOnlyList<string[]>> Measure(int graduates, int times)
    {
        await using var app = new ServiceApp<CountGraduatesWhenGraduatesRecognised>("targets");
        await app.InitializeAsync();
        app.Clock.Now = new DateTimeOffset(2025, 12, 22, 3, 0, 0, TimeSpan.Zero);
        await Load(app, graduates);
        using var officer = app.As("officer", Province);
        await Ok(await officer.PutAsync("/v1/tasks/years/2025", null));
        var drafted = await Ok(await officer.PutAsync("/v1/reports/provincial_annual?year=2025", null));
        var report = (Guid)JsonNode.Parse(await drafted.Content.ReadAsStringAsync())!["reportId"]!;
        var counted = JsonNode.Parse(await (await Ok(await officer.GetAsync($"/v1/reports/{report}"))).Content.ReadAsStringAsync())!["figures"]!["indicators"]!.AsArray().Max(line => (long?)line!["d"]);
        if (counted != graduates) throw new InvalidOperationException($"The report counts {counted} graduates, not {graduates}.");
        using (await officer.GetAsync($"/v1/reports/{report}/document?format=pdf")) { }   // the first print makes the printer's profile

        var whole = new List<double>();
        for (var n = 0; n < times; n++)
        {
            var since = Stopwatch.GetTimestamp();
            await Ok(await officer.PutAsync($"/v1/reports/{report}/submission", null));
            await Ok(await officer.GetAsync($"/v1/reports/{report}/document?format=docx"));
            await Ok(await officer.GetAsync($"/v1/reports/{report}/document?format=xlsx"));
            whole.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
            await Ok(await officer.PutAsJsonAsync($"/v1/reports/{report}/return", new { reason = "benchmark" }));
        }

        var printed = new List<double>();
        for (var n = 0; n < times; n++)
        {
            var since = Stopwatch.GetTimestamp();
            using var pdf = await officer.GetAsync($"/v1/reports/{report}/document?format=pdf");
            if (!pdf.IsSuccessStatusCode) break;
            printed.Add(Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
        return
        [
            [$"annual report of {graduates:N0} graduates in {Communes} communes: figures collected and fixed, DOCX and XLSX", Spread(whole), "", "under 5 s"],
            ["the same report printed to PDF (figures, DOCX, LibreOffice)", printed.Count == 0 ? "LibreOffice is not installed" : Spread(printed), "", ""],
        ];
    }

    private static async Task Load(ServiceApp<CountGraduatesWhenGraduatesRecognised> app, int graduates)
    {
        var (database, plans) = (app.Services.GetRequiredService<Database>(), app.Services.GetRequiredService<PlanRegistry>());
        var (recognise, record) = (new CountGraduatesWhenGraduatesRecognised(plans), new CountGraduateWhenDestinationRecorded(plans));
        await app.Hear("schools", new AreaRegisterChanged
        {
            Province = Province,
            ChangedAt = app.Clock.Now,
            Areas = [.. Enumerable.Range(0, Communes).Select(n => new ListedArea
            {
                Code = $"{Province}{n:000}",
                Name = $"Commune {n}",
                Kind = "commune",
                Parent = Province,
                ValidFrom = new(2025, 7, 1),
                Disadvantaged = n % 7 == 0,
                Predecessors = [],
            })],
        }, StreamIds.Of("areas", Province), 1, Province);
        await IndicatorFacts.Schools(app, Province);
        foreach (var (ids, part) in Enumerable.Range(0, graduates).Select(number => StreamIds.Of("pupil", Province, number)).Chunk(500).Select((ids, part) => (ids, part)))
        {
            await using var work = await database.Begin(Province);
            await recognise.When(IndicatorFacts.Recognised(Province, 2025, part, ids), new(Guid.CreateVersion7(), "schools", Province, StreamIds.Of("graduation", part), 1, app.Clock.Now), work, default);
            foreach (var id in ids) await record.When(IndicatorFacts.Recorded(Province, 2025, id), new(Guid.CreateVersion7(), "destinations", Province, id, 1, app.Clock.Now), work, default);
            await work.Commit();
        }
    }

    private static async Task<HttpResponseMessage> Ok(HttpResponseMessage answer)
    {
        answer.EnsureSuccessStatusCode();
        await answer.Content.LoadIntoBufferAsync();
        return answer;
    }

    private static string Spread(List<double> seconds)
    {
        seconds.Sort();
        return $"median {seconds[seconds.Count / 2]:N2} s, slowest {seconds[^1]:N2} s ({seconds.Count} times)";
    }
}
