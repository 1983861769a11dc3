using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Inspections;

/// <summary>Reads inspections within a unit of work, for those who may see them: the province's people all, an area's office those of its own team.</summary>
internal static class InspectionRows
{
    internal static readonly string[] Makers = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.AreaOffice];

    internal static bool OfProvince(this Person person) => person.Roles.Overlaps([Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader]);

    /// <summary>Condition on `i`: @Organisation is null for the province's people.</summary>
    internal const string Seen =
        "(@Organisation::uuid is null or exists (select from task_owner o where o.tenant_id = i.tenant_id and o.organisation_id = @Organisation and o.area <> '' and o.area = i.area))";

    internal static Guid? Whose(this Person person) => person.OfProvince() ? null : person.OwnOrganisation;

    internal static Task<Inspection?> InspectionFor(this Work work, Person person, Guid inspection) => work.Single<Inspection>(
        $"select i.year, i.level, i.area, i.planned_on, i.areas, i.held_on from inspection i where i.tenant_id = @Tenant and i.inspection_id = @inspection and {Seen} for update of i",
        new { work.Tenant, inspection, Organisation = person.Whose() });

    internal static async Task MustActFor(this Work work, Person person, string area)
    {
        if (person.OfProvince()) return;
        if (area.Length == 0 || await work.Single<bool>("select exists (select from task_owner where tenant_id = @Tenant and organisation_id = @OwnOrganisation and area = @area)", new { work.Tenant, person.OwnOrganisation, area }) is false)
            throw new RuleBroken("area_not_yours", "Không thuộc địa bàn của đơn vị", "An area's office keeps the inspections of its own area; see PUT /v1/tasks/owners.", 403);
    }

    internal static string Text(string value, string name, int most)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > most || !Vietnamese.MayBeWritten(value))
            throw new RuleBroken("text_invalid", "Nội dung không hợp lệ", $"{name} has 1 to {most} characters.", 422);
        return value.Trim();
    }
}
