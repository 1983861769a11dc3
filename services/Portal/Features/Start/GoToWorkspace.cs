using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Design;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Start;

/// <summary>Whoever has signed in goes where their work begins.</summary>
public static class GoToWorkspace
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal", Handle).RequireAuthorization();

    public static IResult Handle(HttpContext http) => Workspaces.HomeOf(http.User) is { } home
        ? Pages.GoTo(home)
        : throw new RuleBroken("no_workspace", "Vai trò này chưa có trang làm việc", "There is no workspace for this role yet.", 404);
}
