using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Start;

/// <summary>The design system, made of its own parts: colours, sizes, and every component in each of its states.</summary>
public static class ShowDesign
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/design", () => Pages.Of<DesignPage>(new DesignPage.View())).AllowAnonymous();
}
