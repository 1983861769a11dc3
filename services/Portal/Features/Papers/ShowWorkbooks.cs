using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Rounds;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Papers;

/// <summary>For an institution without a system of its own: its leads as an encrypted workbook, the password apart and once, and the file taken back filled in, with a verdict for every row.</summary>
public static class ShowWorkbooks
{
    private const string Home = "/portal/workbooks";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, (Api api, TimeProvider clock, CancellationToken ct, string? done = null) => Page(api, clock, ct, done)).RequireAuthorization(Policies.Institution);
        routes.MapPost(Home, Make).RequireAuthorization(Policies.Institution);
        routes.MapGet($"{Home}/{{id:guid}}/file", File).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/{{id:guid}}/password", Password).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/{{id:guid}}/returns", Return).RequireAuthorization(Policies.Institution);
    }

    public static async Task<IResult> Make(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var made = await api.Post<Api.Nothing>("http://enrolment/v1/workbooks", new { }, form["key"].ToString(), ct);
        return made.Problem is { } problem ? await Page(api, clock, ct, refused: problem) : Pages.GoTo($"{Home}?done=made");
    }

    /// <summary>The file as the service makes it at this moment; handed on, never kept.</summary>
    public static async Task<IResult> File(Guid id, Api api, TimeProvider clock, CancellationToken ct)
    {
        var answer = await api.Ask(HttpMethod.Get, $"http://enrolment/v1/workbooks/{id}/file", null, null, ct);
        if (!answer.IsSuccessStatusCode)
        {
            using (answer) return await Page(api, clock, ct, refused: await Api.ProblemOf(answer, ct));
        }
        return TypedResults.Stream(await answer.Content.ReadAsStreamAsync(ct), answer.Content.Headers.ContentType?.ToString(), "ho-so.xlsx");
    }

    /// <summary>The password stands on this answer and nowhere else.</summary>
    public static async Task<IResult> Password(Guid id, Api api, TimeProvider clock, CancellationToken ct)
    {
        var told = await api.Post<Told>($"http://enrolment/v1/workbooks/{id}/password", null, Guid.NewGuid().ToString(), ct);
        return await Page(api, clock, ct, refused: told.Problem, told: told.Value);
    }

    public static async Task<IResult> Return(Guid id, HttpContext http, Api api, UploadFile.Sending sending, TimeProvider clock, CancellationToken ct)
    {
        var file = await SentFile.Read(http, ct);
        using var answer = await sending.Post("enrolment", $"/v1/workbooks/{id}/returns", file.Content, http.Request.Headers.Authorization.ToString(), Guid.NewGuid().ToString(), ct);
        var returned = await Api.Read<Returned>(answer, ct);
        return await Page(api, clock, ct, refused: returned.Problem, returned: returned.Value);
    }

    private static async Task<IResult> Page(Api api, TimeProvider clock, CancellationToken ct, string? done = null, Problem? refused = null, Told? told = null, Returned? returned = null) => Pages.Of<WorkbooksPage>(
        new View(await api.Get<IReadOnlyList<Workbook>>("http://enrolment/v1/workbooks", ct), clock.GetUtcNow(), done, refused, told, returned), refused?.Status ?? 200);

    public sealed record View(Answer<IReadOnlyList<Workbook>> Workbooks, DateTimeOffset Now, string? Done, Problem? Refused, Told? Told, Returned? Returned);

    public sealed record Workbook(Guid WorkbookId, int Leads, DateTimeOffset MadeAt, DateTimeOffset FileUntil, DateTimeOffset ReturnsUntil, bool PasswordTold);

    public sealed record Told(string Password);

    public sealed record Returned(int Rows, int Recorded, int Unchanged, int Refused, int Empty, IReadOnlyList<Line> Verdicts);

    public sealed record Line(int Row, string Verdict, string? Code, string? Column, string? HintVi, string? HintEn)
    {
        public string? Hint => (Texts.Language == "vi" ? HintVi : HintEn) ?? Code;
    }
}
