using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Work;

/// <summary>What an institution teaches and how many seats are free.</summary>
public static class ListProgrammes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/programmes", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Institution));

    public static async Task<IResult> Handle(Api api, CancellationToken ct) =>
        Pages.Of<ProgrammesPage>(new View(await api.Get<IReadOnlyList<ShowLead.Programme>>("http://enrolment/v1/programmes", ct)));

    public sealed record View(Answer<IReadOnlyList<ShowLead.Programme>> Programmes);
}
