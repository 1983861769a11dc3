using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>One report on its way: drafted, submitted with its figures fixed, accepted (of an area, by the province) or approved (of the province, by another person), or returned.</summary>
/// <remarks>What was accepted or approved is frozen and never changes; taking an area's acceptance back makes a next version, and is refused once the report above is approved.</remarks>
public sealed record Report
{
    public required Guid ReportId { get; init; }
    public required string Kind { get; init; }
    public required int FromYear { get; init; }
    public required int Year { get; init; }
    public int? Part { get; init; }

    /// <summary>Code of the area; empty for the province.</summary>
    public required string Area { get; init; }

    public required string State { get; init; }
    public required int Version { get; init; }
    public string Texts { get; init; } = "{}";
    public string? Letterhead { get; init; }
    public string? SubmittedBy { get; init; }
    public DateTimeOffset? SubmittedAt { get; init; }
    public int Revision { get; init; }

    public ReportKind KindOf => ReportKind.Find(Kind) ?? throw new InvalidOperationException($"No kind of report is called {Kind}.");

    public ReportPeriod Period => ReportPeriod.Of(KindOf, Year, Part, FromYear == Year && KindOf.Period != "years" ? null : FromYear);

    public bool IsFrozen => State is ReportState.Accepted or ReportState.Approved;

    /// <summary>Texts are written while it is drafted or has come back.</summary>
    public void MayBeWritten()
    {
        if (State is not (ReportState.Draft or ReportState.Returned)) throw NotFrom("written");
    }

    public Report Submit(string by, DateTimeOffset at)
    {
        MayBeWritten();
        return this with { State = ReportState.Submitted, SubmittedBy = by, SubmittedAt = at };
    }

    /// <summary>Accepted where it is an area's, approved where it is the province's; never by the person who submitted it.</summary>
    public Report Freeze(string by)
    {
        if (State != ReportState.Submitted) throw NotFrom(Area.Length > 0 ? "accepted" : "approved");
        if (by == SubmittedBy) throw new RuleBroken("second_person_required", "Người trình không được tự duyệt", "The person who submitted it cannot also approve it.");
        return this with { State = Area.Length > 0 ? ReportState.Accepted : ReportState.Approved };
    }

    /// <summary>Given back with a reason; from accepted only while the report above is not approved, and then it goes on as a next version.</summary>
    public Report Return(string reason, bool approvedAbove)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new RuleBroken("reason_required", "Cần nêu lý do", "Say why it is returned.", 422);
        if (State == ReportState.Approved) throw new RuleBroken("report_frozen", "Báo cáo đã duyệt, không thay đổi", "An approved report never changes; restate its figures with a reason instead.");
        if (State is not (ReportState.Submitted or ReportState.Accepted)) throw NotFrom("returned");
        if (approvedAbove) throw new RuleBroken("approved_above", "Báo cáo cấp trên đã duyệt", "The report of the province that holds it is approved; restate figures with a reason instead.");
        return this with { State = ReportState.Returned, Version = State == ReportState.Accepted ? Version + 1 : Version };
    }

    private RuleBroken NotFrom(string what) => new("transition_not_allowed", "Không thực hiện được ở trạng thái này", $"From {State} it cannot be {what}.");
}

public static class ReportState
{
    public const string Draft = "draft";
    public const string Submitted = "submitted";
    public const string Returned = "returned";
    public const string Accepted = "accepted";
    public const string Approved = "approved";
}

/// <summary>Who issues a report and how it is headed and signed: Nghị định 30/2020/NĐ-CP, appendix I.</summary>
/// <param name="Superior">The office above, in capitals on paper; null where there is none.</param>
/// <param name="Office">The office that issues it.</param>
/// <param name="Symbol">What follows the number: `BC-SGDĐT`.</param>
/// <param name="Place">Before the date.</param>
/// <param name="SignedAs">Lines above the signature: `GIÁM ĐỐC`, or `KT. GIÁM ĐỐC` and `PHÓ GIÁM ĐỐC`.</param>
/// <param name="Signer">Who signs; null leaves the place empty.</param>
/// <param name="Recipients">Who gets it, without the archive's line.</param>
/// <param name="Archive">Where it is kept: `VT, GDTrH`.</param>
public sealed record Letterhead(
    string? Superior, string Office, string Symbol, string Place, IReadOnlyList<string> SignedAs, string? Signer, IReadOnlyList<string> Recipients, string Archive);
