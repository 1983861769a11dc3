using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Rounds;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.School;

/// <summary>A school's pupils of a year, or for an area's office those of one of its schools, by given name, a page at a time, with what is to be asked of which family; the survey of wishes comes in here as a list. Each page read is journaled.</summary>
public static class ListPupils
{
    public static readonly string[] Needs = ["number_wrong", "no_number", "old_contact", "no_wish"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/pupils", (Person person, Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? school = null, string? need = null, int page = 1, string? done = null) => Page(year, school, need, page, done is not null, null, person, api, clock, ct))
            .RequireAuthorization(policy => policy.RequireRole(Policies.School, Policies.AreaOffice));
        routes.MapPost("/portal/pupils/wishes", ImportWishes).RequireAuthorization(Policies.School);
    }

    public static async Task<IResult> ImportWishes(HttpContext http, Person person, Api api, UploadFile.Sending sending, TimeProvider clock, CancellationToken ct)
    {
        var file = await SentFile.Read(http, ct);
        var year = SeasonYear.Of(clock, int.TryParse(file.Fields.GetValueOrDefault("year"), System.Globalization.CultureInfo.InvariantCulture, out var of) ? of : null);
        using var answer = await sending.Post("schools", $"/v1/guidance/wishes/imports?schoolYear={year}", file.Content, http.Request.Headers.Authorization.ToString(), file.Fields.GetValueOrDefault("key"), ct);
        var read = await Api.Read<Api.Nothing>(answer, ct);
        return read.Problem is { } problem ? await Page(year, null, null, 1, false, problem, person, api, clock, ct) : Pages.GoTo($"/portal/pupils?year={year}&done=1");
    }

    private static async Task<IResult> Page(int? year, string? school, string? need, int page, bool done, Problem? refused, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var of = SeasonYear.Of(clock, year);
        need = Needs.Contains(need) ? need : null;
        // An area's office has several schools; the service decides which.
        var office = person.Is(Policies.School) ? null : await api.Get<Office>($"http://schools/v1/areas/offices/{person.OwnOrganisation}", ct);
        var chosen = office?.Value?.Schools.FirstOrDefault(one => one.Code == school) ?? office?.Value?.Schools.FirstOrDefault();
        var roster = office is not null && chosen is null ? new Answer<Roster>(null, office.Problem)
            : await api.Get<Roster>($"http://schools/v1/rosters/{of}?page={Math.Clamp(page, 1, 1000)}{(need is null ? "" : $"&need={need}")}{(chosen is null ? "" : $"&school={Uri.EscapeDataString(chosen.Code)}")}", ct);
        return Pages.Of<PupilsPage>(new View(of, need, roster, office?.Value?.Schools, chosen?.Code, person.Is(Policies.School), done, refused), refused?.Status ?? 200);
    }

    public sealed record View(int Year, string? Need, Answer<Roster> Roster, IReadOnlyList<Place>? Schools, string? School, bool OfSchool, bool Done, Problem? Refused);

    public sealed record Office(IReadOnlyList<Place> Schools);

    public sealed record Place(string Code, string Name);

    public sealed record Roster(string School, string SchoolName, int SchoolYear, int Page, int Pages, IReadOnlyDictionary<string, int> Counts, IReadOnlyList<Pupil> Pupils);

    public sealed record Pupil(
        Guid PupilId, string Name, DateOnly BirthDate, int Grade, string? ContactSource, DateOnly? ContactDate, bool HasNumber, bool NumberWrong, string? WishTrade, string? WishLevel);
}
