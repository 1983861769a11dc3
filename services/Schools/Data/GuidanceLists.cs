using System.Text.Json;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Data;

/// <summary>Who reports about which schools: an officer about all of the province, a school about itself.</summary>
public sealed record Reporter(Person Person, Guid? OnlySchool, SchoolRegister Schools, DateTimeOffset Now)
{
    /// <summary>Officers and schools may report.</summary>
    public static readonly Action<Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder> May = policy => policy.RequireRole(Policies.Officer, Policies.School);

    public static async Task<Reporter> Of(Work work, Person person, TimeProvider clock) =>
        new(person, person.Is(Policies.Officer) ? null : person.OwnOrganisation, await work.SchoolRegister(clock.Today()), clock.GetUtcNow());

    public bool IsOfficer => OnlySchool is null;

    /// <summary>The school that is written, if it is known and the reporter may speak for it; otherwise the row is refused.</summary>
    public Guid? School(string written, string column, Refusal refuse)
    {
        if (Schools.Read(written) is not { } school) refuse(column, "school_unknown", "Mã trường không có trong danh sách trường của tỉnh");
        else if (OnlySchool is not null && school.SchoolId != OnlySchool) refuse(column, "wrong_scope", "Chỉ được báo cáo về trường mình");
        else return school.SchoolId;
        return null;
    }

    /// <summary>A school year by the year in which it starts.</summary>
    public static int? SchoolYear(string? written, string column, Refusal refuse)
    {
        if (int.TryParse(written, out var year) && year is >= 2000 and <= 2100) return year;
        refuse(column, "value_invalid", "Ghi năm bắt đầu năm học, ví dụ 2025");
        return null;
    }
}

/// <summary>Says what is wrong with a column of a row, or a member of a form.</summary>
public delegate void Refusal(string column, string code, string hint);

/// <summary>Takes a list of the guidance features as CSV or XLSX, or one entry as a form; the same rules hold for both.</summary>
public static class GuidanceLists
{
    public static readonly JsonSerializerOptions Columns = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>A file of rows: whole or not at all, unless the caller asks to leave out what is refused.</summary>
    public static async Task<Ok<ListReport>> Take<TEntry>(
        string list, string scope, (string[] Required, string[] Optional) columns, HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, bool withoutRefusedRows,
        Func<Reporter, PlainRow, RowProblems, TEntry?> read, Func<Work, Reporter, IReadOnlyList<TEntry>, Task<int>> store, CancellationToken ct) where TEntry : class
    {
        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Once(key, new { list, scope, file.Sha256, withoutRefusedRows }, async () =>
        {
            await work.Execute("select pg_advisory_xact_lock(hashtext(@list), hashtext(@Tenant))", new { list, work.Tenant });
            var reporter = await Reporter.Of(work, person, clock);
            var own = $"{scope}/{reporter.OnlySchool}";
            if (await work.IsLast(list, own, file.Sha256)) return new ListReport { State = "already_imported" };

            var rows = new ListFile(withoutRefusedRows);
            using var table = PlainTable.Open(file.Content, columns.Required, columns.Optional, ct: ct);
            var entries = rows.Read(table, (row, problems) => read(reporter, row, problems), ct).ToList();
            var changed = await store(work, reporter, entries);
            await work.Remember(list, own, file.Sha256, entries.Count, person.Subject, reporter.Now);
            return new ListReport { State = "imported", Rows = entries.Count, Changed = changed, Unchanged = Math.Max(0, entries.Count - changed), Refused = rows.Refused, Faults = rows.Faults, Warnings = rows.Warnings };
        }));
    }

    /// <summary>One entry, as a form.</summary>
    public static async Task<NoContent> Put<TEntry>(
        Person person, Database db, TimeProvider clock, Func<Reporter, TEntry?> check, Func<Work, Reporter, IReadOnlyList<TEntry>, Task<int>> store, CancellationToken ct) where TEntry : class
    {
        await using var work = await db.Begin(person.Tenant, ct);
        var reporter = await Reporter.Of(work, person, clock);
        await store(work, reporter, [check(reporter)!]);
        await work.Commit();
        return TypedResults.NoContent();
    }

    /// <summary>Refuses a form with the member that is wrong.</summary>
    public static void Refuse(string member, string code, string hint) =>
        throw new RuleBroken(code, hint, $"The member {member} is refused: {code}. Nothing was stored.", 422).With(new Fault($"/{member}", null, null, code, hint));

    /// <summary>The parts of a cell, joined by |.</summary>
    public static string[] Parts(string? cell) => (cell ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static Refusal Into(RowProblems problems) => (column, code, hint) => problems.Refuse<string>(column, code, hint);
}
