using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Graduations;

/// <summary>The province recognises the graduates of a year: the denominator of every enrolment rate.</summary>
/// <remarks>CSV `pupil_id,programme`, programme `general` or `continuing_education`. Publishes GraduatesRecognised per school; a repeated file announces nothing.</remarks>
public static class ImportGraduates
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/graduations/imports", Handle)
        .RefusesFiles()
        .RequireAuthorization(Policies.Officer);

    public static async Task<Ok<ListReport>> Handle(
        HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, int cohort, string level, DateOnly? recognisedOn = null, bool withoutRefusedRows = false)
    {
        Scope(cohort, level);
        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Once(key, new { file.Sha256, cohort, level, recognisedOn, withoutRefusedRows }, async () =>
        {
            await work.Execute("select pg_advisory_xact_lock(hashtext('graduation'), hashtext(@Tenant))", new { work.Tenant });
            var scope = $"{cohort}/{level}";
            if (await work.IsLast("graduation", scope, file.Sha256)) return new ListReport { State = "already_imported" };

            var list = new ListFile(withoutRefusedRows);
            using var table = PlainTable.Open(file.Content, ["pupil_id", "programme"], [], ct: ct);
            var outcome = await Recognition.Store(work, list.Read(table, Row, ct), cohort, level, recognisedOn ?? clock.Today(), clock.GetUtcNow(), ct);
            if (outcome.Faults.Count > 0 && !withoutRefusedRows)
                throw new RuleBroken(outcome.Faults.All(fault => fault.Code == outcome.Faults[0].Code) ? outcome.Faults[0].Code : "rows_refused", "Có học sinh không công nhận được, chưa lưu gì",
                    "Some rows cannot be recognised; nothing was stored.", 422).With([.. outcome.Faults.Select(fault => new Fault(null, fault.Row, fault.Column, fault.Code, fault.Hint))]);

            await work.Remember("graduation", scope, file.Sha256, outcome.Rows, person.Subject, clock.GetUtcNow());
            return new ListReport
            {
                State = "imported",
                Rows = outcome.Rows,
                New = outcome.New,
                Unchanged = outcome.Rows - outcome.New - outcome.Faults.Count,
                Refused = list.Refused + outcome.Faults.Count,
                Faults = [.. list.Faults, .. outcome.Faults],
                Warnings = outcome.Warnings,
            };
        }));
    }

    internal static void Scope(int cohort, string level)
    {
        if (cohort is < 2000 or > 2100 || level is not ("lower_secondary" or "upper_secondary"))
            throw new RuleBroken("wrong_scope", "Sai năm hoặc cấp học", "Give the cohort's year and the level lower_secondary or upper_secondary.", 422);
    }

    static Recognised? Row(PlainRow row, RowProblems problems)
    {
        var (id, programme) = (problems.PersonId("pupil_id", required: true), problems.Required("programme"));
        if (programme is not ("general" or "continuing_education")) problems.Refuse<string>("programme", "value_invalid", "general hoặc continuing_education");
        return problems.Any ? null : new Recognised(row.SourceRow, id!, programme);
    }
}
