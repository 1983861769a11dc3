using System.Globalization;
using System.Text;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using Dapper;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>The results of a finalised round as a CSV file that opens in a spreadsheet and runs nothing there; ids and outcomes, no names.</summary>
public static class ExportResults
{
    const string Purpose = "admission_check";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/rounds/{roundId:guid}/export", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector));

    public static async Task<Results<PushStreamHttpResult, NotFound>> Handle(Guid roundId, Person person, Database db, TimeProvider clock, CancellationToken ct, int? version = null)
    {
        await using var asked = await db.Begin(person.Tenant, ct);
        if (await asked.Round(roundId) is not { } round) return TypedResults.NotFound();
        if (round.Version == 0) throw new RuleBroken("round_not_final", "Kỳ tuyển sinh chưa chốt", "There is nothing to export before the round is finalised.");

        var upTo = version ?? round.Version;
        await asked.JournalAll(person, roundId, upTo, clock.GetUtcNow());
        await asked.Commit();
        return TypedResults.Stream(body => Write(body, person.Tenant, roundId, upTo, db, ct), "text/csv; charset=utf-8", $"round-{round.SchoolYear}-{round.Number}-v{upTo}.csv");
    }

    static async Task Write(Stream body, string tenant, Guid roundId, int upTo, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(tenant, ct);
        await using var text = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), 1 << 15, leaveOpen: true);
        await text.WriteLineAsync("pupil_id,ministry_id,school,area,outcome,admitted_to,programme,version,reason,purpose");
        var rows = work.Connection.QueryUnbufferedAsync<Row>(
            """
            select r.pupil_id, a.alias as ministry_id, s.code as school, r.area, r.outcome, t.code as admitted_to, r.programme, r.version, r.reason
            from (select distinct on (pupil_id) * from result where round_id = @roundId and version <= @upTo order by pupil_id, version desc) r
            left join pupil_alias a on a.pupil_id = r.pupil_id and a.derived
            left join lateral (select code from school where school_id = r.school_id limit 1) s on true
            left join lateral (select code from school where school_id = r.admitted_to limit 1) t on true
            """, new { roundId, upTo }, work.Transaction);
        await foreach (var row in rows.WithCancellation(ct))
        {
            await text.WriteLineAsync(string.Join(',', new[] { row.PupilId.ToString(), row.MinistryId, row.School, row.Area, row.Outcome, row.AdmittedTo, row.Programme, row.Version.ToString(CultureInfo.InvariantCulture), row.Reason, Purpose }.Select(Cell)));
        }
    }

    /// <summary>A cell that no spreadsheet takes for a formula (ASVS 1.2.10), quoted where it must be.</summary>
    public static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        var safe = value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '\0' or '＝' or '＋' or '－' or '＠' ? $"'{value}" : value;
        return safe.AsSpan().ContainsAny("\",\n\r") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }

    /// <summary>One journal entry that names everyone in the file, written before the first byte leaves.</summary>
    static async Task JournalAll(this Work work, Person person, Guid roundId, int upTo, DateTimeOffset now)
    {
        var pupils = await work.Query<Guid>("select distinct pupil_id from result where round_id = @roundId and version <= @upTo", new { roundId, upTo });
        await work.Journal(person, Purpose, "/v1/rounds/{roundId}/export", pupils.ToArray(), "ministry_id,school,outcome", now);
    }

    sealed record Row(Guid PupilId, string? MinistryId, string? School, string Area, string Outcome, string? AdmittedTo, string? Programme, int Version, string? Reason);
}
