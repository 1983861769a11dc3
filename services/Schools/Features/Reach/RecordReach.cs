using System.Globalization;
using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Features.Sessions;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Reach;

/// <summary>A school records whom guidance about streaming reached: who attended a session, read a message, signed the minutes; and to whom something was only sent.</summary>
/// <remarks>
/// CSV or XLSX `pupil_id,kind,on,who` and, where one was attended, `session`; who is `pupil`, `guardian` or `both`. The pupil must be on the roster of the school year. Nghệ An 3129/QĐ-UBND, V.2.1.
/// Publishes GuidanceReachRecorded, by pupil ids and opaque keys of families.
/// </remarks>
public static class RecordReach
{
    public sealed record Form
    {
        /// <summary>The platform's, the ministry's or the citizen's id.</summary>
        public required string PupilId { get; init; }

        /// <summary>`attended_session`, `read_receipt`, `signed_minutes`, or `sent`.</summary>
        public required string Kind { get; init; }

        public required DateOnly On { get; init; }

        /// <summary>`pupil`, `guardian` or `both`.</summary>
        public required string Who { get; init; }

        /// <summary>Code of the cluster's session that was attended.</summary>
        public string? Session { get; init; }

        /// <summary>False takes back what was recorded by mistake.</summary>
        public bool Stands { get; init; } = true;
    }

    sealed record Entry(int Row, string PupilId, string Kind, DateOnly OnDate, bool Pupil, bool Guardian, Guid? SessionId, bool Stands);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/guidance/reach/imports", Import).RefusesFiles().RequireAuthorization(Reporter.May);
        routes.MapPut("/guidance/reach/{schoolYear:int}", Put).RequireAuthorization(Reporter.May).ProducesProblem(422);
    }

    static Task<Ok<ListReport>> Import(int schoolYear, HttpRequest request, IdempotencyKey key, Person person, Database db, TimeProvider clock, CancellationToken ct, bool withoutRefusedRows = false) => GuidanceLists.Take(
        "guidance_reach", schoolYear.ToString(CultureInfo.InvariantCulture), (["pupil_id", "kind", "on", "who"], ["session"]), request, key, person, db, clock, withoutRefusedRows, Row,
        (work, reporter, entries) => Store(work, reporter, schoolYear, entries), ct);

    static Task<NoContent> Put(int schoolYear, Form form, Person person, Database db, TimeProvider clock, CancellationToken ct) =>
        GuidanceLists.Put(person, db, clock, reporter => Check(reporter, 1, form, GuidanceLists.Refuse), (work, reporter, entries) => Store(work, reporter, schoolYear, entries), ct);

    static Entry? Row(Reporter reporter, PlainRow row, RowProblems problems)
    {
        var on = problems.Date("on", required: true);
        var form = new Form
        {
            PupilId = problems.PersonId("pupil_id", required: true) ?? "",
            Kind = problems.Required("kind"),
            On = on ?? default,
            Who = problems.Required("who"),
            Session = row["session"] is { Length: > 0 } session ? session : null,
        };
        return !problems.Any && Check(reporter, row.SourceRow, form, GuidanceLists.Into(problems)) is { } entry && !problems.Any ? entry : null;
    }

    static Entry? Check(Reporter reporter, int row, Form form, Refusal refuse)
    {
        if (form.Kind is not ("attended_session" or "read_receipt" or "signed_minutes" or "sent")) refuse("kind", "value_invalid", "attended_session, read_receipt, signed_minutes hoặc sent");
        else if (form.Who is not ("pupil" or "guardian" or "both")) refuse("who", "value_invalid", "pupil, guardian hoặc both");
        else if (form.On > VietnamTime.Day(reporter.Now)) refuse("on", "not_held_yet", "Ngày ở tương lai");
        else if (form.Session is not null && form.Kind != "attended_session") refuse("session", "value_unexpected", "Chỉ ghi buổi khi kind là attended_session");
        else return new Entry(row, form.PupilId, form.Kind, form.On, form.Who != "guardian", form.Who != "pupil", form.Session is null ? null : SessionOf(reporter, form.Session), form.Stands);
        return null;
    }

    static Guid SessionOf(Reporter reporter, string code) => ReportSessions.IdOf(reporter.Person.Tenant, code);

    static async Task<int> Store(Work work, Reporter reporter, int schoolYear, IReadOnlyList<Entry> entries)
    {
        await work.Execute(
            """
            create temporary table reach_in on commit drop as
              select e.row as row_no, e.kind, e.on_date, e.pupil, e.guardian, e.session_id, e.stands, r.pupil_id, r.school_id, s.state, s.on_date as held_on
              from jsonb_to_recordset(@Entries::jsonb) as e(row int, pupil_id varchar, kind varchar, on_date date, pupil boolean, guardian boolean, session_id uuid, stands boolean)
              left join pupil_alias a on a.tenant_id = @Tenant and a.alias = e.pupil_id
              left join roster r on r.tenant_id = @Tenant and r.school_year = @schoolYear and r.pupil_id = coalesce(a.pupil_id, case when e.pupil_id ~ '^[0-9a-f]{8}-' then e.pupil_id::uuid end)
              left join guidance_session s on s.tenant_id = @Tenant and s.session_id = e.session_id
            """, new { work.Tenant, schoolYear, Entries = JsonSerializer.Serialize(entries, GuidanceLists.Columns) });
        var wrong = await work.Query<Wrong>(
            """
            select * from (
              select row_no, case when pupil_id is null then 'not_on_roster' when @OnlySchool::uuid is not null and school_id <> @OnlySchool then 'wrong_scope'
                when session_id is not null and state is distinct from 'held' then 'session_not_held' when session_id is not null and held_on <> on_date then 'another_day' end as code from reach_in) r
            where code is not null order by row_no limit 100
            """, new { reporter.OnlySchool });
        if (wrong is [var first, ..])
            throw new RuleBroken(first.Code, "Có dòng không hợp lệ, chưa lưu gì", "A pupil is on no roster of this school year or of another school, or the session was not held on that day. Nothing was stored.", 422)
                .With([.. wrong.Select(row => new Fault(null, row.RowNo, row.Code is "not_on_roster" or "wrong_scope" ? "pupil_id" : "session", row.Code, null))]);

        var groups = (await work.Query<Group>("select distinct school_id, kind, on_date, session_id from reach_in order by 1, 2, 3, 4"))
            .Select(group => group with { RecordId = StreamIds.Of("reach", work.Tenant, group.SchoolId, schoolYear, group.Kind, group.OnDate, group.SessionId ?? Guid.Empty) }).ToList();
        await work.Execute(
            """
            create temporary table reach_records on commit drop as select * from jsonb_to_recordset(@Groups::jsonb) as g(record_id uuid, school_id uuid, kind varchar, on_date date, session_id uuid);
            insert into guidance_reach (tenant_id, record_id, school_id, school_year, kind, on_date, session_id)
              select @Tenant, record_id, school_id, @schoolYear, kind, on_date, session_id from reach_records on conflict do nothing;
            create temporary table reach_rows on commit drop as
              select g.record_id, i.pupil_id, bool_or(i.pupil) as pupil, bool_or(i.guardian) as guardian, bool_and(i.stands) as stands
              from reach_in i join reach_records g on (g.school_id, g.kind, g.on_date) = (i.school_id, i.kind, i.on_date) and g.session_id is not distinct from i.session_id group by 1, 2;
            insert into guidance_reach_person as p (tenant_id, record_id, pupil_id, pupil, guardian) select @Tenant, record_id, pupil_id, pupil, guardian from reach_rows where stands
              on conflict (record_id, pupil_id, tenant_id) do update set pupil = p.pupil or excluded.pupil, guardian = p.guardian or excluded.guardian;
            update guidance_reach_person p set pupil = p.pupil and not r.pupil, guardian = p.guardian and not r.guardian from reach_rows r
              where not r.stands and p.tenant_id = @Tenant and p.record_id = r.record_id and p.pupil_id = r.pupil_id;
            """, new { work.Tenant, schoolYear, Groups = JsonSerializer.Serialize(groups, GuidanceLists.Columns) });
        return await Announce(work, reporter, [.. groups.Select(group => group.RecordId)]);
    }

    /// <summary>A record of more than 500 pupils or families is told in parts, each a stream of its own.</summary>
    static async Task<int> Announce(Work work, Reporter reporter, Guid[] ids)
    {
        var rows = await work.Query<Stored>(
            $"""
            select r.record_id, r.school_id, r.school_year, r.kind, r.on_date, r.session_id, r.published, p.pupil_id, p.pupil, p.guardian, {FamilyKeys.Key("o")} as family
            from guidance_reach r join guidance_reach_person p on p.tenant_id = r.tenant_id and p.record_id = r.record_id
            join lateral (select o.guardian, o.pupil_id, r.school_id, r.school_year from roster o where o.pupil_id = p.pupil_id and o.school_year = r.school_year) o on true
            where r.tenant_id = @Tenant and r.record_id = any (@ids) order by r.record_id, p.pupil_id
            """, new { work.Tenant, ids });
        var (told, records) = (0, rows.GroupBy(row => row.RecordId).ToList());
        foreach (var record in records)
        {
            var first = record.First();
            var parts = record.Chunk(400).Select((part, at) => new GuidanceReachRecorded
            {
                Province = work.Tenant,
                RecordId = at == 0 ? record.Key : StreamIds.Of("reach-part", record.Key, at),
                School = first.SchoolId,
                SchoolYear = first.SchoolYear,
                Kind = first.Kind,
                On = first.OnDate,
                SessionId = first.SessionId,
                Pupils = [.. part.Where(row => row.Pupil).Select(row => row.PupilId)],
                Families = [.. part.Where(row => row.Guardian).Select(row => row.Family).Distinct().Order(StringComparer.Ordinal)],
                ReportedAt = reporter.Now,
            }).ToList();
            var digest = string.Concat(parts.Select(Announcements.DigestOf));
            if (digest == first.Published) continue;
            foreach (var part in parts) work.Append("reach", part.RecordId, part);
            for (var at = parts.Count; at < (first.Published?.Length ?? 0) / digest.Length * parts.Count; at++)   // parts that a correction left empty
                work.Append("reach", StreamIds.Of("reach-part", record.Key, at), parts[0] with { RecordId = StreamIds.Of("reach-part", record.Key, at), Pupils = [], Families = [] });
            await work.Execute("update guidance_reach set published = @digest where tenant_id = @Tenant and record_id = @Key", new { work.Tenant, digest, record.Key });
            told += record.Count();
        }
        return told;
    }

    sealed record Wrong(int RowNo, string Code);

    sealed record Group
    {
        public Guid RecordId { get; init; }
        public Guid SchoolId { get; init; }
        public required string Kind { get; init; }
        public DateOnly OnDate { get; init; }
        public Guid? SessionId { get; init; }
    }

    sealed record Stored(Guid RecordId, Guid SchoolId, int SchoolYear, string Kind, DateOnly OnDate, Guid? SessionId, string? Published, Guid PupilId, bool Pupil, bool Guardian, string Family);
}
