using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Public;

/// <summary>One institution for everybody: where it lies, whether pupils can live there, what it teaches.</summary>
public static class ShowOneInstitution
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/public/institutions/{institutionId:guid}", Handle).AllowAnonymous();

    public static async Task<IResult> Handle(Guid institutionId, Offers offers, CancellationToken ct)
    {
        foreach (var province in await offers.Provinces(ct))
        {
            var answer = await offers.Of(province.Code, ct);
            var taught = answer.MustBeThere().Items.Where(offer => offer.InstitutionId == institutionId).ToList();
            if (taught.Count > 0) return Pages.Of<InstitutionPage>(new View(taught));
        }
        throw new RuleBroken("not_found", "Chưa có ngành nào của cơ sở này", "No programme of this institution is offered now.", 404);
    }

    public sealed record View(IReadOnlyList<Offers.Offer> Taught);
}
