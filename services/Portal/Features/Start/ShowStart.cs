using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Start;

/// <summary>The first page of everybody: what the platform is for, and the ways in.</summary>
public static class ShowStart
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", () => Pages.Of<StartPage>(new StartPage.View())).AllowAnonymous();
}
