using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Areas;

/// <summary>The department says which areas an office manages; the office, and the department for it, sees the schools there. Their pupils are all that it sees.</summary>
public static class ManageAreaOffices
{
    /// <param name="Areas">Codes of communes, or of districts of before July 2025.</param>
    public sealed record Command(IReadOnlyList<string> Areas);

    public sealed record School(string Code, string Name, string Commune);

    public sealed record Answer(IReadOnlyList<string> Areas, IReadOnlyList<School> Schools);

    /// <summary>Of a school `s`: it lies in an area of the office `@office`.</summary>
    internal const string IsOfOffice =
        """
        exists (select from area_office o where o.tenant_id = s.tenant_id and o.organisation_id = @office
                and (o.area = s.commune or exists (select from area a where a.tenant_id = s.tenant_id and a.kind = 'commune' and a.code = s.commune and a.parent = o.area)))
        """;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/areas/offices/{organisation:guid}", Set).RequireAuthorization(Policies.Officer).ProducesProblem(422);
        routes.MapGet("/areas/offices/{organisation:guid}", Show).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.AreaOffice)).ProducesProblem(403);
    }

    public static async Task<NoContent> Set(Guid organisation, Command command, Person officer, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(officer.Tenant, ct);
        var known = (await work.Query<string>("select distinct code from area where tenant_id = @Tenant and kind <> 'province' and code = any (@Areas)", new { work.Tenant, Areas = command.Areas.ToArray() })).ToHashSet();
        if (command.Areas.Count > 200 || command.Areas.FirstOrDefault(area => !known.Contains(area)) is not null)
            throw new RuleBroken("unknown_area", "Không có địa bàn này", "At most 200 areas, each a commune or district of the province.", 422).With([.. command.Areas.Where(area => !known.Contains(area)).Take(20).Select(area => new Fault("/areas", null, null, "unknown_area", area))]);
        await work.Execute("delete from area_office where tenant_id = @Tenant and organisation_id = @organisation", new { work.Tenant, organisation });
        await work.Execute("insert into area_office (tenant_id, organisation_id, area) select distinct @Tenant, @organisation, area from unnest(@Areas) as area", new { work.Tenant, organisation, Areas = command.Areas.ToArray() });
        await work.Commit();
        return TypedResults.NoContent();
    }

    public static async Task<Ok<Answer>> Show(Guid organisation, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (!person.Is(Policies.Officer) && person.OwnOrganisation != organisation) throw new RuleBroken("area_not_yours", "Không thuộc địa bàn của đơn vị", "An office sees its own areas.", 403);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(new Answer(
            await work.Query<string>("select area from area_office where tenant_id = @Tenant and organisation_id = @office order by area", new { work.Tenant, office = organisation }),
            await work.Query<School>($"select s.code, s.name, s.commune from school s where s.tenant_id = @Tenant and s.valid_from <= @Day and (s.valid_to is null or s.valid_to >= @Day) and {IsOfOffice} order by s.code",
                new { work.Tenant, office = organisation, Day = clock.Today() })));
    }
}
