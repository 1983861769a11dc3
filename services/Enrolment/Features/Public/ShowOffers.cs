using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Public;

/// <summary>What everybody may know: the provinces served here, and every programme of one with its seats, fee and support, by institution. No token; no personal data.</summary>
public static class ShowOffers
{
    public sealed record Province(string Code, string Name);

    public sealed record Provinces(IReadOnlyList<Province> Items);

    /// <param name="Near">`commune` or `district` when the institution lies there, `boarding` when pupils can live at it; null otherwise and when nobody asked.</param>
    [method: Dapper.ExplicitConstructor]
    public sealed record Offer(
        Guid ProgrammeId, Guid InstitutionId, string Institution, string Kind, bool Boarding, string Commune, string? CommuneName, string? DistrictName,
        string TrainingCode, string Name, string Level, int IntakeYear, int Seats, int FreeSeats, decimal Fee, string[] SupportPolicies, string? Near);

    public sealed record Answer(string Province, IReadOnlyList<Offer> Items);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/public/provinces", All).AllowAnonymous().WithTags("Public");
        routes.MapGet("/v1/public/{province}/programmes", Handle).AllowAnonymous().WithTags("Public").ProducesProblem(404);
    }

    public static async Task<Ok<Provinces>> All(Database db, CancellationToken ct)
    {
        await using var work = await db.Begin("*", ct);
        return TypedResults.Ok(new Provinces(await work.Query<Province>(
            """
            select a.tenant_id as code, a.name from area a
            where a.kind = 'province' and a.code = a.tenant_id and a.valid_to is null and exists (select from institution i where i.tenant_id = a.tenant_id) order by a.tenant_id
            """)));
    }

    /// <param name="intakeYear">The latest that has programmes when absent.</param>
    /// <param name="near">Commune where the pupil lives: what lies near comes first.</param>
    public static async Task<Ok<Answer>> Handle(string province, Database db, TimeProvider clock, CancellationToken ct, int? intakeYear = null, string? near = null)
    {
        // Never the sign that stands for all provinces.
        if (!province.All(char.IsAsciiDigit)) throw Unknown();
        await using var work = await db.Begin(province, ct);
        await work.AsProvince();
        var offers = await work.Query<Offer>(
            """
            with near as (select district from commune_district where tenant_id = @Tenant and commune = @Near)
            select p.programme_id, p.institution_id, i.name as institution, i.kind, i.boarding, i.commune, commune_name(@Tenant, i.commune, @Today) as commune_name, district_name(@Tenant, i.commune) as district_name,
              p.training_code, p.name, p.level, p.intake_year, p.seats, p.seats - p.taken as free_seats, p.fee, p.support_policies, n.near
            from programme p join institution i using (tenant_id, institution_id)
            cross join lateral (select case when @Near::varchar is null then null when i.commune = @Near then 'commune'
              when exists (select from commune_district d join near using (district) where d.tenant_id = @Tenant and d.commune = i.commune) then 'district' when i.boarding then 'boarding' end as near) n
            where p.tenant_id = @Tenant and i.valid_from <= @Today and (i.valid_to is null or i.valid_to >= @Today)
              and p.intake_year = coalesce(@Year, (select max(intake_year) from programme where tenant_id = @Tenant))
            order by array_position(array['commune', 'district', 'boarding']::text[], n.near), i.name, p.name, p.training_code
            """, new { work.Tenant, Near = near, Year = intakeYear, Today = clock.Today() });
        if (offers.Count == 0 && !await work.Single<bool>("select exists (select from area where tenant_id = @Tenant) or exists (select from institution where tenant_id = @Tenant)", new { work.Tenant })) throw Unknown();
        return TypedResults.Ok(new Answer(province, offers));
    }

    private static RuleBroken Unknown() => new("province_unknown", "Không có tỉnh này trong hệ thống", "This province is not served here; see GET /v1/public/provinces.", 404);
}
