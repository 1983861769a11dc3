using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>A results file of any of the usual kinds is read into a round: what its columns mean, whose each row is, what is wrong. Nothing counts before it is accepted.</summary>
/// <remarks>The same file again is a no-op; a corrected one is shown as a difference from the accepted one. 422 with the upload's id when rows cannot be read.</remarks>
public static class UploadResults
{
    internal static readonly JsonSerializerOptions Stored = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How the file is to be read, where detection is wrong; and the scope the sender believes it has.</summary>
    public sealed record Options(
        string? Encoding, string? Delimiter, string? Sheet, string? Columns, string? DateOrder, int? CandidateNumberWidth, bool? RepairDoubleEncoding, int? SchoolYear, string? Province);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/rounds/{roundId:guid}/file", Handle)
        .RefusesFiles()
        .RequireAuthorization(Policies.Officer)
        .ProducesProblem(StatusCodes.Status409Conflict);

    public static async Task<Results<Ok<UploadReport>, ProblemHttpResult, NotFound>> Handle(
        Guid roundId, HttpRequest request, [AsParameters] Options options, Person person, Database db, ContactSeal seal, TimeProvider clock, CancellationToken ct)
    {
        await using var file = await SpooledFile.Take(request, ct);
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.RoundForChange(roundId) is not { } round) return TypedResults.NotFound();

        round.StillOpen();
        Scope(options, round, person.Tenant);
        var hash = SHA256.HashData([.. file.Sha256, .. Encoding.UTF8.GetBytes($"{options.Encoding}|{options.Delimiter}|{options.Sheet}|{options.Columns}|{options.DateOrder}|{options.CandidateNumberWidth}|{options.RepairDoubleEncoding}")]);
        var same = await work.Single<Guid?>(
            """
            select upload_id from upload where round_id = @roundId and sha256 = @hash
              and uploaded_at >= coalesce((select max(imported_at) from list_import where tenant_id = @Tenant and list = 'roster'), '-infinity')
            order by uploaded_at desc, upload_id desc limit 1
            """, new { work.Tenant, roundId, hash });
        if (same is { } known) return await Answer(work, known, await UploadReport.Count(work, known, round.AcceptedUpload, ct), "already_imported");

        var upload = Guid.CreateVersion7();
        var previous = round.AcceptedUpload ?? await work.Single<Guid?>("select upload_id from upload where round_id = @roundId order by uploaded_at desc, upload_id desc limit 1", new { roundId });
        using var table = TableFile.Open(file.Content, Reading(options, round, await WidthBefore(work, previous)), ct);
        Letterhead.Check([.. table.LetterheadCells.SelectMany(line => line)], round.SchoolYear, await work.AreaRegister(), person.Tenant, clock.Today());
        if (await ResultStaging.Copy(work, seal, table.Rows(ct), ct) == 0) throw new FileRefused("no_rows", "Tệp không có dòng dữ liệu nào", "The file has a header and no rows.");
        await ResultMatching.Store(work, upload, round.SchoolYear, previous, round.AcceptedUpload, ct);

        var counts = await UploadReport.Count(work, upload, round.AcceptedUpload, ct);
        await work.Execute(
            """
            insert into upload (tenant_id, upload_id, round_id, sha256, bytes, uploaded_by, uploaded_at, has_outcomes, mapping, counts)
            values (@Tenant, @upload, @roundId, @hash, @Length, @Subject, @Now, @HasOutcomes, @Mapping::jsonb, @Counts::jsonb)
            """,
            new
            {
                work.Tenant,
                upload,
                roundId,
                hash,
                file.Length,
                person.Subject,
                Now = clock.GetUtcNow(),
                table.HasOutcomes,
                Mapping = JsonSerializer.Serialize(FileMapping.Of(table), Stored),
                Counts = JsonSerializer.Serialize(counts, Stored),
            });
        work.Append("round", roundId, new ResultsRead { RoundId = roundId, UploadId = upload, Sha256 = Convert.ToHexStringLower(file.Sha256), Rows = counts.Rows, By = person.Subject });
        var answer = await Answer(work, upload, counts, "read");
        await work.Commit();
        return answer;
    }

    static void Scope(Options options, Round round, string province)
    {
        if (options.SchoolYear is { } year && year != round.SchoolYear || options.Province is { } stated && stated != province)
            throw new RuleBroken("wrong_scope", "Tệp không thuộc năm học hoặc tỉnh của kỳ này", "The stated school year or province is not the round's.", 422);
    }

    /// <summary>The digits of every candidate number of the round's file before this one, where they are the same: shorter ones have lost their zeros.</summary>
    static Task<int?> WidthBefore(Work work, Guid? previous) => work.Single<int?>(
        "select case when min(length(candidate_number)) = max(length(candidate_number)) then max(length(candidate_number)) end from upload_row where upload_id = @previous and candidate_number ~ '^[0-9]+$'", new { previous });

    static ReadOptions Reading(Options options, Round round, int? widthBefore) => new()
    {
        CandidateNumberWidth = options.CandidateNumberWidth is null or (>= 1 and <= 20) ? options.CandidateNumberWidth ?? widthBefore
            : throw new RuleBroken("value_invalid", "Độ dài số báo danh không hợp lệ", "`candidateNumberWidth` is the number of digits, 1 to 20.", 400),
        DateOrder = options.DateOrder switch
        {
            null => null,
            "day_month_year" => DateOrder.DayMonthYear,
            "month_day_year" => DateOrder.MonthDayYear,
            "year_month_day" => DateOrder.YearMonthDay,
            _ => throw new RuleBroken("value_invalid", "Thứ tự ngày tháng không hợp lệ", "`dateOrder` is day_month_year, month_day_year or year_month_day.", 400),
        },
        RepairDoubleEncoding = options.RepairDoubleEncoding ?? false,
        Encoding = options.Encoding,
        Delimiter = options.Delimiter is { Length: 1 } delimiter ? delimiter[0] : options.Delimiter == "tab" ? '\t' : null,
        Sheet = options.Sheet,
        SchoolYear = round.SchoolYear,
        Columns = options.Columns?.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split(':') is [var index, var field] && int.TryParse(index, out var at) && Enum.TryParse<Field>(field, ignoreCase: true, out var meaning)
                ? (at, meaning)
                : throw new RuleBroken("value_invalid", "Ánh xạ cột không hợp lệ", "`columns` is written 3:Total,5:Ignored (0-based).", 400))
            .ToDictionary(pair => pair.at, pair => pair.meaning),
    };

    static async Task<Results<Ok<UploadReport>, ProblemHttpResult, NotFound>> Answer(Work work, Guid uploadId, UploadCounts counts, string state)
    {
        var mapping = JsonSerializer.Deserialize<FileMapping>((await work.Single<string>("select mapping::text from upload where upload_id = @uploadId", new { uploadId }))!, Stored)!;
        var (faults, warnings) = await UploadReport.Notes(work, uploadId);
        var report = new UploadReport(state, uploadId, mapping, counts, faults, warnings);
        if (report.Counts.Refused == 0) return TypedResults.Ok(report);

        var codes = faults.Select(fault => fault.Code).Distinct().Take(2).ToList();
        var code = codes is [var only] ? only : "rows_refused";
        return TypedResults.Problem(new ProblemDetails
        {
            Status = StatusCodes.Status422UnprocessableEntity,
            Type = $"urn:careerplatform:rule:{code}",
            Title = "Tệp có dòng không đọc được",
            Detail = $"{report.Counts.Refused} of {report.Counts.Rows} rows cannot be used. Nothing counts yet: correct the file, or accept it without these rows.",
            Extensions = { ["code"] = code, ["errors"] = faults.Select(fault => new Fault(null, fault.Row, fault.Column, fault.Code, fault.Hint)).ToList(), ["report"] = report },
        });
    }
}
