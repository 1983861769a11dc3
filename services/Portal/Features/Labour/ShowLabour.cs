using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Institutions;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Labour;

/// <summary>The quarterly numbers of training and labour: their sums beside a year before and who is missing, for the department and leaders; the entry of one reporter, for an institution, an area office, or the department in their place.</summary>
public static class ShowLabour
{
    public const string Home = "/portal/reports/labour";

    public static readonly string[] Readers = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader];
    public static readonly string[] Reporters = [Policies.Officer, Policies.AreaOffice, Policies.Institution];
    public static readonly string[] OfInstitutions = ["capacity", "admitted", "graduated", "employed"];
    public static readonly string[] OfAreas = ["vacancies", "placed"];

    /// <summary>Reporters that a page names, those who are missing first.</summary>
    public const int Most = 30;

    public static readonly string[] Levels = ["elementary", "intermediate", "college", "untrained"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, (Person person, Api api, TimeProvider clock, CancellationToken ct, int? year = null, int? quarter = null, string? reporter = null, string? done = null) =>
            Page(year, quarter, reporter, done is not null, null, person, api, clock, ct)).RequireAuthorization(policy => policy.RequireRole([.. Readers, Policies.AreaOffice, Policies.Institution]));
        routes.MapPost(Home, Enter).RequireAuthorization(policy => policy.RequireRole(Reporters));
    }

    public static async Task<IResult> Enter(HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var (year, quarter) = Quarter(clock, form.Number("year"), form.Number("quarter"));
        var reporter = Reporter.Of(form["reporter"]);
        var items = from measure in OfInstitutions.Concat(OfAreas) from level in Levels let count = form.Number($"{measure}-{level}") where count is not null select new { measure, level, count };
        var answer = await api.Put<Api.Nothing>($"http://targets/v1/labour/{year}/{quarter}", new { items = items.ToArray(), area = reporter.Area, institution = person.Is(Policies.Officer) ? reporter.Institution : null }, ct);
        return answer.Problem is { } problem ? await Page(year, quarter, $"{reporter}", false, problem, person, api, clock, ct) : Pages.GoTo($"{Home}?year={year}&quarter={quarter}&reporter={reporter}&done=1");
    }

    private static async Task<IResult> Page(int? year, int? quarter, string? reporter, bool done, Problem? refused, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var (of, part) = Quarter(clock, SeasonYear.Known(year), quarter);
        var sums = Readers.Any(person.Is) ? await api.Get<Sums>($"http://targets/v1/labour/{of}?from={part}&to={part}", ct) : null;
        var institutions = sums is null ? null : (await api.Get<IReadOnlyList<ListInstitutions.Institution>>("http://enrolment/v1/institutions", ct)).Value;
        var chosen = Reporter.Of(reporter);
        // The department says for whom; the others enter their own.
        var own = person.Is(Policies.Officer) ? chosen.IsNamed ? await Ask($"?{chosen.Query}") : null : Reporters.Any(person.Is) ? await Ask("") : null;
        if (!person.Is(Policies.Officer)) chosen = new Reporter(own?.Value?.Area, null);
        return Pages.Of<LabourPage>(new View(of, part, sums, (institutions ?? []).ToDictionary(one => one.InstitutionId, one => one.Name), chosen, own, person.Is(Policies.Officer), person.Is(Policies.Institution), done, refused), refused?.Status ?? 200);

        Task<Answer<Own>> Ask(string query) => api.Get<Own>($"http://targets/v1/labour/{of}/{part}{query}", ct);
    }

    /// <summary>The quarter asked for, or the last that is over.</summary>
    private static (int Year, int Quarter) Quarter(TimeProvider clock, int? year, int? quarter)
    {
        var last = clock.Today().AddMonths(-3);
        return (year ?? last.Year, quarter is >= 1 and <= 4 ? quarter.Value : ((last.Month - 1) / 3) + 1);
    }

    /// <summary>An area or an institution.</summary>
    public sealed record Reporter(string? Area, Guid? Institution)
    {
        public static Reporter Of(string? written) => written?.Split('|') switch
        {
            ["area", { Length: > 0 } area] => new(area, null),
            ["institution", var id] when Guid.TryParse(id, out var institution) => new(null, institution),
            _ => new(null, null),
        };

        public bool IsNamed => Area is not null || Institution is not null;
        public string Query => Area is not null ? $"area={Uri.EscapeDataString(Area)}" : $"institution={Institution}";
        public override string ToString() => Area is not null ? $"area|{Area}" : Institution is not null ? $"institution|{Institution}" : "";
    }

    /// <param name="Institutions">Names by id.</param>
    /// <param name="Own">What the reporter has entered; null where nobody is chosen or the visitor enters nothing.</param>
    public sealed record View(
        int Year, int Quarter, Answer<Sums>? Sums, IReadOnlyDictionary<Guid, string> Institutions, Reporter Reporter, Answer<Own>? Own, bool IsOfficer, bool OfInstitution, bool Done, Problem? Refused)
    {
        /// <summary>For whom the department may enter: who should, and every institution.</summary>
        public IReadOnlyList<(string Value, string Name)> Choices =>
        [
            .. Institutions.Select(one => ($"institution|{one.Key}", one.Value)).OrderBy(one => one.Value, Vietnamese.Names),
            .. (Sums?.Value?.Reporters ?? []).Where(told => told.IsArea).Select(told => ($"area|{told.Code}", NameOf(told))).OrderBy(one => one.Item2, Vietnamese.Names),
        ];

        public string NameOf(Told told) => told.Name ?? (Guid.TryParse(told.Code, out var id) && Institutions.TryGetValue(id, out var name) ? name : told.Code);
    }

    /// <param name="EmployedShare">Of those who graduated, in percent; null where nobody did.</param>
    public sealed record Sums(IReadOnlyList<Line> Lines, decimal? EmployedShare, IReadOnlyList<Told> Reporters, int Missing);

    public sealed record Line(ShowDashboard.Said Title, ShowDashboard.Said LevelTitle, long Number, long? Before);

    public sealed record Told(string Code, string? Name, bool IsArea, DateTimeOffset? EnteredAt);

    public sealed record Own(string? Area, IReadOnlyList<Number> Items)
    {
        public int? Of(string measure, string level) => Items.FirstOrDefault(item => item.Measure == measure && item.Level == level)?.Count;
    }

    public sealed record Number(string Measure, string Level, int Count);
}
