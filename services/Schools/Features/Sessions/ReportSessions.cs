using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Sessions;

/// <summary>The province plans counselling sessions for clusters of schools and reports what became of each: held, cancelled, merged into another.</summary>
/// <remarks>CSV or XLSX `session,cluster,on,state` and, as they apply, `merged_into,schools` (codes joined by `|`). Nghệ An 3129/QĐ-UBND, appendix 2.4. Publishes GuidanceSessionReported for what changed.</remarks>
public static class ReportSessions
{
    public sealed record Form
    {
        public required string Cluster { get; init; }
        public required DateOnly On { get; init; }

        /// <summary>`planned`, `held`, `cancelled` or `merged`.</summary>
        public required string State { get; init; }

        /// <summary>Code of the session that takes its place, when merged.</summary>
        public string? MergedInto { get; init; }

        /// <summary>Codes of the schools it is for.</summary>
        public IReadOnlyList<string> Schools { get; init; } = [];
    }

    public sealed record Shown
    {
        public required string Session { get; init; }
        public required string Cluster { get; init; }
        public required DateOnly On { get; init; }
        public required string State { get; init; }
        public string? MergedInto { get; init; }
        public required string[] Schools { get; init; }
    }

    sealed record Entry(Guid SessionId, string Code, string Cluster, DateOnly OnDate, string State, Guid? MergedInto, Guid[] Schools);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/guidance/sessions/imports", Import).RefusesFiles().RequireAuthorization(Policies.Officer);
        routes.MapPut("/guidance/sessions/{session}", Put).RequireAuthorization(Policies.Officer).ProducesProblem(422);
        routes.MapGet("/guidance/sessions", Show);
    }

    static Task<Ok<ListReport>> Import(HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false) => GuidanceLists.Take(
        "guidance_session", "", (["session", "cluster", "on", "state"], ["merged_into", "schools"]), request, key, person, db, clock, withoutRefusedRows, Row, Store, ct);

    static Task<NoContent> Put(string session, Form form, Person person, Database db, TimeProvider clock, CancellationToken ct) =>
        GuidanceLists.Put(person, db, clock, reporter => Check(reporter, session, form, GuidanceLists.Refuse), Store, ct);

    static async Task<Ok<IReadOnlyList<Shown>>> Show(DateOnly from, DateOnly to, Person person, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        return TypedResults.Ok(await work.Query<Shown>(
            """
            select s.code as session, s.cluster, s.on_date as "on", s.state, m.code as merged_into,
              array(select distinct o.code from school o where o.tenant_id = s.tenant_id and o.school_id = any (s.schools) order by 1) as schools
            from guidance_session s left join guidance_session m on m.tenant_id = s.tenant_id and m.session_id = s.merged_into
            where s.tenant_id = @Tenant and s.on_date between @from and @to order by s.on_date, s.code
            """, new { work.Tenant, from, to }));
    }

    public static Guid IdOf(string province, string code) => StreamIds.Of("session", province, code);

    static Entry? Row(Reporter reporter, PlainRow row, RowProblems problems)
    {
        var (code, on) = (problems.Required("session"), problems.Date("on", required: true));
        var form = new Form
        {
            Cluster = problems.Required("cluster"),
            On = on ?? default,
            State = problems.Required("state"),
            MergedInto = row["merged_into"] is { Length: > 0 } into ? into : null,
            Schools = GuidanceLists.Parts(row["schools"]),
        };
        return !problems.Any && Check(reporter, code, form, GuidanceLists.Into(problems)) is { } entry && !problems.Any ? entry : null;
    }

    static Entry? Check(Reporter reporter, string code, Form form, Refusal refuse)
    {
        var schools = form.Schools.Select(written => reporter.School(written, "schools", refuse)).ToList();
        if (schools.Contains(null)) return null;
        if (form.State is not ("planned" or "held" or "cancelled" or "merged")) refuse("state", "value_invalid", "planned, held, cancelled hoặc merged");
        else if (code.Length is 0 or > 40) refuse("session", "value_invalid", "Mã buổi dài 1–40 ký tự");
        else if (form.Cluster.Length is 0 or > 40) refuse("cluster", "value_invalid", "Mã cụm dài 1–40 ký tự");
        else if (form.State == "merged" != form.MergedInto is not null) refuse("merged_into", "value_invalid", "Ghi buổi được ghép vào khi và chỉ khi trạng thái là merged");
        else if (form.MergedInto == code) refuse("merged_into", "value_invalid", "Không ghép một buổi vào chính nó");
        else if (form.State == "held" && form.On > VietnamTime.Day(reporter.Now)) refuse("on", "not_held_yet", "Ngày tổ chức ở tương lai");
        else
            return new Entry(IdOf(reporter.Person.Tenant, code), code, form.Cluster, form.On, form.State, form.MergedInto is null ? null : IdOf(reporter.Person.Tenant, form.MergedInto),
                [.. schools.OfType<Guid>().Distinct()]);
        return null;
    }

    static async Task<int> Store(Work work, Reporter reporter, IReadOnlyList<Entry> entries)
    {
        var newest = entries.GroupBy(entry => entry.SessionId).Select(same => same.Last()).ToList();
        await work.Execute(
            """
            insert into guidance_session (tenant_id, session_id, code, cluster, on_date, state, merged_into, schools, reported_by, reported_at)
            select @Tenant, session_id, code, cluster, on_date, state, merged_into, schools, @Subject, @Now
            from jsonb_to_recordset(@Entries::jsonb) as e(session_id uuid, code varchar, cluster varchar, on_date date, state varchar, merged_into uuid, schools uuid[])
            on conflict (session_id, tenant_id) do update set cluster = excluded.cluster, on_date = excluded.on_date, state = excluded.state, merged_into = excluded.merged_into,
              schools = excluded.schools, reported_by = excluded.reported_by, reported_at = excluded.reported_at
            """, new { work.Tenant, reporter.Person.Subject, reporter.Now, Entries = JsonSerializer.Serialize(newest, GuidanceLists.Columns) });
        var rows = await work.Query<Stored>(
            "select session_id, cluster, on_date, state, merged_into, schools, published from guidance_session where tenant_id = @Tenant and session_id = any (@ids) order by session_id",
            new { work.Tenant, ids = newest.Select(entry => entry.SessionId).ToArray() });
        return await work.Announce("guidance_session", "session_id", "session", rows.Select(row => new Told<GuidanceSessionReported>(row.SessionId, row.Published, new GuidanceSessionReported
        {
            Province = work.Tenant,
            SessionId = row.SessionId,
            Cluster = row.Cluster,
            On = row.OnDate,
            State = row.State,
            MergedInto = row.MergedInto,
            Schools = row.Schools,
            ReportedAt = reporter.Now,
        })));
    }

    sealed record Stored
    {
        public required Guid SessionId { get; init; }
        public required string Cluster { get; init; }
        public required DateOnly OnDate { get; init; }
        public required string State { get; init; }
        public Guid? MergedInto { get; init; }
        public required Guid[] Schools { get; init; }
        public string? Published { get; init; }
    }
}
