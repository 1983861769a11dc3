using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Domain;

/// <summary>An office, school or institution to which roles are tied.</summary>
/// <remarks>Rights are role × organisation, granted by the organisation above and never to oneself.</remarks>
/// <param name="Id">The `org` claim of everyone who acts for it.</param>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Name">As it appears in lists of access.</param>
/// <param name="Parent">The organisation directly above; null only for the platform's operator.</param>
/// <param name="Above">Every organisation above it, nearest first.</param>
public sealed record Organisation(Guid Id, string Kind, string Name, Guid? Parent, IReadOnlyList<Guid> Above)
{
    /// <summary>The platform's operator: keeps the system running, sees no personal data.</summary>
    public const string Operator = "operator";

    /// <summary>Sở GD&amp;ĐT.</summary>
    public const string Department = "department";

    /// <summary>The office that manages education in one area: Phòng GD&amp;ĐT until 30/6/2025, UBND cấp xã after.</summary>
    public const string AreaOffice = "area_office";

    public const string School = "school";

    /// <summary>Vocational institution (cơ sở GDNN).</summary>
    public const string Institution = "institution";

    private static readonly Dictionary<string, string[]> RolesByKind = new()
    {
        [Operator] = [Policies.Operator],
        [Department] = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader],
        [AreaOffice] = [Policies.AreaOffice],
        [School] = [Policies.School],
        [Institution] = [Policies.Institution],
    };

    public static IReadOnlyCollection<string> Kinds => RolesByKind.Keys;

    /// <summary>Refuses anyone who does not act for an organisation above this one.</summary>
    public void MustBeManagedFromAbove(Person actor)
    {
        if (actor.Organisation is { } own && Above.Contains(own)) return;

        throw new RuleBroken("grant_from_above_only", "Chỉ đơn vị cấp trên mới được cấp quyền",
            "Access to an organisation is managed only by an organisation above it.", 403);
    }

    /// <summary>Refuses a role that no one in this kind of organisation can have.</summary>
    public void MustKnow(string role)
    {
        if (RolesByKind.TryGetValue(Kind, out var known) && known.Contains(role)) return;

        throw new RuleBroken("role_not_for_organisation", "Vai trò không phù hợp với loại đơn vị",
            $"An organisation of kind {Kind} has the roles: {string.Join(", ", known ?? [])}.", 422);
    }

    /// <summary>Refuses a role for a machine that only a person may hold: the second signature is a person's.</summary>
    public static void MustBeForMachines(string role)
    {
        if (role != Policies.Approver) return;

        throw new RuleBroken("role_for_people_only", "Vai trò này chỉ dành cho con người", "An API client cannot be the approver.", 422);
    }

    /// <summary>Refuses a grant to oneself.</summary>
    public static void MustNotBeOneself(Person actor, string subject)
    {
        if (actor.Subject != subject) return;

        throw new RuleBroken("grant_to_oneself", "Không được tự cấp quyền cho mình", "Nobody grants, withdraws or restores their own access.", 403);
    }

    /// <summary>The kind of organisation that a role belongs to.</summary>
    public static string KindFor(string role) =>
        RolesByKind.FirstOrDefault(kind => kind.Value.Contains(role)).Key
        ?? throw new RuleBroken("role_unknown", "Vai trò không tồn tại", $"Roles: {string.Join(", ", RolesByKind.Values.SelectMany(roles => roles))}.", 422);
}
