using CareerPlatform.Contracts;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Reach;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Rosters;

/// <summary>A school, or the whole province, sends the pupils of a grade with their guardians, contacts and consents.</summary>
/// <remarks>
/// A repeated file does nothing; a corrected one changes only what differs. Publishes ContactConsentChanged and PupilsListed per school. An objection, or a consent given otherwise than
/// through the school, is never overwritten by a roster.
/// </remarks>
public static class ImportRoster
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/rosters/imports", Handle)
        .RefusesFiles()
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School));

    public static async Task<Ok<ListReport>> Handle(
        HttpRequest request, IdempotencyKey key, Person person, Database db, ContactSeal seal, PupilKeys keys, TimeProvider clock, CancellationToken ct,
        int schoolYear, int grade = 9, DateOnly? asOf = null, bool withoutRefusedRows = false)
    {
        if (grade is not (8 or 9 or 11 or 12) || schoolYear is < 2000 or > 2100) throw new RuleBroken("wrong_scope", "Sai năm học hoặc khối lớp", "Give schoolYear (the year it starts) and grade 8, 9, 11 or 12.", 422);
        var only = person.Is(Policies.Officer) ? null : (Guid?)person.OwnOrganisation;
        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Once(key, new { file.Sha256, schoolYear, grade, asOf, withoutRefusedRows }, async () =>
        {
            await work.Execute("select pg_advisory_xact_lock(hashtext('roster'), hashtext(@Tenant))", new { work.Tenant });
            var scope = $"{schoolYear}/{grade}/{only}";
            if (await work.IsLast("roster", scope, file.Sha256)) return new ListReport { State = "already_imported" };

            var (day, now) = (asOf ?? clock.Today(), clock.GetUtcNow());
            var reader = new RosterReader(await work.SchoolRegister(day), await work.AreaRegister(), work.Tenant, day, only);
            var list = new ListFile(withoutRefusedRows);
            using var table = PlainTable.Open(file.Content, RosterRow.Required, RosterRow.Optional, ct: ct);
            var roster = new RosterStaging(work, seal, keys, schoolYear, grade, day, now);
            await roster.Copy(list.Read(table, reader.Read, ct), ct);
            var repeated = await roster.RefuseConflicts(ct);
            var (rows, added, changed) = await roster.Store(ct);
            await FamilyKeys.AnnounceListed(work, schoolYear, "select pupil_id from roster_touched", now, ct);
            work.Append("roster", StreamIds.Of("roster", work.Tenant, schoolYear, grade), new RosterImported
            {
                SchoolYear = schoolYear,
                Grade = grade,
                New = added,
                Changed = changed,
                Unchanged = rows - added - changed,
                By = person.Subject,
            });
            await work.Remember("roster", scope, file.Sha256, rows, person.Subject, now);
            return new ListReport
            {
                State = "imported",
                Rows = rows,
                New = added,
                Changed = changed,
                Unchanged = rows - added - changed,
                Refused = list.Refused,
                Faults = list.Faults,
                Warnings = [.. repeated, .. list.Warnings],
            };
        }));
    }
}
