using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Rounds;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Papers;

/// <summary>An institution's own enrolled list against what the platform knows: a verdict for every row, nothing is enrolled by it.</summary>
public static class CompareEnrolled
{
    private const string Home = "/portal/enrolled";
    private const int PageSize = 50;

    public static readonly string[] Verdicts =
        ["confirmed", "lead_not_confirmed", "cohort_without_lead", "enrolled_elsewhere", "duplicate", "uncertain", "out_of_province", "unknown", "unreadable"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, (Api api, TimeProvider clock, CancellationToken ct, int? year = null) => Page(SeasonYear.Of(clock, year), null, api, ct)).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{Home}/lists", Send).RequireAuthorization(Policies.Institution);
        routes.MapGet($"{Home}/{{listId:guid}}", Rows).RequireAuthorization(Policies.Institution);
    }

    public static async Task<IResult> Send(HttpContext http, Api api, UploadFile.Sending sending, TimeProvider clock, CancellationToken ct)
    {
        var file = await SentFile.Read(http, ct);
        var year = SeasonYear.Of(clock, int.TryParse(file.Fields.GetValueOrDefault("year"), System.Globalization.CultureInfo.InvariantCulture, out var asked) ? asked : null);
        using var answer = await sending.Post("enrolment", $"/v1/enrolled-lists?schoolYear={year}", file.Content, http.Request.Headers.Authorization.ToString(), Guid.NewGuid().ToString(), ct);
        var compared = await Api.Read<Compared>(answer, ct);
        return compared.Value is { } list ? Pages.GoTo($"{Home}/{list.ListId}") : await Page(year, compared.Problem, api, ct);
    }

    public static async Task<IResult> Rows(Guid listId, Api api, CancellationToken ct, string? verdict = null, int after = 0)
    {
        verdict = Verdicts.Contains(verdict) ? verdict : null;
        var list = await api.Get<List>($"http://enrolment/v1/enrolled-lists/{listId}?limit={PageSize}&after={after}{(verdict is null ? "" : $"&verdict={verdict}")}", ct);
        return Pages.Of<EnrolledRowsPage>(new RowsView(list.MustBeThere(), verdict, after));
    }

    private static async Task<IResult> Page(int year, Problem? refused, Api api, CancellationToken ct) =>
        Pages.Of<EnrolledPage>(new View(year, await api.Get<Lists>($"http://enrolment/v1/enrolled-lists?schoolYear={year}", ct), refused), refused?.Status ?? 200);

    public sealed record View(int Year, Answer<Lists> Lists, Problem? Refused);

    public sealed record RowsView(List List, string? Verdict, int After);

    public sealed record Compared(Guid ListId);

    public sealed record Lists(IReadOnlyList<Sent> Items);

    public sealed record Sent(Guid ListId, int SchoolYear, int Rows, int NotListed, DateTimeOffset SentAt);

    public sealed record List(Guid ListId, int SchoolYear, int Rows, int NotListed, DateTimeOffset SentAt, IReadOnlyList<Row> Items, int? Next);

    public sealed record Row([property: System.Text.Json.Serialization.JsonPropertyName("row")] int Number, string Verdict, string? Detail, Guid? LeadId)
    {
        public string? Tone => Verdict switch { "confirmed" => "good", "lead_not_confirmed" or "uncertain" or "duplicate" or "enrolled_elsewhere" => "warn", "unreadable" => "bad", _ => null };
    }
}
