using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Pupils;

/// <summary>A pupil is known by a second id: results and lists that carry it are then this pupil's.</summary>
public static class AddAlias
{
    public sealed record Command
    {
        /// <summary>Ministry or citizen id of 10 or 12 digits.</summary>
        public required string Alias { get; init; }
    }

    public sealed record Answer(bool Added);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/pupils/{id}/aliases", Handle)
        .RequireAuthorization(Policies.Officer)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(string id, Command command, IdempotencyKey key, Person person, Database db, CancellationToken ct)
    {
        if (command.Alias.Length is not (10 or 12) || !command.Alias.All(char.IsAsciiDigit)) throw new RuleBroken("id_invalid", "Mã gồm 10 hoặc 12 chữ số", "An id has 10 or 12 digits.", 422);
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.Pupil(id) is not { } pupil) return TypedResults.NotFound();
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            var added = await work.Execute("insert into pupil_alias (tenant_id, alias, pupil_id, derived) values (@Tenant, @Alias, @pupil, false) on conflict do nothing", new { work.Tenant, command.Alias, pupil });
            if (added == 0 && await work.Pupil(command.Alias) != pupil)
                throw new RuleBroken("id_of_another_pupil", "Số định danh này đã thuộc về học sinh khác", "The id already belongs to another pupil.");
            return new Answer(added == 1);
        }));
    }
}
