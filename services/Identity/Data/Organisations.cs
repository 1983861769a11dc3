using CareerPlatform.Contracts;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Data;

/// <summary>Reads and enters organisations within a unit of work.</summary>
public static class Organisations
{
    public static async Task<Organisation?> Find(this Work work, Guid id)
    {
        var rows = await work.Query<Row>(
            """
            with recursive up as (
              select organisation_id, kind, name, parent_id, 0 as steps from organisation where organisation_id = @id
              union all
              select o.organisation_id, o.kind, o.name, o.parent_id, up.steps + 1 from organisation o join up on o.organisation_id = up.parent_id where up.steps < 10)
            select organisation_id, kind, name, parent_id from up order by steps
            """, new { id });
        return rows.Count == 0 ? null : new Organisation(id, rows[0].kind, rows[0].name, rows[0].parent_id, [.. rows.Skip(1).Select(row => row.organisation_id)]);
    }

    /// <summary>The organisation, entered under the department (else under the actor's own) when it is new here: other services own the registers of schools and institutions.</summary>
    public static async Task<Organisation> FindOrEnter(this Work work, Guid id, string role, string name, Person actor)
    {
        if (await work.Find(id) is { } known) return known;

        var department = await work.Single<Guid?>("select organisation_id from organisation where kind = @Department", new { Organisation.Department });
        await work.Enter(id, Organisation.KindFor(role), name, department ?? actor.OwnOrganisation, actor.Subject);
        return (await work.Find(id))!;
    }

    public static async Task Enter(this Work work, Guid id, string kind, string name, Guid? parent, string by)
    {
        await work.Execute(
            "insert into organisation (organisation_id, tenant_id, kind, name, parent_id) values (@id, @Tenant, @kind, @name, @parent)",
            new { id, work.Tenant, kind, name, parent });
        work.Append("organisation", StreamIds.Of("organisation", work.Tenant, id), new OrganisationRegistered { OrganisationId = id, Kind = kind, Parent = parent, By = by });
    }

    public static RuleBroken Unknown() => new("not_found", "Không tìm thấy đơn vị", "There is no such organisation in this province.", 404);

    private sealed record Row(Guid organisation_id, string kind, string name, Guid? parent_id);
}
