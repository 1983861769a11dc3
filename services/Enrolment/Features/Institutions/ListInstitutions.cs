using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>The institutions of the province with their seats and whether their agreement is in force.</summary>
public static class ListInstitutions
{
    public sealed record Item(
        Guid InstitutionId, string Code, string Name, string Commune, string Kind, bool Boarding, bool OutOfProvince, DateOnly ValidFrom, DateOnly? ValidTo,
        int Seats, int FreeSeats, int OpenOffers, bool AgreementInForce);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/institutions", Handle).RequireAuthorization(Policies.Figures).WithTags("Institutions");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person reader, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.BeginFor(reader, ct);
        return TypedResults.Ok(await work.Query<Item>(
            """
            select i.institution_id, i.code, i.name, i.commune, i.kind, i.boarding, i.out_of_province, i.valid_from, i.valid_to,
                   coalesce(p.seats, 0)::int as seats, coalesce(p.free, 0)::int as free_seats, coalesce(t.offers, 0)::int as open_offers,
                   exists (select 1 from agreement a where a.tenant_id = i.tenant_id and a.institution_id = i.institution_id and @Today between a.valid_from and a.valid_to) as agreement_in_force
            from institution i
            left join lateral (select sum(seats) as seats, sum(seats - taken) as free from programme p where p.tenant_id = i.tenant_id and p.institution_id = i.institution_id) p on true
            left join lateral (select sum(open_offers) as offers from intake t where t.tenant_id = i.tenant_id and t.institution_id = i.institution_id) t on true
            where i.tenant_id = @Tenant order by i.code
            """, new { work.Tenant, Today = clock.Today() }));
    }
}
