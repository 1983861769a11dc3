using System.Security.Claims;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Design;

/// <summary>A page of the navigation.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Text">Key of its name.</param>
/// <param name="Roles">Whose workspace it belongs to.</param>
public sealed record Place(string Path, string Text, IReadOnlyList<string> Roles);

/// <summary>Which pages each role has; the first is where its work begins.</summary>
public static class Workspaces
{
    public static readonly IReadOnlyList<Place> Places =
    [
        new("/portal/season", "Nav.Season", [Policies.Officer, Policies.Approver]),
        new("/portal/rounds", "Nav.Rounds", [Policies.Officer, Policies.Approver]),
        new("/portal/queues", "Nav.Queues", [Policies.Officer, Policies.Approver, Policies.AreaOffice]),
        new("/portal/pupils", "Nav.Pupils", [Policies.School, Policies.AreaOffice]),
        new("/portal/leads", "Nav.Leads", [Policies.Institution]),
        new("/portal/programmes", "Nav.Programmes", [Policies.Institution]),
        new("/portal/workbooks", "Nav.Workbooks", [Policies.Institution]),
        new("/portal/enrolled", "Nav.Enrolled", [Policies.Institution]),
        new("/portal/connection", "Nav.Connection", [Policies.Institution]),
        new("/portal/agreement", "Nav.Agreement", [Policies.Institution]),
        new("/portal/reports/labour", "Nav.Labour", [Policies.Institution]),
        new("/portal/family", "Nav.Family", [Policies.Family]),
        new("/portal/family/choices", "Nav.Choices", [Policies.Family]),
        new("/portal/family/messages", "Nav.Messages", [Policies.Family]),
        new("/portal/family/data", "Nav.FamilyData", [Policies.Family]),
        new("/portal/dashboard", "Nav.Dashboard", [Policies.Leader, Policies.Inspector, Policies.Officer, Policies.Approver, Policies.AreaOffice]),
        new("/portal/institutions", "Nav.Institutions", [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader]),
        new("/portal/tasks", "Nav.Tasks", [Policies.Officer, Policies.Approver, Policies.Leader, Policies.Inspector, Policies.AreaOffice, Policies.School]),
        new("/portal/guidance", "Nav.Guidance", [Policies.School, Policies.AreaOffice, Policies.Officer]),
        new("/portal/reports", "Nav.Reports", [Policies.Officer, Policies.Approver, Policies.Leader, Policies.Inspector, Policies.AreaOffice]),
        new("/portal/protection", "Nav.Protection", [Policies.Officer, Policies.Approver, Policies.Inspector]),
        new("/portal/operator", "Nav.Operator", [Policies.Operator]),
        new("/status", "Nav.Status", [Policies.Operator]),
    ];

    private static readonly string[] Roles =
        [Policies.Officer, Policies.Approver, Policies.Leader, Policies.Inspector, Policies.AreaOffice, Policies.School, Policies.Institution, Policies.Operator, Policies.Family];

    /// <summary>What everybody may see without signing in.</summary>
    public static readonly IReadOnlyList<Place> Public = [new("/portal/public/programmes", "Nav.Offers", []), new("/portal/public/indicators", "Nav.PublicTargets", [])];

    public static IReadOnlyList<Place> Of(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? [.. Places.Where(place => place.Roles.Any(user.IsInRole))] : Public;

    /// <summary>Where the visitor's work begins; null when no page is theirs.</summary>
    public static string? HomeOf(ClaimsPrincipal user) => Roles.Where(user.IsInRole).Select(role => Places.FirstOrDefault(place => place.Roles.Contains(role))?.Path).FirstOrDefault(path => path is not null);

    public static bool IsFamily(ClaimsPrincipal user) => user.IsInRole(Policies.Family);

    /// <summary>The role in words.</summary>
    public static string RoleOf(ClaimsPrincipal user) => Texts.Code("Role", Roles.FirstOrDefault(user.IsInRole));
}
