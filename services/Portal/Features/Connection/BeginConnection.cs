using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Connection;

/// <summary>The way to a machine connection: an institution proves its host, asks to be told there or to fetch by itself, and closes it again; and it reports at once what happened to data it was given.</summary>
public static class BeginConnection
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{ShowConnection.Home}/domains", Name).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{ShowConnection.Home}/domains/verification", Prove).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{ShowConnection.Home}/subscriptions", Ask).RequireAuthorization(Policies.Institution);
        routes.MapPost($"{ShowConnection.Home}/breaches", Report).RequireAuthorization(Policies.Institution);
    }

    public static async Task<IResult> Name(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        return await ShowConnection.Back(await api.Post<Api.Nothing>("http://enrolment/v1/domains", new { domain = form.Text("domain") }, form["key"].ToString(), ct), "token", form, api, clock, ct);
    }

    public static async Task<IResult> Prove(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        return await ShowConnection.Back(await api.Post<Api.Nothing>($"http://enrolment/v1/domains/{Uri.EscapeDataString(form.Text("domain"))}/verification", null, Guid.NewGuid().ToString(), ct), "domain", form, api, clock, ct);
    }

    /// <summary>The signing secret stands on this answer and nowhere else.</summary>
    public static async Task<IResult> Ask(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var asked = await api.Post<ShowConnection.Secret>("http://enrolment/v1/subscriptions", new
        {
            endpoint = form["way"] == "pull" ? null : form.Text("endpoint"),
            dataProtection = Contact("protection"),
            breach = Contact("breach"),
        }, form["key"].ToString(), ct);
        return asked.Value is { Value: null } ? Pages.GoTo($"{ShowConnection.Home}?done=requested") : await ShowConnection.Page(api, clock, ct, refused: asked.Problem, secret: asked.Value, form: form);

        object Contact(string who) => new { name = form.Text($"{who}Name"), phone = form.Text($"{who}Phone"), email = form.Text($"{who}Email") };
    }

    public static async Task<IResult> Report(HttpContext http, Api api, TimeProvider clock, CancellationToken ct)
    {
        var form = await http.Request.ReadFormAsync(ct);
        var answer = await api.Post<Api.Nothing>("http://enrolment/v1/breaches/reports", new { kind = form["kind"].ToString(), detectedAt = form.Moment("detectedAt") ?? default, description = form.Text("description") }, form["key"].ToString(), ct);
        return await ShowConnection.Back(answer, "reported", form, api, clock, ct);
    }
}
