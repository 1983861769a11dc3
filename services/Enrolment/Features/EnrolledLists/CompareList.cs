using CareerPlatform.Contracts;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Decoys;
using CareerPlatform.Enrolment.Features.Keys;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.EnrolledLists;

/// <summary>An institution sends its own enrolled list, in any usual form; every row gets a verdict against its leads, the cohort and the rolls. Nothing is enrolled by it.</summary>
/// <remarks>
/// The list itself is not kept, only the verdicts; the same file again gives the first answer. All rows in one transaction: a file that cannot be read leaves nothing.
/// The pupils found are journaled, since a verdict is a read. Where somebody is enrolled elsewhere stays unsaid.
/// </remarks>
public static class CompareList
{
    private const int MaxRows = 20_000;
    private const long MaxBytes = 16L << 20;

    /// <param name="State">`compared`, or `already_compared` when this file was sent before.</param>
    /// <param name="ListId">For `GET /v1/enrolled-lists/{id}`.</param>
    /// <param name="Rows">Rows of the file.</param>
    /// <param name="Verdicts">Rows per verdict.</param>
    /// <param name="NotListed">On the institution's roll by the platform, and not in the list.</param>
    public sealed record Answer(string State, Guid ListId, int Rows, IReadOnlyDictionary<string, int> Verdicts, int NotListed);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/enrolled-lists", Handle).RequireAuthorization(Policies.Institution).WithTags("Enrolments").RefusesFiles()
        .ProducesProblem(403).ProducesProblem(503);

    public static async Task<Ok<Answer>> Handle(HttpRequest request, IdempotencyKey key, Person caller, Database db, SealedContacts contacts, TimeProvider clock, CancellationToken ct, int schoolYear)
    {
        var institution = caller.OwnOrganisation;
        if (schoolYear is < 2000 or > 2100) throw new RuleBroken("wrong_scope", "Sai năm học", "Give schoolYear, the year in which it starts.", 422);
        await using var file = await SpooledFile.Take(request, ct, MaxBytes);
        await using var work = await db.BeginFor(caller, ct);
        return TypedResults.Ok(await work.Once(key, new { file.Sha256, schoolYear }, async () =>
        {
            var now = clock.GetUtcNow();
            await work.MustHaveAgreement(caller, VietnamTime.Day(now));
            await work.Execute("select pg_advisory_xact_lock(hashtextextended('enrolled-list|' || @Institution, 0))", new { Institution = institution.ToString() });
            var before = await work.Single<Guid?>(
                "select list_id from enrolled_list where tenant_id = @Tenant and institution_id = @Institution and school_year = @Year and sha256 = @Hash",
                new { work.Tenant, Institution = institution, Year = schoolYear, Hash = file.Sha256 });
            if (before is not null) return await Stored(work, "already_compared", before.Value);

            await work.AsProvince();   // who is in the cohort or on another roll; only the verdicts leave
            var rows = await Read(work, file.Content, schoolYear, ct);
            var known = await Known(work, contacts, institution, schoolYear, rows, ct);
            var verdicts = EnrolledList.Judge(rows, known);
            var listed = verdicts.Where(verdict => verdict.Pupil is not null).Select(verdict => verdict.Pupil!.Value).ToHashSet();
            var list = Guid.CreateVersion7(now);
            await Store(work, list, institution, schoolYear, file.Sha256, verdicts, known.OnRoll.Count(pupil => !listed.Contains(pupil)), caller, now);
            await work.Journal(caller, DataScope.VocationalGuidance, "POST /v1/enrolled-lists", listed, "enrolled", now);
            foreach (var decoy in await work.Query<Guid>("select decoy_id from decoy where tenant_id = @Tenant and institution_id = @Institution and decoy_id = any (@Listed)", new { work.Tenant, Institution = institution, Listed = listed.ToArray() }))
                await work.NoteDecoy(decoy, "listed", now, null, caller.Subject, now);
            return await Stored(work, "compared", list);
        }));
    }

    private static async Task<IReadOnlyList<ListedStudent>> Read(Work work, Stream content, int schoolYear, CancellationToken ct)
    {
        var home = (await work.Query<string>("select name from area where tenant_id = @Tenant and kind = 'province' and code = @Tenant", new { work.Tenant })).Select(Plain).Append(work.Tenant).ToHashSet();
        using var table = TableFile.Open(content, new ReadOptions { SchoolYear = schoolYear, MaxRows = MaxRows }, ct);
        return [.. table.Rows(ct).Select(verdict => verdict.Row is { } row
            ? new ListedStudent(row.SourceRow, [.. new[] { row.MinistryId, row.CitizenId }.OfType<string>().Distinct().Select(id => StreamIds.Of("pupil", work.Tenant, id))],
                row.FullName, row.BirthDate, [.. new[] { row.Phone, row.GuardianPhone }.OfType<string>()], row.Province is { Length: > 0 } province && home.Count > 1 && !home.Contains(Plain(province)),
                PhoneAsId: row.MinistryId is { Length: 10 } id && PhoneNumber.Read(id) is { E164: not null, Warning: null })
            : new ListedStudent(verdict.SourceRow, [], null, null, [], false,
                verdict.Faults.Count == 0 ? "duplicate_row" : string.Join("; ", verdict.Faults.Take(3).Select(fault => $"{fault.Code}: {fault.Column}"))))];
    }

    /// <summary>A province's name without "tỉnh" and "thành phố".</summary>
    private static string Plain(string province)
    {
        var folded = Vietnamese.Fold(province);
        return folded.StartsWith("tinh ", StringComparison.Ordinal) ? folded[5..] : folded.StartsWith("thanh pho ", StringComparison.Ordinal) ? folded[10..] : folded.StartsWith("tp ", StringComparison.Ordinal) ? folded[3..] : folded;
    }

    private static async Task<KnownPupils> Known(Work work, SealedContacts contacts, Guid institution, int schoolYear, IReadOnlyList<ListedStudent> rows, CancellationToken ct)
    {
        var args = new { work.Tenant, Institution = institution, Year = schoolYear, Ids = rows.SelectMany(row => row.Ids).Distinct().ToArray() };
        var own = await work.Query<(Guid Lead, Guid Pupil, string Sealed)>(
            """
            select distinct l.lead_id, l.pupil_id, c.sealed_contact from lead_grant g join lead l using (tenant_id, lead_id) join candidate c on c.tenant_id = l.tenant_id and c.school_year = l.school_year and c.pupil_id = l.pupil_id
            where g.tenant_id = @Tenant and g.institution_id = @Institution and g.school_year = @Year and l.status <> 'withdrawn' and g.state not in ('withdrawn', 'expired') and c.sealed_contact is not null
            """, args);
        var opened = await contacts.Open(work, [.. own.Select(row => (row.Pupil, row.Sealed))], ct);
        var leads = own.Select(row => new OwnLead(row.Lead, row.Pupil, opened[row.Pupil].Name, opened[row.Pupil].BirthDate, opened[row.Pupil].Phone)).ToList();
        var roll = await work.Query<(Guid Pupil, bool Own)>(
            """
            select distinct e.pupil_id, e.institution_id = @Institution from enrolment e
            where e.tenant_id = @Tenant and e.left_on is null and e.started_on between make_date(@Year, 6, 1) and make_date(@Year + 1, 5, 31)
              and (e.institution_id = @Institution or e.pupil_id = any (@Ids) or e.pupil_id = any (@Own))
            """, new { args.Tenant, args.Institution, args.Year, args.Ids, Own = leads.Select(lead => lead.Pupil).ToArray() });
        var cohort = await work.Query<Guid>(
            """
            select pupil_id from cohort_member where tenant_id = @Tenant and cohort = @Year and pupil_id = any (@Ids)
            union select pupil_id from candidate where tenant_id = @Tenant and school_year = @Year and pupil_id = any (@Ids) and not decoy
            """, args);
        return new(leads, cohort.ToHashSet(), roll.Where(row => row.Own).Select(row => row.Pupil).ToHashSet(), roll.Where(row => !row.Own).Select(row => row.Pupil).ToHashSet());
    }

    private static Task Store(Work work, Guid list, Guid institution, int schoolYear, byte[] hash, IReadOnlyList<ListVerdict> verdicts, int notListed, Person caller, DateTimeOffset now) => work.Execute(
        """
        insert into enrolled_list (tenant_id, list_id, institution_id, school_year, sha256, rows, not_listed, sent_by, sent_at)
        values (@Tenant, @List, @Institution, @Year, @Hash, @Count, @NotListed, @Subject, @Now);
        insert into enrolled_list_row (tenant_id, list_id, institution_id, row_no, verdict, detail, lead_id, pupil_id)
        select @Tenant, @List, @Institution, v.* from unnest(@Rows, @Verdicts, @Details, @Leads, @Pupils) as v
        """,
        new
        {
            work.Tenant,
            List = list,
            Institution = institution,
            Year = schoolYear,
            Hash = hash,
            verdicts.Count,
            NotListed = notListed,
            caller.Subject,
            Now = now,
            Rows = verdicts.Select(verdict => verdict.Row).ToArray(),
            Verdicts = verdicts.Select(verdict => verdict.Verdict).ToArray(),
            Details = verdicts.Select(verdict => verdict.Detail).ToArray(),
            Leads = verdicts.Select(verdict => verdict.Lead).ToArray(),
            Pupils = verdicts.Select(verdict => verdict.Pupil).ToArray(),
        });

    private static async Task<Answer> Stored(Work work, string state, Guid list)
    {
        var (rows, notListed) = (await work.Query<(int, int)>("select rows, not_listed from enrolled_list where tenant_id = @Tenant and list_id = @List", new { work.Tenant, List = list }))[0];
        var counts = await work.Query<(string Verdict, int Count)>("select verdict, count(*)::int from enrolled_list_row where tenant_id = @Tenant and list_id = @List group by 1 order by 1", new { work.Tenant, List = list });
        return new(state, list, rows, counts.ToDictionary(row => row.Verdict, row => row.Count), notListed);
    }
}
