using System.Text.Json.Serialization;
using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Public;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>What is known of the family and who had it: the number, to be corrected; whom it agrees to be contacted by, to be changed; every read.</summary>
public static class ShowData
{
    /// <summary>What families agree to while the department has registered no text of its own: the words on this page.</summary>
    private const string OwnText = "portal-1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/family/data", (Person person, Api api, Offers offers, CancellationToken ct, string? done = null) => Page(person, done, null, api, offers, ct)).RequireAuthorization(Policies.Family);
        routes.MapPost("/portal/family/number", CorrectNumber).RequireAuthorization(Policies.Family);
        routes.MapPost("/portal/family/agreement", Agree).RequireAuthorization(Policies.Family);
    }

    public static async Task<IResult> CorrectNumber(HttpContext http, Person person, Api api, Offers offers, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Put<Api.Nothing>($"http://schools/v1/pupils/{person.Subject}/contact", new { phone = form.Text("phone") }, ct);
        return answer.Problem is { } problem ? await Page(person, null, problem, api, offers, ct) : Pages.GoTo("/portal/family/data?done=number");
    }

    public static async Task<IResult> Agree(HttpContext http, Person person, Api api, Offers offers, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var scope = form["scope"].ToString();
        var answer = await api.Post<Api.Nothing>("http://schools/v1/consents", new
        {
            pupilId = person.Subject,
            scope,
            institutions = scope == "chosen" ? form["institutions"].Where(id => Guid.TryParse(id, out _)).ToArray() : [],
            childAgreed = form.Ticked("child"),
            guardianAgreed = form.Ticked("guardian"),
            textVersion = form["text"].ToString(),
            relay = form.Ticked("relay"),
            evidence = "web",
        }, form["key"].ToString(), ct);
        return answer.Problem is { } problem ? await Page(person, null, problem, api, offers, ct) : Pages.GoTo("/portal/family/data?done=agreement");
    }

    /// <summary>The child as the school has it; the read is the family's own and journaled as such.</summary>
    public static Task<Answer<Pupil>> Ask(string child, Api api, CancellationToken ct) => api.Get<Pupil>($"http://schools/v1/pupils/{child}?purpose=family_request", ct);

    private static async Task<IResult> Page(Person person, string? done, Problem? refused, Api api, Offers offers, CancellationToken ct)
    {
        var pupil = Ask(person.Subject, api, ct);
        var reads = api.Get<Reads>($"http://enrolment/v1/families/{person.Subject}/reads", ct);
        var texts = api.Get<IReadOnlyList<ConsentText>>("http://schools/v1/consent-texts", ct);
        var offered = await offers.Of(person.Tenant, ct, (await pupil).Value?.Rosters.FirstOrDefault()?.Commune);
        var institutions = (offered.Value?.Items ?? []).DistinctBy(offer => offer.InstitutionId).ToList();
        var text = (await texts).Value?.LastOrDefault(text => text.Purpose == "vocational_guidance") ?? new ConsentText(OwnText, "vocational_guidance", Texts.T("Agree.Text"));
        return Pages.Of<DataPage>(new View(await pupil, await reads, institutions, text, done, refused), refused?.Status ?? 200);
    }

    public sealed record View(Answer<Pupil> Pupil, Answer<Reads> Reads, IReadOnlyList<Offers.Offer> Institutions, ConsentText Text, string? Done, Problem? Refused);

    /// <param name="ConsentScope">`all`, `chosen`, `none`; null when nothing was said yet.</param>
    public sealed record Pupil(string Name, string? Phone, string? Guardian, DateOnly? ContactDate, string? ConsentScope, IReadOnlyList<Roster> Rosters);

    public sealed record Roster(string Commune);

    /// <param name="Version">What an agreement names.</param>
    /// <param name="Text">What one agrees to.</param>
    public sealed record ConsentText(string Version, string Purpose, string Text);

    public sealed record Reads([property: JsonPropertyName("reads")] IReadOnlyList<Entry> Entries, IReadOnlyList<string> Missing);

    public sealed record Entry(DateTimeOffset At, string Who, string Sentence)
    {
        /// <summary>The family looked at its own page.</summary>
        public bool Own => Who == "Gia đình";
    }
}
