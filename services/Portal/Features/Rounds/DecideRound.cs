using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Rounds;

/// <summary>The acts on a round: rows decided, results accepted by the officer, finalised by a second person. Each leads back to the round.</summary>
public static class DecideRound
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/portal/rounds/{roundId:guid}/acceptance", Accept).RequireAuthorization(Policies.Officer);
        routes.MapPost("/portal/rounds/{roundId:guid}/review", Review).RequireAuthorization(Policies.Officer);
        routes.MapPost("/portal/rounds/{roundId:guid}/finalization", Finalise).RequireAuthorization(Policies.Approver);
    }

    public static async Task<IResult> Accept(Guid roundId, HttpContext http, Api api, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Post<Api.Nothing>($"http://schools/v1/rounds/{roundId}/acceptance", new { uploadId = form.Id("upload"), withoutRefusedRows = form.Ticked("withoutRefusedRows") }, form["key"].ToString(), ct);
        return await Back(roundId, answer, http, api, ct);
    }

    public static async Task<IResult> Review(Guid roundId, HttpContext http, Api api, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var decisions = form.Where(field => field.Key.StartsWith("row-", StringComparison.Ordinal) && int.TryParse(field.Key.AsSpan(4), out _) && field.Value.ToString().Length > 0)
            .Select(field => new { row = int.Parse(field.Key.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture), pupilId = field.Value == "nobody" ? null : field.Value.ToString() }).ToList();
        var answer = await api.Post<Api.Nothing>($"http://schools/v1/rounds/{roundId}/review", new { decisions, otherUnmatchedAreNobodys = form.Ticked("others") }, form["key"].ToString(), ct);
        return await Back(roundId, answer, http, api, ct);
    }

    public static async Task<IResult> Finalise(Guid roundId, HttpContext http, Api api, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = form.Number("controlTotal") is { } total
            ? await api.Put<Api.Nothing>($"http://schools/v1/rounds/{roundId}/finalization", new { controlTotal = total, resultsAreFinal = form.Ticked("final") }, ct)
            : new Answer<Api.Nothing>(null, new Problem(422, "control_total_mismatch", "Số kiểm soát không khớp", "Give the number of results that you counted yourself."));
        return await Back(roundId, answer, http, api, ct);
    }

    private static Task<IResult> Back(Guid roundId, Answer<Api.Nothing> answer, HttpContext http, Api api, CancellationToken ct) =>
        answer.Problem is null ? Task.FromResult(Pages.GoTo($"/portal/rounds/{roundId}")) : ShowRound.Page(roundId, null, answer.Problem, http, api, ct);
}
