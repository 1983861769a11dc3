using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Enrolments;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>An institution sends its workbook back, filled in: each row is taken or refused on its own, by the same rules as over the API; the same file again changes nothing.</summary>
/// <remarks>Publishes what <see cref="LogContact"/> and <see cref="ConfirmEnrolment"/> publish. Encrypted as it was given, or saved without its password, or as CSV.</remarks>
public static class ReturnWorkbook
{
    private const int MostRows = 20_000;

    /// <param name="Row">As the spreadsheet counts.</param>
    /// <param name="Verdict">`recorded`, `unchanged` or `refused`.</param>
    /// <param name="Code">Why it was refused; stable.</param>
    /// <param name="Column">Where to look.</param>
    /// <param name="HintVi">What to do, in Vietnamese.</param>
    /// <param name="HintEn">The same in English.</param>
    public sealed record Line(int Row, string Verdict, string? Code = null, string? Column = null, string? HintVi = null, string? HintEn = null);

    public sealed record Answer(int Rows, int Recorded, int Unchanged, int Refused, int Empty, IReadOnlyList<Line> Verdicts);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/workbooks/{workbookId:guid}/returns", Handle).RequireAuthorization(Policies.Institution).WithTags("Workbooks").RefusesFiles()
        .ProducesProblem(410);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        Guid workbookId, HttpRequest request, Person caller, Database db, SecretSeal seal, ContactRules rules, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        WorkbookRow? workbook;
        await using (var work = await db.BeginFor(caller, ct)) workbook = await work.Workbook(caller.OwnOrganisation, workbookId);
        if (workbook is null) return TypedResults.NotFound();

        await using var file = await SpooledFile.Take(request, ct);
        using var content = EncryptedWorkbook.OpenIfEncrypted(file.Content, seal.Open("workbook", workbookId, workbook.SealedPassword));
        List<ReturnedRow> rows;
        using (var table = PlainTable.Open(content, [WorkbookFile.Token], ReturnedRow.Columns, new ReadOptions { MaxRows = MostRows, MaxWorkbookBytes = 64 << 20 }, allowOthers: true, ct))
            rows = [.. table.Rows(ct).Select(ReturnedRow.Read)];   // to the end, before anything of it counts

        List<Line> verdicts = [];
        foreach (var row in rows.Where(row => !row.IsEmpty)) verdicts.Add(await Take(row, caller, db, rules, ledger, clock, ct));
        return TypedResults.Ok(new Answer(rows.Count, verdicts.Count(verdict => verdict.Verdict == "recorded"), verdicts.Count(verdict => verdict.Verdict == "unchanged"),
            verdicts.Count(verdict => verdict.Verdict == "refused"), rows.Count(row => row.IsEmpty), verdicts));
    }

    private static async Task<Line> Take(ReturnedRow row, Person caller, Database db, ContactRules rules, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        if (row.Fault is { } fault) return Refused(row, fault);
        try
        {
            var known = await Known(db, caller, row.Token!, ct);
            if (known is null) return Refused(row, new("token_unknown", WorkbookFile.Token, "Không có mã hồ sơ này trong các tệp của cơ sở", "No workbook of this institution has this token."));
            if (clock.GetUtcNow() >= known.ReturnsUntil) return Refused(row, new("token_expired", WorkbookFile.Token, "Mã hồ sơ đã hết hạn, hãy lập tệp mới", "The token has expired. Make a new workbook."));

            var contact = row.Contact is not null && !row.ContactHash.AsSpan().SequenceEqual(known.ContactHash);
            if (contact && known.ContactAt == row.Contact!.At)
                return Refused(row, new("contact_already_recorded", WorkbookFile.Outcome, "Lần liên hệ này đã được ghi nhận với nội dung khác", "A contact of this time was taken before with other content; note the next one with its own time."));
            var enrolled = row.Enrolment is not null && !row.EnrolmentHash.AsSpan().SequenceEqual(known.EnrolledHash);
            if (!contact && !enrolled) return new(row.Row, "unchanged");

            if (contact) await TakeContact(row, known.LeadId, caller, db, rules, ledger, clock, ct);
            if (enrolled) await TakeEnrolment(row, known.LeadId, caller, db, clock, ct);
            return new(row.Row, "recorded");
        }
        catch (RuleBroken refused) when (refused.Status < 500)
        {
            return Refused(row, new(refused.Code, ReturnedRow.ColumnOf(refused.Code), refused.Title, refused.Message));
        }
    }

    private static async Task TakeContact(ReturnedRow row, Guid lead, Person caller, Database db, ContactRules rules, WithdrawalLedger ledger, TimeProvider clock, CancellationToken ct)
    {
        var contact = row.Contact!;
        var command = new LogContact.Command { LeadId = lead, Channel = contact.Channel, Outcome = contact.Outcome, ContactedAt = contact.At, NextStep = contact.NextStep };
        var done = await LogContact.Handle(command, caller, row.Key(caller, "contact", row.ContactHash!), db, rules, ledger, clock, ct);
        if (done.Result is NotFound) throw LeadUnknown();
        await Remember(db, caller, "contact_at = @At, contact_hash = @Hash", new { row.Token, contact.At, Hash = row.ContactHash }, ct);
    }

    private static async Task TakeEnrolment(ReturnedRow row, Guid lead, Person caller, Database db, TimeProvider clock, CancellationToken ct)
    {
        var programme = await Programme(db, caller, lead, row.Enrolment!.TrainingCode, ct)
            ?? throw new RuleBroken("programme_unknown", "Cơ sở không có ngành này trong kỳ tuyển sinh", "The institution has no programme of this training code in this intake.", 422);
        var command = new ConfirmEnrolment.Command { LeadId = lead, ProgrammeId = programme.Id, Level = programme.Level, StartedOn = row.Enrolment.StartedOn };
        var done = await ConfirmEnrolment.Handle(command, caller, row.Key(caller, "enrolment", row.EnrolmentHash!), db, clock, ct);
        if (done.Result is NotFound) throw LeadUnknown();
        await Remember(db, caller, "enrolled_hash = @Hash", new { row.Token, Hash = row.EnrolmentHash }, ct);
    }

    private static async Task<KnownRow?> Known(Database db, Person caller, string token, CancellationToken ct)
    {
        await using var work = await db.BeginFor(caller, ct);
        return await work.Single<KnownRow>(
            """
            select r.lead_id, w.returns_until, r.contact_at, r.contact_hash, r.enrolled_hash from workbook_row r join workbook w using (tenant_id, workbook_id)
            where r.tenant_id = @Tenant and r.institution_id = @Institution and r.token = @token
            """, new { work.Tenant, Institution = caller.OwnOrganisation, token });
    }

    private static async Task<(Guid Id, string Level)?> Programme(Database db, Person caller, Guid lead, string code, CancellationToken ct)
    {
        await using var work = await db.BeginFor(caller, ct);
        var found = await work.Query<(Guid, string)>(
            """
            select p.programme_id, p.level from programme p join lead l on l.tenant_id = p.tenant_id and l.school_year = p.intake_year
            where p.tenant_id = @Tenant and p.institution_id = @Institution and p.training_code = @code and l.lead_id = @lead
            """, new { work.Tenant, Institution = caller.OwnOrganisation, code, lead });
        return found.Count > 0 ? found[0] : null;
    }

    private static async Task Remember(Database db, Person caller, string what, object args, CancellationToken ct)
    {
        await using var work = await db.BeginFor(caller, ct);
        await work.Execute($"update workbook_row set {what} where token = @Token", args);
        await work.Commit();
    }

    private static Line Refused(ReturnedRow row, RowRefusal refusal) => new(row.Row, "refused", refusal.Code, refusal.Column, refusal.HintVi, refusal.HintEn);

    private static RuleBroken LeadUnknown() => new("lead_unknown", "Không tìm thấy hồ sơ", "The lead is not this institution's.", 404);

    private sealed record KnownRow(Guid LeadId, DateTimeOffset ReturnsUntil, DateTimeOffset? ContactAt, byte[]? ContactHash, byte[]? EnrolledHash);
}
