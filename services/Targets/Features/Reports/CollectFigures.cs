using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Budget;
using CareerPlatform.Targets.Features.Conferences;
using CareerPlatform.Targets.Features.Indicators;
using CareerPlatform.Targets.Features.Inspections;
using CareerPlatform.Targets.Features.Labour;
using CareerPlatform.Targets.Features.Tasks;

namespace CareerPlatform.Targets.Features.Reports;

/// <summary>Collects what a report says in numbers: indicators by area, tasks done and late, what inspections found, the outreach and the money.</summary>
public sealed class CollectFigures(Database database, PlanRegistry plans, TimeProvider clock)
{
    public async Task<ReportFigures> For(Report report, Person person, CancellationToken ct) => (await Collect(report, person, ct)).Figures;

    /// <summary>What the report says, and its indicators whole, year by year, as they are frozen with it.</summary>
    public async Task<(ReportFigures Figures, IReadOnlyList<FreezeFigures.Counted> Counted)> Collect(Report report, Person person, CancellationToken ct)
    {
        var (kind, period, today) = (report.KindOf, report.Period, clock.Today());
        var reader = person with { Roles = new HashSet<string> { Policies.Officer } };   // a report shows small cells: it goes from office to office
        IReadOnlyList<Area> register;
        await using (var work = await database.Begin(person.Tenant, ct)) register = [.. await work.Register()];
        var area = report.Area.Length == 0 ? null : register.Where(one => one.Code == report.Area).MaxBy(one => one.ValidFrom);
        var border = area is { ValidTo: not null } ? "old" : "new";

        List<ReportFigures.IndicatorLine> indicators = [];
        List<FreezeFigures.Counted> counted = [];
        DateTimeOffset? dataAsOf = null;
        for (var year = period.From; year <= period.Year && Has("indicators"); year++)
        {
            var answer = (await ReadIndicators.Handle(year, null, area?.Code, border, null, null, null, null, reader, plans, database, clock, ct)).Value!;
            if (answer.DataAsOf > (dataAsOf ?? DateTimeOffset.MinValue)) dataAsOf = answer.DataAsOf;
            counted.Add(new(year, answer.Plan?.Id, report.Area, border, FreezeFigures.Body(answer.Items)));
            indicators.AddRange(answer.Items.Select(item => Line(year, item)));
        }
        List<ReportFigures.AreaLine> areas = [];
        foreach (var code in Has("areas") ? Indicator.All.Where(indicator => indicator.ByArea).Select(indicator => indicator.Code) : [])
        {
            if ((await ReadIndicatorAreas.Handle(code, period.Year, null, null, null, null, null, null, null, reader, plans, database, clock, ct)).Result is not Microsoft.AspNetCore.Http.HttpResults.Ok<ReadIndicatorAreas.Answer> { Value.Total.D: > 0 } ok) continue;
            areas.AddRange(ok.Value!.Areas.Select(row => new ReportFigures.AreaLine(code, row.Code, row.Name, row.Figure.N ?? 0, row.Figure.D ?? 0, row.Figure.NotKnown ?? 0, row.Figure.Share, row.State)));
        }

        await using var reading = await database.Begin(person.Tenant, ct);
        var tasks = Has("tasks") ? await Tasks(reading, period, area?.Code, today) : [];
        var inspections = Has("inspections") ? (await ListInspections.Read(reading, null, period.Year, today)).Where(one => area is null || one.Areas.Contains(area.Code)).ToList() : [];
        var findings = inspections.SelectMany(one => one.Findings).Where(finding => area is null || finding.Area == area.Code).ToList();
        var outreach = Has("outreach") ? await Operational.Read(reading, period.Year) : null;
        var plan = plans.InForce(person.Tenant, period.Year);
        var book = Has("budget") && plan is not null ? await reading.Book(plan) : null;
        var (firstQuarter, lastQuarter) = period.Quarters;
        var reporters = Has("labour_market") ? await reading.LabourReporters(period.Year, firstQuarter, lastQuarter) : [];
        return (new ReportFigures
        {
            AsOf = today,
            DataAsOf = dataAsOf,
            Plan = plan is null ? null : new(plan.Id, plan.Title.Vi, plan.Issuer, plan.Number, plan.Date),
            AreaName = area?.Name ?? (report.Area.Length == 0 ? null : report.Area),
            Indicators = indicators,
            Areas = areas,
            Tasks = Count(tasks),
            Late = [.. tasks.Where(task => task.DaysLate > 0 && task.State is not (TaskState.Waiting or TaskState.Dropped)).OrderByDescending(task => task.DaysLate).ThenBy(task => task.Code, StringComparer.Ordinal).ThenBy(task => task.Area, StringComparer.Ordinal)
                .Select(task => new ReportFigures.LateTask(task.Code, task.Title.Vi, task.OwnerTitle?.Vi ?? "", task.AreaName ?? task.Area, task.LastDay, task.DaysLate, task.State))],
            Inspections = new(
                inspections.Count, inspections.Count(one => one.HeldOn is not null), inspections.Where(one => one.HeldOn is not null).SelectMany(one => one.Areas).Distinct().Count(),
                findings.Count, findings.Count(finding => finding.ClosedOn is null), findings.Count(finding => finding.Overdue)),
            Findings = [.. findings.Select(finding => new ReportFigures.FindingLine(finding.Area, finding.AreaName, finding.Severity, finding.Text, finding.FollowUp, finding.FollowUpBy, finding.ClosedOn is null))],
            Outreach = outreach is null ? null : new(outreach.Leads, outreach.Withdrawn, outreach.Contacted, outreach.ContactedInTime, outreach.Reached, outreach.Started),
            Budget = book is null || (book.Estimated() == 0 && book.Committed() == 0) ? [] : [.. (plan!.Spending?.Items ?? []).Select((title, n) => new ReportFigures.BudgetLine(
                $"{n + 1}", title.Vi, Over(period, year => book.Estimated(year, n + 1)), Over(period, year => book.Committed(year, n + 1)), Over(period, year => book.Paid(year, n + 1))))],
            BudgetNeed = book?.Need is { } need ? new(need, [.. plan!.BudgetNeed!.Exclusions.Select(text => text.Vi)], plan.BudgetNeed.Clause) : null,
            Labour = !Has("labour_market") ? [] : [.. (await ShowLabourNumbers.Read(reading, period.Year, firstQuarter, lastQuarter))
                .Select(line => new ReportFigures.LabourLine(line.Measure, line.Title.Vi, line.Level, line.LevelTitle.Vi, line.Number, line.Before))],
            LabourReporters = reporters.Count == 0 ? null : new(reporters.Count(one => one.EnteredAt is not null), reporters.Count),
            Conference = !Has("conference") || plan is null ? [] : [.. (await reading.Conference(plan)).Select(item => new ReportFigures.ConferenceLine(
                item.Code, item.Kind, item.Topic?.Vi ?? item.Title.Vi, item.Responsible ?? (item.Topic is null ? null : item.Title.Vi), item.State, item.Due, item.DaysLate(today), item.Invited, item.Confirmed, item.Attended))],
            AreaReports = report.Area.Length == 0 ? await AreaReports(reading, kind, period, register) : [],
        }, counted);

        bool Has(string source) => kind.Parts.Any(part => part.Source == source);
    }

    private static decimal Over(ReportPeriod period, Func<int, decimal> sum) => Enumerable.Range(period.From, period.Year - period.From + 1).Sum(sum);

    private static ReportFigures.IndicatorLine Line(int year, ReadIndicators.Item item) => new(
        year, item.Code, item.Variant, item.Title.Vi, item.Figure?.Maturity, item.Figure?.ReferenceDate, item.Figure?.Provisional ?? true, item.Figure?.N, item.Figure?.D, item.Figure?.NotKnown,
        item.Figure?.Share, item.Figure?.Upper, item.Target?.Low, item.Target?.High, item.Target?.Unit, item.Target?.Comparator, item.State);

    /// <summary>Those whose last day lies within the time reported.</summary>
    private static async Task<IReadOnlyList<ListTasks.Item>> Tasks(Work work, ReportPeriod period, string? area, DateOnly today)
    {
        var from = period.Part is null ? new DateOnly(period.From, 1, 1) : period.Until.AddDays(1).AddMonths(-12 / (period.Name.Contains('H', StringComparison.Ordinal) ? 2 : 4));
        return await ListTasks.Read(
            work, null, period.Year, today, "and t.dropped_at is null and t.last_day between @from and @Until and (@area::varchar is null or t.area = @area)", int.MaxValue, new { from, period.Until, area });
    }

    private static ReportFigures.TaskCounts Count(IReadOnlyList<ListTasks.Item> tasks) => new(
        tasks.Count, tasks.Count(task => task.State == TaskState.Accepted), tasks.Count(task => task.State == TaskState.Submitted),
        tasks.Count(task => task.State is TaskState.NotBegun or TaskState.InProgress or TaskState.Returned), tasks.Count(task => task.State == TaskState.Overdue),
        tasks.Count(task => task.State == TaskState.Waiting), tasks.Count(task => task.State is TaskState.Accepted or TaskState.Submitted && task.DaysLate > 0));

    /// <summary>How far the reports are that this one holds, of every area that stands at the end of its time.</summary>
    private static async Task<IReadOnlyList<ReportFigures.AreaReport>> AreaReports(Work work, ReportKind kind, ReportPeriod period, IReadOnlyList<Area> register)
    {
        var below = ReportKind.All.Where(other => other.Into == kind.Code).Select(other => other.Code).ToArray();
        if (below.Length == 0) return [];
        var told = (await work.Query<(string Area, string State, string? Sha256)>(
            "select area, state, encode(sha256, 'hex') from report where tenant_id = @Tenant and year = @Year and kind = any (@below)", new { work.Tenant, period.Year, below }))
            .ToDictionary(row => row.Area);
        var kindOfArea = register.Any(area => area.Kind == "district" && area.ValidOn(period.Until)) ? "district" : "commune";
        return
        [
            .. register.Where(area => area.Kind == kindOfArea && area.ValidOn(period.Until)).OrderBy(area => area.Code, StringComparer.Ordinal)
                .Select(area => told.TryGetValue(area.Code, out var report) ? new ReportFigures.AreaReport(area.Code, area.Name, report.State, report.Sha256) : new(area.Code, area.Name, "missing", null)),
        ];
    }
}
