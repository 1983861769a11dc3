using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Public;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Family;

/// <summary>What a child can learn next: programmes with free seats, near home first, what they cost and which support there is, and how one goes on from each.</summary>
public static class ShowChoices
{
    private const int Most = 12;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/family/choices", Handle).RequireAuthorization(Policies.Family);

    public static async Task<IResult> Handle(Person person, Api api, Offers offers, CancellationToken ct)
    {
        var pupil = await ShowData.Ask(person.Subject, api, ct);
        var near = await offers.Of(person.Tenant, ct, pupil.Value?.Rosters.FirstOrDefault()?.Commune);
        var free = (near.Value?.Items ?? []).Where(offer => offer.FreeSeats > 0).ToList();
        return Pages.Of<ChoicesPage>(new View(near.Problem, [.. free.Take(Most)], free.Count, [.. free.SelectMany(offer => offer.SupportPolicies).Distinct().Order()]));
    }

    /// <param name="Support">What somebody who learns here may get.</param>
    public sealed record View(Problem? Problem, IReadOnlyList<Offers.Offer> Near, int Free, IReadOnlyList<string> Support);
}
