using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Rounds;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Tasks;

/// <summary>One task: until when, what shows that it was done, and the acts: begin, add evidence, hand in; the department accepts it or gives it back.</summary>
public static class ShowTask
{
    private static readonly string[] Workers = [Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.School];
    private static readonly string[] Judges = [Policies.Officer, Policies.Approver];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/tasks/{taskId:guid}", (Guid taskId, HttpContext http, Api api, CancellationToken ct) => Page(taskId, null, http, api, ct)).RequireAuthorization(policy => policy.RequireRole(ListTasks.Roles));
        routes.MapPost("/portal/tasks/{taskId:guid}", Act).RequireAuthorization(policy => policy.RequireRole(Workers));
        routes.MapPost("/portal/tasks/{taskId:guid}/evidence", AddEvidence).RequireAuthorization(policy => policy.RequireRole(Workers));
        routes.MapGet("/portal/tasks/{taskId:guid}/evidence/{evidenceId:guid}", Download).RequireAuthorization(policy => policy.RequireRole(ListTasks.Roles));
    }

    public static async Task<IResult> Act(Guid taskId, HttpContext http, Api api, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var task = $"http://targets/v1/tasks/{taskId}";
        var note = form.Given("note");
        var answer = form["act"].ToString() switch
        {
            "progress" => await api.Put<Api.Nothing>($"{task}/progress", null, ct),
            "submission" => await api.Put<Api.Nothing>($"{task}/submission", new { note }, ct),
            "acceptance" => await api.Put<Api.Nothing>($"{task}/acceptance", new { reason = note }, ct),
            "return" => await api.Put<Api.Nothing>($"{task}/return", new { reason = note ?? "" }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return answer.Problem is { } problem ? await Page(taskId, problem, http, api, ct) : Pages.GoTo($"/portal/tasks/{taskId}");
    }

    public static async Task<IResult> AddEvidence(Guid taskId, HttpContext http, Api api, UploadFile.Sending sending, CancellationToken ct)
    {
        var file = await SentFile.Read(http, ct);
        var address = $"/v1/tasks/{taskId}/evidence?title={Uri.EscapeDataString(file.Fields.GetValueOrDefault("title", ""))}&personal={(file.Fields.GetValueOrDefault("personal") == "true" ? "true" : "false")}";
        using var answer = await sending.Post("targets", address, file.Content, http.Request.Headers.Authorization.ToString(), null, ct);
        var read = await Api.Read<Api.Nothing>(answer, ct);
        return read.Problem is { } problem ? await Page(taskId, problem, http, api, ct) : Pages.GoTo($"/portal/tasks/{taskId}");
    }

    public static Task<IResult> Download(Guid taskId, Guid evidenceId, HttpContext http, Api api, CancellationToken ct, string? purpose = null) =>
        Files.HandOn($"http://targets/v1/tasks/{taskId}/evidence/{evidenceId}{(purpose is { Length: > 0 } ? $"?purpose={Uri.EscapeDataString(purpose)}" : "")}", http, api, ct);

    private static async Task<IResult> Page(Guid taskId, Problem? refused, HttpContext http, Api api, CancellationToken ct)
    {
        var task = await api.Get<Detail>($"http://targets/v1/tasks/{taskId}", ct);
        return Pages.Of<TaskPage>(new View(task.MustBeThere(), Workers.Any(http.User.IsInRole), Judges.Any(http.User.IsInRole), refused), refused?.Status ?? 200);
    }

    public sealed record View(Detail Detail, bool MayWork, bool MayJudge, Problem? Refused)
    {
        /// <summary>Its owner is still to act: whatever the page calls it, it was neither handed in nor accepted.</summary>
        public bool WaitsForOwner => Detail.Task.State is not ("submitted" or "accepted" or "dropped" or "waiting");
    }

    public sealed record Detail(ListTasks.Item Task, IReadOnlyList<File> Evidence, IReadOnlyList<Done> Acts);

    public sealed record File(Guid EvidenceId, string Title, string ContentType, long Size, bool Personal, DateTimeOffset AddedAt);

    public sealed record Done(DateTimeOffset At, string Name, string? Note);
}
