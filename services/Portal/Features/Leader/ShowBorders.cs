using CareerPlatform.ServiceDefaults;
using Microsoft.Net.Http.Headers;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>The shapes of a map, for the script that draws it. Kept by the browser under a name that changes with them.</summary>
public static class ShowBorders
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/dashboard/borders/{border}/{kind}", Handle).RequireAuthorization(policy => policy.RequireRole(ShowDashboard.Roles));

    /// <summary>Where the browser finds them; null where there are none.</summary>
    public static string? AddressOf(Borders.File? file, string border, string kind) => file is null ? null : $"/portal/dashboard/borders/{border}/{kind}?v={file.Tag}";

    public static IResult Handle(string border, string kind, Person person, HttpContext http, Borders borders)
    {
        if (borders.Of(person.Tenant, border, kind) is not { } file) return TypedResults.NotFound();
        http.Response.Headers.CacheControl = "private, max-age=86400";
        return TypedResults.Bytes(file.Json, "application/json", entityTag: new EntityTagHeaderValue($"\"{file.Tag}\""));
    }
}
