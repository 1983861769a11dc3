using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Graduations;

/// <summary>One graduate is recognised late, after a complaint or a correction; joins the cohort until it is frozen.</summary>
/// <remarks>Publishes GraduatesRecognised in the stream of the school and cohort.</remarks>
public static class RecogniseGraduate
{
    public sealed record Command
    {
        /// <summary>The ministry's or the citizen's id.</summary>
        public required string PupilId { get; init; }

        public required int Cohort { get; init; }

        /// <summary>`lower_secondary` or `upper_secondary`.</summary>
        public required string Level { get; init; }

        /// <summary>`general` or `continuing_education`.</summary>
        public required string Programme { get; init; }

        public DateOnly? RecognisedOn { get; init; }
    }

    public sealed record Answer(bool Recognised);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/graduations", Handle)
        .RequireAuthorization(Policies.Officer)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Ok<Answer>> Handle(Command command, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        ImportGraduates.Scope(command.Cohort, command.Level);
        if (command.Programme is not ("general" or "continuing_education")) throw new RuleBroken("value_invalid", "Chương trình không hợp lệ", "The programme is general or continuing_education.", 422);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            var outcome = await Recognition.Store(work, [new Recognised(1, command.PupilId, command.Programme)], command.Cohort, command.Level, command.RecognisedOn ?? clock.Today(), clock.GetUtcNow(), ct);
            if (outcome.Faults is [var fault]) throw new RuleBroken(fault.Code, "Không công nhận được", fault.Hint, fault.Code == "already_recognised" ? 409 : 422);
            return new Answer(outcome.New == 1);
        }));
    }
}
