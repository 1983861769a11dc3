using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Identity.Features.People;

/// <summary>The organisation above gives a person an account and the roles they start with; the password is shown once.</summary>
public static class RegisterPerson
{
    public sealed record Command(string Username, Guid Organisation, IReadOnlyList<string> Roles);

    public sealed record Answer(Guid PersonId, string Username, string Password);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/access/people", Handle).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422)
        .RequireAuthorization(Policies.AccessManager);

    public static async Task<Created<Answer>> Handle(Command command, Person actor, HttpResponse response, Database db, TimeProvider clock, CancellationToken ct)
    {
        var username = Named.Username(command.Username);
        await using var work = await db.Begin(actor.Tenant, ct);
        var organisation = await work.Find(command.Organisation) ?? throw Data.Organisations.Unknown();
        organisation.MustBeManagedFromAbove(actor);
        foreach (var role in command.Roles) organisation.MustKnow(role);

        var password = Password.New();
        var person = await work.Enter(username, organisation.Id, command.Roles, password, actor.Subject, clock.GetUtcNow());
        await work.Commit();
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/access/people/{person}", new Answer(person, username, password));
    }
}
