using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Domain;

/// <summary>The grade-10 admission results of a province for one school year: read, checked by one person, finalised by another, then only amended.</summary>
public sealed class Round
{
    public const string Open = "open";
    public const string Checked = "checked";
    public const string Finalized = "finalized";

    public required Guid RoundId { get; init; }
    public required int SchoolYear { get; init; }
    public required int Number { get; init; }
    public required string Name { get; init; }
    public required string Status { get; set; }
    public Guid? AcceptedUpload { get; set; }
    public string? CheckedBy { get; set; }
    public DateTime? CheckedAt { get; set; }
    public string? FinalizedBy { get; set; }
    public DateTime? FinalizedAt { get; set; }
    public int Version { get; set; }
    public int? ResultCount { get; set; }

    /// <summary>Refuses another file, another checking or other places once the results are final; later changes are amendments with a reason.</summary>
    public void StillOpen()
    {
        if (Status == Finalized) throw new RuleBroken("round_already_final", "Kỳ tuyển sinh đã chốt", $"Round {Number} was finalised; later changes are amendments, each with a reason.");
    }

    /// <summary>An officer has looked at the rows and stands for them.</summary>
    public void Accept(Guid upload, int refusedRows, bool withoutRefusedRows, string by, DateTimeOffset at)
    {
        StillOpen();
        if (refusedRows > 0 && !withoutRefusedRows)
            throw new RuleBroken("rows_refused", "Còn dòng chưa đọc được", $"{refusedRows} rows cannot be read; correct the file, or accept it without them by saying so.", 422);
        (AcceptedUpload, Status, CheckedBy, CheckedAt) = (upload, Checked, by, at.UtcDateTime);
    }

    /// <summary>A second person signs off: control total and final flag must agree with what the round holds.</summary>
    public void Finalize(int controlTotal, bool resultsAreFinal, RoundState state, string by, DateTimeOffset at)
    {
        StillOpen();
        if (Status != Checked) throw new RuleBroken("round_not_checked", "Kết quả chưa được kiểm tra", "An officer must accept the results before they can be finalised.");
        if (by == CheckedBy) throw new RuleBroken("second-person-required", "Cần người thứ hai chốt kết quả", "The person who checked the results cannot also finalise them.");
        if (!resultsAreFinal) throw new RuleBroken("results_not_final", "Kết quả chưa phải là kết quả cuối cùng", "Finalise only when appeals are closed and the results are final.");
        if (controlTotal != state.Results) throw new RuleBroken("control_total_mismatch", "Số kiểm soát không khớp", $"The round holds {state.Results} results, not {controlTotal}.", 422);
        if (state.InReview > 0) throw new RuleBroken("review_open", "Còn dòng chờ xác minh học sinh", $"{state.InReview} rows wait for a decision on whose they are.");
        if (state.UnmatchedOpen > 0) throw new RuleBroken("unmatched_open", "Còn dòng chưa tìm được học sinh", $"{state.UnmatchedOpen} rows are nobody's yet: decide whose each is, or that it is about no pupil of this province.");
        if (state.WithoutOutcome > 0) throw new RuleBroken("outcome_missing", "Còn kết quả chưa có kết luận", $"{state.WithoutOutcome} results say neither admitted, without a place nor absent; set the places of each council or correct the file.");

        (Status, FinalizedBy, FinalizedAt, Version, ResultCount) = (Finalized, by, at.UtcDateTime, Version + 1, state.Results);
    }

    /// <summary>Every pupil whose result was accepted has one in the frozen version; who has no place on a roster would be lost without a word.</summary>
    public static void AllFrozen(RoundState state, int frozen)
    {
        if (frozen != state.Pupils) throw new RuleBroken("roster_missing", "Có học sinh không còn trong danh sách lớp 9", $"{state.Pupils - frozen} pupils of the results are on no roster of a known school; import the roster first.");
    }

    /// <summary>Only a finalised round can be amended; each amendment is a version of its own.</summary>
    public void Amend()
    {
        if (Status != Finalized) throw new RuleBroken("round_not_final", "Kỳ tuyển sinh chưa chốt", "Before a round is finalised its file is corrected; amendments come after.");
        Version++;
    }
}

/// <summary>What the accepted file of a round holds: one result per row that is neither refused nor a repetition, matched to a pupil or not.</summary>
/// <param name="Results">All of them, those decided to be nobody's of this province among them.</param>
/// <param name="Matched">Results of a pupil.</param>
/// <param name="Pupils">Pupils with a result; one may have several, one for each wish.</param>
/// <param name="Unmatched">Results of no pupil.</param>
/// <param name="UnmatchedOpen">Those of them on which nobody has decided.</param>
/// <param name="InReview">Results that may be one of several pupils'.</param>
/// <param name="WithoutOutcome">Results of a pupil that say neither admitted, without a place nor absent.</param>
public sealed record RoundState(int Results, int Matched, int Pupils, int Unmatched, int UnmatchedOpen, int InReview, int WithoutOutcome);
