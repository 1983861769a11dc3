using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>Counts what plans ask of themselves: their money at the end of the year, their conference, the years of their review.</summary>
/// <remarks>indicators.md, "Each source target": money committed and spent by line, at year-end; Bà Rịa-Vũng Tàu 225/KH-UBND, I and III.</remarks>
public static class PlanCount
{
    public const string Money = "funding_need";
    public const string Attendance = "conference_attendance";
    public const string Length = "conference_length";
    public const string ReviewYears = "review_period";

    public sealed record Answer(GuidanceCount.Counted Counted, DateTimeOffset? DataAsOf);

    /// <summary>The figure; null while nothing was entered.</summary>
    /// <param name="work">The unit of work.</param>
    /// <param name="question">What is asked; the day is the question's own, or the last of the year.</param>
    /// <param name="target">The target, whose value is the denominator.</param>
    /// <param name="plan">Id of the plan that the target comes from.</param>
    public static async Task<Answer?> Read(Work work, Question question, Target target, string plan)
    {
        var reference = new DateOnly(question.Year, 12, 31);
        var day = question.AsOf ?? (question.Today < reference ? question.Today : reference);
        var args = new { work.Tenant, plan, day, question.Year };
        switch (target.Indicator.Code)
        {
            case Money:
                if (!await work.Single<bool>("select exists (select from budget_estimate where tenant_id = @Tenant and plan_id = @plan)", args)) return null;
                var entries = await work.Query<Entry>(
                    """
                    select line, commitment_id is not null as paid, sum(amount) as amount, max(made_at) as at from budget_entry
                    where tenant_id = @Tenant and plan_id = @plan and cancelled_at is null and year <= @Year and on_day <= @day group by 1, 2 order by 1
                    """, args);
                var (need, committed) = ((long)target.Low, Sum(entries.Where(entry => !entry.Paid)));
                return new(Of(committed, need,
                [
                    Part.Of("paid", Sum(entries.Where(entry => entry.Paid)), need),
                    .. entries.GroupBy(entry => entry.Line).Select(line => Part.Of($"line_{line.Key}", Sum(line.Where(entry => entry.Paid)), Sum(line.Where(entry => !entry.Paid)))),   // paid of committed
                ]), entries.Max(entry => (DateTimeOffset?)entry.At));
            case Attendance or Length:
                return await work.Single<Held>("select sessions, attended, noted_at from conference_held where tenant_id = @Tenant and plan_id = @plan and held_on <= @day", args) is { } held
                    ? new(Of(target.Indicator.Code == Attendance ? held.Attended : held.Sessions, (long)target.Low, []), held.NotedAt) : null;
            case ReviewYears:
                return await work.Single<Review>(
                    """
                    select r.year - r.from_year + 1 as years, f.frozen_at from report r join report_frozen f on f.tenant_id = r.tenant_id and f.report_id = r.report_id and f.version = r.version
                    where r.tenant_id = @Tenant and r.kind = 'review' and r.state = 'approved' and r.year <= @Year and f.issued_on <= @day order by r.year desc, f.frozen_at desc limit 1
                    """, args) is { } review ? new(Of(review.Years, (long)target.Low, []), review.FrozenAt) : null;
            default:
                return null;
        }

        GuidanceCount.Counted Of(long n, long d, IReadOnlyList<Part> parts) => new(Figure.Plain(n, d), day, day < reference, parts, [Figure.Plain(n, d)]);
        static long Sum(IEnumerable<Entry> of) => (long)of.Sum(entry => entry.Amount);
    }

    private sealed record Entry(int Line, bool Paid, decimal Amount, DateTimeOffset At);

    private sealed record Held(int Sessions, int Attended, DateTimeOffset NotedAt);

    private sealed record Review(int Years, DateTimeOffset FrozenAt);
}
