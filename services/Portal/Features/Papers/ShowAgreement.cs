using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Institutions;
using CareerPlatform.Portal.Features.Public;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Papers;

/// <summary>What an institution has signed with the department: contents, scope, until when. Without one in force nothing flows.</summary>
public static class ShowAgreement
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/agreement", Handle).RequireAuthorization(Policies.Institution);

    public static async Task<IResult> Handle(Person person, Api api, Offers offers, TimeProvider clock, CancellationToken ct)
    {
        var agreements = api.Get<IReadOnlyList<ListInstitutions.Agreement>>("http://enrolment/v1/agreements", ct);
        return Pages.Of<AgreementPage>(new View(await agreements, await offers.Names(person.Tenant, ct), clock.Today()));
    }

    public sealed record View(Answer<IReadOnlyList<ListInstitutions.Agreement>> Agreements, TradeNames Names, DateOnly Today);
}
