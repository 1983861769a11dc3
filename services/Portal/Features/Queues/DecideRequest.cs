using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Queues;

/// <summary>The requests desk: takes down what a family asks about its data, says that it was answered, extends once, closes.</summary>
public static class DecideRequest
{
    public static readonly string[] Kinds = ["withdraw", "restrict", "object", "access", "correct", "provide", "delete"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/portal/queues/requests", Receive).RequireAuthorization(Policies.Officer);
        routes.MapPost("/portal/queues/requests/{requestId:guid}", Decide).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver));
    }

    public static async Task<IResult> Receive(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Post<Api.Nothing>("http://schools/v1/data-requests", new
        {
            pupilId = form.Text("pupil"),
            kind = form["kind"].ToString(),
            channel = form["channel"].ToString(),
            askedBy = form["askedBy"].ToString(),
            provenBy = form["provenBy"].ToString(),
            thirdParty = form.Ticked("thirdParty"),
        }, form["key"].ToString(), ct);
        return await Back(answer, http, api, clock, ct);
    }

    public static async Task<IResult> Decide(Guid requestId, HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var request = $"http://schools/v1/data-requests/{requestId}";
        var reason = form.Text("reason");
        var answer = form["act"].ToString() switch
        {
            "answer" => await api.Put<Api.Nothing>($"{request}/answer", null, ct),
            "extension" => await api.Put<Api.Nothing>($"{request}/extension", new { days = form.Number("days") ?? 0, reason }, ct),
            "done" => await api.Put<Api.Nothing>($"{request}/outcome", new { outcome = "done" }, ct),
            "refused" => await api.Put<Api.Nothing>($"{request}/outcome", new { outcome = "refused", reason }, ct),
            _ => new Answer<Api.Nothing>(null, Problem.NotAChoice),
        };
        return await Back(answer, http, api, clock, ct);
    }

    private static async Task<IResult> Back(Answer<Api.Nothing> answer, HttpContext http, Api api, TimeProvider clock, CancellationToken ct) => answer.Problem switch
    {
        null => Pages.GoTo("/portal/queues?queue=requests&done=1"),
        { Status: 404 } => await ShowQueues.Page("requests", null, null, false, new Problem(404, "pupil_unknown", "Không tìm thấy học sinh hoặc yêu cầu này", "There is no such pupil or request."), http, api, clock, ct),
        { } problem => await ShowQueues.Page("requests", null, null, false, problem, http, api, clock, ct),
    };
}
