using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Institutions;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Protection;

/// <summary>The workbench for incidents: which are open, how much of the 24 and 72 hours is gone, how many children are concerned; another one is opened here.</summary>
public static class ListBreaches
{
    public const string Home = "/portal/protection/breaches";

    public static readonly string[] Readers = [Policies.Officer, Policies.Approver, Policies.Inspector];
    public static readonly string[] Workers = [Policies.Officer, Policies.Approver];
    public static readonly string[] Kinds = ["disclosure", "unauthorised_access", "misuse", "loss", "alteration", "cyber_attack"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/protection", () => Pages.GoTo(Home)).RequireAuthorization(policy => policy.RequireRole(Readers));
        routes.MapGet(Home, (Person person, Api api, TimeProvider clock, CancellationToken ct, string? state = null) => Page(state == "all", null, null, person, api, clock, ct)).RequireAuthorization(policy => policy.RequireRole(Readers));
        routes.MapPost(Home, Open).RequireAuthorization(policy => policy.RequireRole(Workers));
    }

    public static async Task<IResult> Open(HttpContext http, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var opened = await api.Post<Opened>("http://enrolment/v1/breaches", new { kind = form["kind"].ToString(), detectedAt = form.Moment("detectedAt") ?? default, description = form.Text("description"), institution = form.Id("institution") }, form["key"].ToString(), ct);
        return opened.Value is { } breach ? Pages.GoTo($"{Home}/{breach.BreachId}?done=1") : await Page(false, opened.Problem, form, person, api, clock, ct);
    }

    private static async Task<IResult> Page(bool all, Problem? refused, IFormCollection? form, Person person, Api api, TimeProvider clock, CancellationToken ct)
    {
        var breaches = api.Get<Breaches>($"http://enrolment/v1/breaches?state={(all ? "all" : "open")}", ct);
        var works = Workers.Any(person.Is);
        var institutions = works ? (await api.Get<IReadOnlyList<ListInstitutions.Institution>>("http://enrolment/v1/institutions", ct)).Value : null;
        return Pages.Of<BreachesPage>(new View(all, await breaches, [.. (institutions ?? []).OrderBy(one => one.Name, Vietnamese.Names)], clock.GetUtcNow(), works, refused, form), refused?.Status ?? 200);
    }

    /// <param name="Form">What was written into a form that was refused.</param>
    public sealed record View(bool All, Answer<Breaches> Breaches, IReadOnlyList<ListInstitutions.Institution> Institutions, DateTimeOffset Now, bool MayWork, Problem? Refused, IFormCollection? Form);

    public sealed record Breaches(IReadOnlyList<Breach> Items);

    /// <param name="Children">On the list of this incident; 0 also while nobody has looked.</param>
    public sealed record Breach(
        Guid BreachId, string Kind, string Description, Guid? Institution, string? InstitutionName, bool Reported, DateTimeOffset DetectedAt, DateTimeOffset OpenedAt, IReadOnlyList<Clock> Clocks, long Children, string? Outcome,
        DateTimeOffset? ClosedAt);

    /// <param name="Name">`cyber` (24 hours) or `agency` (72 hours).</param>
    /// <param name="Alarm">0, 50, 80 or 100: how much of it is gone.</param>
    public sealed record Clock(string Name, DateTimeOffset DueAt, int Alarm, bool Late, DateTimeOffset? NotifiedAt, string? Number, string? NotDueBecause)
    {
        public bool Settled => NotifiedAt is not null || NotDueBecause is not null;
        public string? Tone => Late ? "bad" : Settled ? "good" : Alarm switch { >= 100 => "bad", >= 50 => "warn", _ => null };
        public string Said => NotifiedAt is { } at ? Texts.T("Breaches.Notified", Show.Time(at), Number) : NotDueBecause is not null ? Texts.T("Breaches.NotDue") : Texts.T("Breaches.DueAt", Show.Time(DueAt));
    }

    private sealed record Opened(Guid BreachId);
}
