namespace CareerPlatform.Import;

/// <summary>How the file's totals come about: marks with their weights, with or without priority and bonus points; found from its first rows.</summary>
internal sealed record TotalRule(decimal Literature, decimal Mathematics, decimal ForeignLanguage, decimal Specialised, decimal Others, decimal Priority, decimal Bonus)
{
    private static readonly TotalRule[] Known =
    [
        .. from weights in new[] { (1, 1, 1), (2, 2, 1), (2, 2, 2), (2, 1, 1), (1, 2, 1), (1, 1, 2) }
           from specialised in new[] { 0, 1, 2 }
           from others in new[] { 0, 1 }
           from priority in new[] { 0, 1 }
           from bonus in new[] { 0, 1 }
           select new TotalRule(weights.Item1, weights.Item2, weights.Item3, specialised, others, priority, bonus),
    ];

    /// <summary>The rule at least half of the rows follow; null when the file has no total or no such rule.</summary>
    public static TotalRule? Find(IReadOnlyList<ColumnPlan> plans, IReadOnlyList<SampleRow> rows)
    {
        if (!plans.Any(plan => plan.Field is Field.Total)) return null;
        var read = rows.Select(row => Read(plans, row)).Where(row => row is not null).Select(row => row!.Value).ToList();
        var best = Known.Select(rule => (rule, holds: read.Count(row => rule.Holds(row.Marks, row.Others)))).MaxBy(found => found.holds);
        return best.holds > 0 && best.holds * 2 >= read.Count ? best.rule : null;
    }

    public bool IsBrokenBy(Mark[] marks, Dictionary<string, Mark>? others) => IsWhole(marks) && !Holds(marks, others?.Values.Sum(mark => mark.Value ?? 0) ?? 0);

    private static (Mark[] Marks, decimal Others)? Read(IReadOnlyList<ColumnPlan> plans, SampleRow row)
    {
        var (marks, others) = (new Mark[Enum.GetValues<Field>().Length], 0m);
        foreach (var plan in plans)
        {
            if (plan.Field is not (Field.Literature or Field.Mathematics or Field.ForeignLanguage or Field.Specialised or Field.OtherMark or Field.PriorityPoints or Field.BonusPoints or Field.Total)) continue;
            if (!MarkText.TryRead(row[plan.Index], out var mark)) return null;
            if (plan.Field is Field.OtherMark) others += mark.Value ?? 0;
            else marks[(int)plan.Field] = mark.State is MarkState.NotInFile && plan.Field is Field.Literature or Field.Mathematics or Field.ForeignLanguage ? new Mark(MarkState.Absent, null) : mark;
        }

        return IsWhole(marks) ? (marks, others) : null;
    }

    /// <summary>A total and every main mark that the file has a column for, two at least.</summary>
    private static bool IsWhole(Mark[] marks)
    {
        var (literature, mathematics, language) = (marks[(int)Field.Literature].State, marks[(int)Field.Mathematics].State, marks[(int)Field.ForeignLanguage].State);
        return marks[(int)Field.Total].Value is not null && Fits(literature) && Fits(mathematics) && Fits(language)
            && Sat(literature) + Sat(mathematics) + Sat(language) >= 2;

        static bool Fits(MarkState state) => state is MarkState.Marked or MarkState.NotInFile;
        static int Sat(MarkState state) => state is MarkState.Marked ? 1 : 0;
    }

    private bool Holds(Mark[] marks, decimal others)
    {
        decimal Of(Field field) => marks[(int)field].Value ?? 0;
        var sum = (Literature * Of(Field.Literature)) + (Mathematics * Of(Field.Mathematics)) + (ForeignLanguage * Of(Field.ForeignLanguage)) + (Specialised * Of(Field.Specialised)) + (Others * others)
            + (Priority * Of(Field.PriorityPoints)) + (Bonus * Of(Field.BonusPoints));
        return Math.Abs(sum - Of(Field.Total)) <= 0.011m;
    }
}
