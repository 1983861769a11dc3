using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>An institution tells the department at once what happened to data it was given; that opens an incident whose clocks run from the institution's own detection.</summary>
/// <remarks>Needs no agreement in force: who had data must be able to report as long as it may still hold it.</remarks>
public static class ReportBreach
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/breaches/reports", Handle).RequireAuthorization(Policies.Institution).WithTags("Breaches").ProducesProblem(422);

    /// <param name="command">`institution` is the caller itself and is not to be given.</param>
    public static async Task<Created<OpenBreach.Answer>> Handle(
        OpenBreach.Command command, Person caller, IdempotencyKey key, Database db, SecretSeal seal, TimeProvider clock, ILogger<KeepBreaches> log, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        BreachClock.MustBeTold(command.Kind, command.DetectedAt, command.Description, now);
        if (command.Institution is not null) throw BreachClock.Invalid("institution", "institution_not_allowed", "The report is the caller's own: leave institution out.");
        var institution = caller.OwnOrganisation;
        await using var work = await db.BeginFor(caller, ct);
        await work.AsProvince();
        var answer = await work.Once(key, command, async () =>
        {
            var opened = await work.Open(seal, command, institution, reported: true, caller, now);
            log.LogWarning("ALARM institution {Institution} reports a breach: incident {Breach}", institution, opened.BreachId);
            return opened;
        });
        return TypedResults.Created($"/v1/breaches/{answer.BreachId}", answer);
    }
}
