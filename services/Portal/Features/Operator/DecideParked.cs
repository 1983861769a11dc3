using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Operator;

/// <summary>The operator lets a service try a fact again that it set aside, or takes it off the list for good.</summary>
public static class DecideParked
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/portal/operator/parked/{service}/{parkedId:guid}", Handle).RequireAuthorization(Policies.Operator);

    public static async Task<IResult> Handle(string service, Guid parkedId, HttpContext http, Api api, CancellationToken ct)
    {
        var act = (await http.Request.ReadFormAsync(ct))["act"].ToString();
        if (!ShowPlatform.Services.Contains(service) || act is not ("retry" or "dismissal")) throw new RuleBroken("not_found", "Không có mục này", "There is no such service or act.", 404);

        var answer = await api.Post<Api.Nothing>($"http://{service}/internal/parked/{parkedId}/{act}", null, Guid.NewGuid().ToString(), ct);
        return answer.Problem switch
        {
            null => Pages.GoTo($"/portal/operator?done={(act == "retry" ? "applied" : "dismissed")}"),
            { Status: 409 } => Pages.GoTo("/portal/operator?done=stays"),
            { Status: 404 } => Pages.GoTo("/portal/operator?done=gone"),
            { } problem => throw problem.Broken,
        };
    }
}
