using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Tasks;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>A service whose clock its tests move, with provinces of their own: none has the code of a plan that is built in (40, 77, 80, 84, 86, 97), which could be in force there instead.</summary>
public class ClockedApp() : ServiceApp<PlanRegistry>("targets")
{
    private int last = 9;

    internal string NewProvince() => Interlocked.Increment(ref last) is < 40 and var code ? code.ToString(CultureInfo.InvariantCulture) : throw new InvalidOperationException("Too many provinces in one class of tests.");
}

/// <summary>A province of its own in which the tasks and reports of a source plan are in force, under another id; with districts until 30 June 2025 and communes after.</summary>
public sealed class PlannedProvince(ClockedApp app)
{
    public string Code { get; } = app.NewProvince();

    public ClockedApp App { get; } = app;

    public string Plan => $"plan-of-{Code}";

    public static string[] Districts { get; } = ["971", "972"];

    public static string[] Communes { get; } = ["97001", "97002", "97003"];

    public HttpClient As(string role, string? subject = null, Guid? organisation = null) => App.As(role, Code, organisation, subject ?? $"{role}-{Code}");

    public void At(int year, int month, int day) => App.Clock.Now = new DateTimeOffset(year, month, day, 2, 0, 0, TimeSpan.Zero);

    /// <summary>The department loads a plan made from one of the sources, changed as the test says.</summary>
    public async Task Load(string source = "nghe-an-3129-2021", Action<JsonObject>? change = null)
    {
        var plan = JsonNode.Parse(File.ReadAllText(Path.Combine(SharedData.Repository, $"services/Targets/Plans/{source}.json")))!.AsObject();
        (plan["id"], plan["province"]) = (Plan, Code);
        change?.Invoke(plan);
        await Ok(await As("officer").PutAsync($"/v1/plans/{Plan}", JsonContent.Create(plan)));
    }

    public Task Register() => App.Hear("schools", new AreaRegisterChanged
    {
        Province = Code,
        ChangedAt = App.Clock.Now,
        Areas =
        [
            .. Districts.Select(FormerDistrict), FormerCommune("97901", "971"), FormerCommune("97902", "971"), FormerCommune("97903", "972"),
            Commune("97001", true, "97901"), Commune("97002", false, "97902"), Commune("97003", false, "97903"),
        ],
    }, Contracts.StreamIds.Of("areas", Code), 1, Code);

    public async Task<JsonObject> Make(int year) => await Ok(await As("officer").PutAsync($"/v1/tasks/years/{year}", null));

    public Task Sweep() => App.Services.GetRequiredService<KeepTasks>().Round(Code, default);

    public async Task<IReadOnlyList<JsonObject>> Tasks(string query, HttpClient? caller = null) =>
        [.. (await Read(caller ?? As("officer"), $"/v1/tasks{query}"))["items"]!.AsArray().Select(item => item!.AsObject())];

    public async Task<JsonObject> Task(int year, string code, string? area = null, string? owner = null) =>
        (await Tasks($"?year={year}&code={code}{(area is null ? "" : $"&area={area}")}{(owner is null ? "" : $"&owner={owner}")}")).ShouldHaveSingleItem();

    public async Task<Guid> Id(int year, string code, string? area = null, string? owner = null) => (Guid)(await Task(year, code, area, owner))["taskId"]!;

    public static async Task<JsonObject> Read(HttpClient caller, string path) => await Ok(await caller.GetAsync(path));

    public static async Task<JsonObject> Ok(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.PathAndQuery}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text) as JsonObject ?? [];
    }

    /// <summary>Hands a task in with a note and has another person accept it.</summary>
    public async Task Finish(Guid task, string? reason = null)
    {
        await Ok(await As("officer").PutAsJsonAsync($"/v1/tasks/{task}/submission", new { note = "Đã thực hiện xong" }));
        await Ok(await As("approver").PutAsJsonAsync($"/v1/tasks/{task}/acceptance", new { reason }));
    }
}

internal static class Answers
{
    public static async Task ShouldBeRefused(this Task<HttpResponseMessage> answer, string code, HttpStatusCode status = HttpStatusCode.Conflict)
    {
        var refused = await answer;
        var text = await refused.Content.ReadAsStringAsync();
        refused.StatusCode.ShouldBe(status, text);
        ((string)JsonNode.Parse(text)!["code"]!).ShouldBe(code);
    }
}
