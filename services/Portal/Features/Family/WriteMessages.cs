using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Work;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>What institutions wrote to the family and what it answered: neither side sees a number.</summary>
public static class WriteMessages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/family/messages", (Person person, Api api, CancellationToken ct, string? done = null) => Page(person, done, null, api, ct)).RequireAuthorization(Policies.Family);
        routes.MapPost("/portal/family/messages", Write).RequireAuthorization(Policies.Family);
    }

    public static async Task<IResult> Write(HttpContext http, Person person, Api api, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = form.Id("institution") is { } institution
            ? await api.Post<Sent>($"http://enrolment/v1/families/{person.Subject}/messages", new { institution, text = form.Text("text") }, form["key"].ToString(), ct)
            : new Answer<Sent>(null, new Problem(422, "value_missing", "Hãy chọn cơ sở muốn nhắn", "Choose whom to write to."));
        return answer.Problem is { } problem ? await Page(person, null, problem, api, ct) : Pages.GoTo($"/portal/family/messages?done={(answer.Value!.Stopped ? "stopped" : "sent")}");
    }

    private static async Task<IResult> Page(Person person, string? done, Problem? refused, Api api, CancellationToken ct)
    {
        var family = ShowFamily.Ask(person, api, ct);
        var messages = api.Get<ShowLead.Messages>($"http://enrolment/v1/families/{person.Subject}/messages", ct);
        return Pages.Of<MessagesPage>(new View(await family, await messages, done, refused), refused?.Status ?? 200);
    }

    public sealed record View(Answer<ShowFamily.Family> Family, Answer<ShowLead.Messages> Messages, string? Done, Problem? Refused);

    /// <param name="Stopped">The words asked to stop: nobody contacts the family any more.</param>
    public sealed record Sent(bool Stopped);
}
