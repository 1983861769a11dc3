using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.Organisations;

/// <summary>An office, school or institution is entered under the organisation above it, so that roles can be granted there.</summary>
/// <remarks>Safe to repeat: the caller names it. The id is the one that the register of schools or institutions gave it.</remarks>
public static class RegisterOrganisation
{
    public sealed record Command(string Kind, string Name, Guid Parent);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/access/organisations/{organisation:guid}", Handle).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<NoContent> Handle(Guid organisation, Command command, Person actor, Database db, CancellationToken ct)
    {
        if (!Organisation.Kinds.Contains(command.Kind) || command.Kind == Organisation.Operator)
        {
            throw new RuleBroken("kind_unknown", "Loại đơn vị không hợp lệ", "Kinds: department, area_office, school, institution.", 422);
        }
        var name = Named.Well(command.Name);

        await using var work = await db.Begin(actor.Tenant, ct);
        var parent = await work.Find(command.Parent) ?? throw Data.Organisations.Unknown();
        if (parent.Id != actor.Organisation) parent.MustBeManagedFromAbove(actor);

        if (await work.Find(organisation) is { } known)
        {
            if (known.Kind == command.Kind && known.Parent == command.Parent && known.Name == name) return TypedResults.NoContent();
            throw new RuleBroken("organisation_differs", "Đơn vị đã tồn tại với thông tin khác", "The organisation is already registered with another kind, name or parent.");
        }
        await work.Enter(organisation, command.Kind, name, command.Parent, actor.Subject);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
