using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>The money of one plan: what it needs, what each year was estimated and given, what is committed and paid, by line of spending and source. Whole đồng.</summary>
/// <remarks>Need, exclusions, lines and sources come from the plan: Nghệ An 3129/QĐ-UBND, IV.1.1–IV.1.3. Finance provides yearly funds without extra spending (V.2.5), so nothing is committed above its estimate.</remarks>
public sealed class BudgetBook(Plan plan, IReadOnlyCollection<BudgetBook.Estimate> estimates, IReadOnlyCollection<BudgetBook.Entry> entries, IReadOnlyCollection<int> approvedYears)
{
    public sealed record Estimate(int Year, int Line, int Source, decimal Amount);

    /// <param name="CommitmentId">Of a payment: what it pays; null for a commitment.</param>
    public sealed record Entry(Guid EntryId, int Year, int Line, int Source, Guid? CommitmentId, decimal Amount);

    /// <summary>What the plan says it will cost; null where it names no sum.</summary>
    public decimal? Need => plan.BudgetNeed is { } need ? plan.Targets.FirstOrDefault(target => target.Id == need.Target)?.Low : null;

    public decimal Estimated(int? year = null, int? line = null, int? source = null) =>
        estimates.Where(one => (year is null || one.Year == year) && (line is null || one.Line == line) && (source is null || one.Source == source)).Sum(one => one.Amount);

    public decimal Committed(int? year = null, int? line = null, int? source = null) => Sum(entries.Where(entry => entry.CommitmentId is null), year, line, source);

    public decimal Paid(int? year = null, int? line = null, int? source = null) => Sum(entries.Where(entry => entry.CommitmentId is not null), year, line, source);

    private static decimal Sum(IEnumerable<Entry> of, int? year, int? line, int? source) =>
        of.Where(entry => (year is null || entry.Year == year) && (line is null || entry.Line == line) && (source is null || entry.Source == source)).Sum(entry => entry.Amount);

    public void MayBeEstimated(int year, int line, int source, decimal amount)
    {
        MustHave(year, line, source);
        if (approvedYears.Contains(year)) throw new RuleBroken("estimate_approved", "Dự toán năm đã được duyệt", "The year's estimate is approved and no longer changes.");
        if (amount < 0 || amount != decimal.Truncate(amount) || amount > 1_000_000_000_000_000m) throw AmountInvalid();
    }

    public void MayBeCommitted(int year, int line, int source, decimal amount)
    {
        MustHave(year, line, source);
        Positive(amount);
        if (!approvedYears.Contains(year)) throw new RuleBroken("estimate_not_approved", "Dự toán năm chưa được duyệt", "Money is committed from an approved estimate.");
        var left = Estimated(year, line, source) - Committed(year, line, source);
        if (amount > left) throw new RuleBroken("estimate_exceeded", "Vượt dự toán được duyệt", $"{left} đồng of this line and source are not committed yet.");
    }

    public Entry MayBePaid(Guid commitment, decimal amount)
    {
        Positive(amount);
        var paying = entries.FirstOrDefault(entry => entry.EntryId == commitment && entry.CommitmentId is null)
            ?? throw new RuleBroken("unknown_commitment", "Không có khoản cam kết này", "No commitment that stands has this id.", 422);
        var left = paying.Amount - entries.Where(entry => entry.CommitmentId == commitment).Sum(entry => entry.Amount);
        if (amount > left) throw new RuleBroken("commitment_exceeded", "Vượt số đã cam kết", $"{left} đồng of this commitment are not paid yet.");
        return paying;
    }

    public void MayBeCancelled(Guid entry)
    {
        if (entries.Any(other => other.CommitmentId == entry)) throw new RuleBroken("commitment_paid", "Khoản cam kết đã chi", "Cancel the payments of this commitment first.");
    }

    private void MustHave(int year, int line, int source)
    {
        if (!plan.Covers(year)) throw new RuleBroken("year_outside_plan", "Năm ngoài kỳ kế hoạch", "The year lies outside the plan's period.", 422);
        if (line < 1 || line > (plan.Spending?.Items.Count ?? 0)) throw new RuleBroken("unknown_line", "Không có nội dung chi này", "The plan has no such line of spending; they are counted from 1.", 422);
        if (source < 1 || source > plan.Funding.Count) throw new RuleBroken("unknown_source", "Không có nguồn kinh phí này", "The plan has no such source; they are counted from 1.", 422);
    }

    private static void Positive(decimal amount)
    {
        if (amount <= 0 || amount != decimal.Truncate(amount)) throw AmountInvalid();
    }

    private static RuleBroken AmountInvalid() => new("amount_invalid", "Số tiền không hợp lệ", "Amounts are whole đồng.", 422);
}
