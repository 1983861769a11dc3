using CareerPlatform.Import;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>An officer opens a round of grade-10 admission, into which a results file can then be sent.</summary>
public static class OpenRound
{
    public sealed record Command
    {
        /// <summary>The year in which the school year starts.</summary>
        public required int SchoolYear { get; init; }

        public required int Number { get; init; }
        public required string Name { get; init; }
    }

    public sealed record Answer(Guid RoundId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/rounds", Handle)
        .RequireAuthorization(Policies.Officer)
        .ProducesProblem(StatusCodes.Status409Conflict);

    public static async Task<Created<Answer>> Handle(Command command, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (command.SchoolYear is < 2000 or > 2100 || command.Number is < 1 or > 20) throw new RuleBroken("wrong_scope", "Sai năm học hoặc số đợt", "Give a school year between 2000 and 2100 and a number between 1 and 20.", 422);
        var name = NameKey.Written(command.Name);
        if (name.Length is 0 or > 200) throw new RuleBroken("value_invalid", "Cần tên kỳ tuyển sinh", "A name has 1 to 200 characters.", 422);

        await using var work = await db.Begin(person.Tenant, ct);
        var answer = await work.Once(key, command, async () =>
        {
            var roundId = Guid.CreateVersion7();
            var opened = await work.Execute(
                """
                insert into round (tenant_id, round_id, school_year, number, name, status, opened_by, opened_at)
                values (@Tenant, @roundId, @SchoolYear, @Number, @name, 'open', @Subject, @Now) on conflict (tenant_id, school_year, number) do nothing
                """, new { work.Tenant, roundId, command.SchoolYear, command.Number, name, person.Subject, Now = clock.GetUtcNow() });
            if (opened == 0) throw new RuleBroken("round_exists", "Đợt tuyển sinh này đã mở", $"Round {command.Number} of {command.SchoolYear} is already open.");
            work.Append("round", roundId, new RoundOpened { RoundId = roundId, SchoolYear = command.SchoolYear, Number = command.Number, By = person.Subject });
            return new Answer(roundId);
        });
        return TypedResults.Created($"/v1/rounds/{answer.RoundId}", answer);
    }
}
