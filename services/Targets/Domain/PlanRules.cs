using System.Globalization;

namespace CareerPlatform.Targets.Domain;

/// <summary>What a plan must hold to beyond its schema: known indicators and functions, ranges that rise, dates within the period, dependencies that end somewhere.</summary>
public static class PlanRules
{
    /// <summary>Calls <paramref name="fault"/> for everything that breaks a rule; with <paramref name="find"/>, also for what the plan says about its parent.</summary>
    public static void Check(Plan plan, Func<string, Plan?>? find, ReportFault fault)
    {
        if (plan.Period.To < plan.Period.From) fault("/period/to", "period_reversed", "giai đoạn kết thúc trước khi bắt đầu", "the period ends before it begins");
        if (plan.Period.Orientation < plan.Period.To) fault("/period/orientation", "period_reversed", "năm định hướng trước khi giai đoạn kết thúc", "the orientation lies before the period ends");
        CheckParameters(plan.Parameters, fault);
        CheckTargets(plan, fault);
        CheckTasks(plan, fault);
        CheckTheRest(plan, fault);
        if (find is not null) CheckParent(plan, find, fault);
    }

    private static void CheckParameters(Parameters parameters, ReportFault fault)
    {
        EveryYear(parameters.Census.LowerSecondary, "/parameters/census/lowerSecondary", fault);
        EveryYear(parameters.Census.UpperSecondary, "/parameters/census/upperSecondary", fault);
        EveryYear(parameters.Sustained, "/parameters/sustained", fault);
        if (parameters.TaskDates is { } dates && dates.LockedAfterDays <= dates.LateAcceptedDays)
        {
            fault("/parameters/taskDates/lockedAfterDays", "period_reversed", "khóa trước khi hết hạn nhận muộn", "locked before late work is no longer accepted");
        }
        if (parameters.Guidance is { } guidance)
        {
            EveryYear(guidance.SchoolsOn, "/parameters/guidance/schoolsOn", fault);
            EveryYear(guidance.TeachersOn, "/parameters/guidance/teachersOn", fault);
            EveryYear(guidance.InformedOn, "/parameters/guidance/informedOn", fault);
        }
        for (var i = 0; i < parameters.Succession.Count; i++)
        {
            KnownFunction(parameters.Succession[i].Function, $"/parameters/succession/{i}/function", fault);
            KnownFunctions(parameters.Succession[i].To, $"/parameters/succession/{i}/to", fault);
        }
    }

    private static void CheckTargets(Plan plan, ReportFault fault)
    {
        var ids = new HashSet<string>();
        for (var i = 0; i < plan.Targets.Count; i++)
        {
            var (target, at) = (plan.Targets[i], $"/targets/{i}");
            if (!ids.Add(target.Id)) fault($"{at}/id", "duplicate_code", $"{target.Id} đặt cho hai chỉ tiêu", $"{target.Id} names two targets");
            if (Indicator.Find(target.Indicator.Code) is not { } indicator) fault($"{at}/indicator/code", "unknown_indicator", $"không có chỉ số {target.Indicator.Code}", $"there is no indicator {target.Indicator.Code}");
            else if (indicator.Version < target.Indicator.Version) fault($"{at}/indicator/version", "unknown_indicator", $"phiên bản mới nhất của {indicator.Code} là {indicator.Version}", $"the newest version of {indicator.Code} is {indicator.Version}");
            if (target.Comparator == "range_as_minimum" && target.High is null) fault(at, "range_end_missing", "thiếu \"high\": khoảng có hai đầu", "\"high\" is missing: a range has two ends");
            if (target.Comparator != "range_as_minimum" && target.High is not null) fault($"{at}/high", "range_end_unexpected", "chỉ khoảng mới có đầu trên", "only a range has an upper end");
            if (target.High <= target.Low) fault($"{at}/high", "range_reversed", "đầu trên của khoảng phải lớn hơn đầu dưới", "the upper end of a range lies above its lower end");
            if (target.Unit == "percent" && (target.High ?? target.Low) > 100) fault($"{at}/{(target.High is null ? "low" : "high")}", "over_100_percent", "lớn hơn 100 phần trăm", "more than 100 percent");
            CheckDue(target.Due, plan, $"{at}/due", fault);
        }
        if (plan.BudgetNeed is { } need && !ids.Contains(need.Target)) UnknownTarget(need.Target, "/budgetNeed/target", fault);
        if (plan.Conference?.Capacity is { } capacity && !ids.Contains(capacity)) UnknownTarget(capacity, "/conference/capacity", fault);
    }

    private static void CheckTasks(Plan plan, ReportFault fault)
    {
        var codes = new HashSet<string>();
        for (var i = 0; i < plan.Tasks.Count; i++)
        {
            var (task, at) = (plan.Tasks[i], $"/tasks/{i}");
            if (!codes.Add(task.Code)) fault($"{at}/code", "duplicate_code", $"{task.Code} đặt cho hai nhiệm vụ", $"{task.Code} names two tasks");
            KnownFunctions(task.Leads, $"{at}/leads", fault);
            KnownFunctions(task.Coordinators, $"{at}/coordinators", fault);
            KnownFunction(task.LeadByRule, $"{at}/leadByRule", fault);
            KnownFunction(task.ProductHolder, $"{at}/productHolder", fault);
            if (task is { LeadByRule: not null, Leads.Count: > 0 }) fault($"{at}/leadByRule", "lead_by_rule_unneeded", "văn bản đã nêu đơn vị chủ trì", "the text names a lead itself");
            if (task.NotBefore is { } day) EveryYear(day, $"{at}/notBefore", fault);
            Fits(task.Recurrence, task.Due, at, fault);
            CheckDue(task.Due, plan, $"{at}/due", fault);
        }
        for (var i = 0; i < plan.Reporting.Count; i++)
        {
            var (duty, at) = (plan.Reporting[i], $"/reporting/{i}");
            if (!codes.Add(duty.Code)) fault($"{at}/code", "duplicate_code", $"{duty.Code} đã dùng cho việc khác", $"{duty.Code} is already used");
            KnownFunctions(duty.From, $"{at}/from", fault);
            KnownFunctions(duty.To, $"{at}/to", fault);
            KnownFunction(duty.Via, $"{at}/via", fault);
            Fits(duty.Recurrence, duty.Due, at, fault);
            CheckDue(duty.Due, plan, $"{at}/due", fault);
        }
        CheckDependencies(plan, fault);
    }

    private static void CheckDependencies(Plan plan, ReportFault fault)
    {
        var tasks = plan.Tasks.DistinctBy(task => task.Code).ToDictionary(task => task.Code);
        for (var i = 0; i < plan.Tasks.Count; i++)
        {
            for (var d = 0; d < plan.Tasks[i].DependsOn.Count; d++)
            {
                var (code, needed, at) = (plan.Tasks[i].Code, plan.Tasks[i].DependsOn[d], $"/tasks/{i}/dependsOn/{d}");
                if (!tasks.ContainsKey(needed)) fault(at, "unknown_task", $"không có nhiệm vụ {needed}", $"there is no task {needed}");
                else if (PathBack(needed, code) is { } path) fault(at, "dependency_cycle", $"phụ thuộc vòng: {code} → {path}", $"depends on itself: {code} → {path}");
            }
        }

        // The way from one task over its dependencies to another; null when there is none.
        string? PathBack(string from, string to)
        {
            var cameFrom = new Dictionary<string, string?> { [from] = null };
            var next = new Queue<string>([from]);
            while (next.TryDequeue(out var code))
            {
                if (code == to)
                {
                    var path = new List<string>();
                    for (string? at = code; at is not null; at = cameFrom[at]) path.Insert(0, at);
                    return string.Join(" → ", path);
                }
                foreach (var needed in tasks.GetValueOrDefault(code)?.DependsOn ?? [])
                    if (cameFrom.TryAdd(needed, code))
                        next.Enqueue(needed);
            }
            return null;
        }
    }

    private static void CheckTheRest(Plan plan, ReportFault fault)
    {
        for (var i = 0; i < plan.Phases.Count; i++)
        {
            var (phase, at) = (plan.Phases[i], $"/phases/{i}");
            if (phase.To < phase.From) fault($"{at}/to", "period_reversed", "giai đoạn kết thúc trước khi bắt đầu", "the phase ends before it begins");
            if (phase.From < plan.Period.From || phase.To > plan.Period.To) fault(phase.From < plan.Period.From ? $"{at}/from" : $"{at}/to", "outside_period", "nằm ngoài giai đoạn của kế hoạch", "lies outside the plan's period");
            for (var n = 0; n < phase.Items.Count; n++)
                if (phase.Items[n].Due is { } due)
                    CheckDue(due, plan, $"{at}/items/{n}/due", fault);
        }
        if (plan.Conference is not { } conference) return;
        CheckDue(conference.Due, plan, "/conference/due", fault);
        for (var i = 0; i < conference.Speeches.Count; i++) KnownFunctions(conference.Speeches[i].Functions, $"/conference/speeches/{i}/functions", fault);
    }

    /// <summary>A parent that is held here must be known, must not lead back, and must have the targets that are replaced or dropped.</summary>
    private static void CheckParent(Plan plan, Func<string, Plan?> find, ReportFault fault)
    {
        var ancestors = new List<Plan>();
        for (var id = plan.Parent?.Plan; id is not null; id = ancestors[^1].Parent?.Plan)
        {
            if (id == plan.Id || ancestors.Any(seen => seen.Id == id))
            {
                fault("/parent/plan", "parent_cycle", $"kế hoạch cấp trên dẫn ngược về {id}", $"its parents lead back to {id}");
                return;
            }
            if (find(id) is not { } ancestor)
            {
                fault("/parent/plan", "unknown_plan", $"không có kế hoạch {id}", $"there is no plan {id}");
                return;
            }
            ancestors.Add(ancestor);
        }

        var inherited = ancestors.SelectMany(ancestor => ancestor.Targets).DistinctBy(target => target.Id).ToDictionary(target => target.Id);
        for (var i = 0; i < plan.Targets.Count; i++)
        {
            var (target, at) = (plan.Targets[i], $"/targets/{i}");
            if (inherited.ContainsKey(target.Id)) fault($"{at}/id", "duplicate_code", $"{target.Id} là mã của một chỉ tiêu cấp trên", $"{target.Id} names a target of its parent");
            if (target.Replaces is not { } replaces) continue;
            if (!inherited.TryGetValue(replaces.Target, out var replaced)) UnknownTarget(replaces.Target, $"{at}/replaces/target", fault);
            else if (replaced.Thing != target.Thing) fault($"{at}/replaces/target", "another_thing", $"{replaces.Target} nói về việc khác", $"{replaces.Target} is about something else");
            else if (replaces.Change == "tighten" && !target.Tightens(replaced)) fault($"{at}/replaces/change", "not_tightened", $"dễ hơn hoặc muộn hơn {replaces.Target}", $"is easier or later than {replaces.Target}");
        }
        for (var i = 0; i < plan.Drops.Count; i++)
            if (!inherited.ContainsKey(plan.Drops[i].Target))
                UnknownTarget(plan.Drops[i].Target, $"/drops/{i}/target", fault);
    }

    private static void CheckDue(Due due, Plan plan, string at, ReportFault fault)
    {
        if (due.Day is { } day) EveryYear(day, $"{at}/day", fault);
        if (due.Kind == "after_event" && !CalendarEvent.All.Contains(due.Event)) fault($"{at}/event", "unknown_event", $"không có sự kiện {due.Event}", $"there is no event {due.Event}");
        if (due.To < due.From) fault($"{at}/to", "period_reversed", "kết thúc trước khi bắt đầu", "ends before it begins");
        if (due.InYear < plan.Period.From) fault(at, "outside_period", "đến hạn trước khi kế hoạch bắt đầu", "due before the plan begins");
        if (due.InYear > (plan.Period.Orientation ?? plan.Period.To)) fault(at, "outside_period", "đến hạn sau khi kế hoạch kết thúc", "due after the plan ends");
    }

    /// <summary>A yearly task has a day of the year or none, a single one has a date, the others have no date in the text.</summary>
    private static void Fits(string recurrence, Due due, string at, ReportFault fault)
    {
        var fits = recurrence switch
        {
            "yearly" => due.Kind is "yearly" or "after_event" or "none",
            "once" => due.Kind is not "yearly",
            _ => due.Kind is "none",
        };
        if (!fits) fault($"{at}/due", "due_does_not_fit", $"hạn kiểu {due.Kind} không đi với việc {recurrence}", $"a due date of kind {due.Kind} does not go with {recurrence}");
    }

    private static void EveryYear(string day, string at, ReportFault fault)
    {
        if (!DateOnly.TryParseExact($"2023-{day}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            fault(at, "no_such_day", "không phải năm nào cũng có ngày này", "there is no such day in every year");
        }
    }

    private static void KnownFunctions(IReadOnlyList<string> codes, string at, ReportFault fault)
    {
        for (var i = 0; i < codes.Count; i++) KnownFunction(codes[i], $"{at}/{i}", fault);
    }

    private static void KnownFunction(string? code, string at, ReportFault fault)
    {
        if (code is not null && Function.Find(code) is null) fault(at, "unknown_function", $"không có chức năng {code}", $"there is no function {code}");
    }

    private static void UnknownTarget(string target, string at, ReportFault fault) => fault(at, "unknown_target", $"không có chỉ tiêu {target}", $"there is no target {target}");
}
