using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>What is told each quarter about training capacity, employment and the labour market: Vĩnh Long 394/KH-SGDĐT, V.2.b.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Title">Our own wording.</param>
/// <param name="ByArea">Entered by areas; otherwise by institutions.</param>
/// <param name="Stock">How things stand at the end of a quarter; otherwise what happened in it, which adds up over quarters.</param>
public sealed record LabourMeasure(string Code, Text Title, bool ByArea, bool Stock)
{
    public static IReadOnlyList<LabourMeasure> All { get; } =
    [
        new("capacity", new("Năng lực đào tạo (chỗ học)", "Training capacity (places)"), ByArea: false, Stock: true),
        new("admitted", new("Tuyển sinh trong kỳ", "Admitted in the time"), ByArea: false, Stock: false),
        new("graduated", new("Tốt nghiệp trong kỳ", "Graduated in the time"), ByArea: false, Stock: false),
        new("employed", new("Có việc làm sau tốt nghiệp", "Of them with work"), ByArea: false, Stock: false),
        new("vacancies", new("Nhu cầu tuyển dụng lao động", "Workers wanted"), ByArea: true, Stock: true),
        new("placed", new("Được giới thiệu có việc làm trong kỳ", "Found work in the time"), ByArea: true, Stock: false),
    ];

    /// <summary>Levels of training; `untrained` only of the labour market.</summary>
    public static IReadOnlyList<(string Code, Text Title)> Levels { get; } =
    [
        ("elementary", new("Sơ cấp", "Elementary")), ("intermediate", new("Trung cấp", "Intermediate")), ("college", new("Cao đẳng", "College")), ("untrained", new("Chưa qua đào tạo", "Untrained")),
    ];

    public static LabourMeasure? Find(string code) => All.FirstOrDefault(measure => measure.Code == code);

    /// <summary>One number of an entry.</summary>
    public sealed record Number(string Measure, string Level, int Count);

    /// <summary>Refuses what an institution or an area cannot tell, naming the place in the list.</summary>
    public static void Check(IReadOnlyList<Number> numbers, bool byArea)
    {
        var faults = new List<Fault>();
        for (var n = 0; n < numbers.Count; n++)
        {
            var (number, at) = (numbers[n], $"/items/{n}");
            if (Find(number.Measure) is not { } measure || measure.ByArea != byArea) faults.Add(new Fault($"{at}/measure", null, null, "unknown_measure", string.Join(", ", All.Where(one => one.ByArea == byArea).Select(one => one.Code))));
            else if (!Levels.Any(level => level.Code == number.Level) || (number.Level == "untrained" && !byArea)) faults.Add(new Fault($"{at}/level", null, null, "unknown_level", null));
            if (number.Count is < 0 or > 1_000_000) faults.Add(new Fault($"{at}/count", null, null, "value_invalid", null));
            if (numbers.Take(n).Any(other => (other.Measure, other.Level) == (number.Measure, number.Level))) faults.Add(new Fault(at, null, null, "duplicate_row", null));
        }
        foreach (var level in Levels.Select(level => level.Code))
            if (Of("employed", level) > Of("graduated", level))
                faults.Add(new Fault("/items", null, null, "employed_over_graduated", level));
        if (faults.Count > 0) throw new RuleBroken("numbers_invalid", "Số liệu không hợp lệ", "Some of the numbers are not what this reporter can tell. Nothing was stored.", 422).With(faults);

        long Of(string measure, string level) => numbers.Where(number => number.Measure == measure && number.Level == level).Sum(number => (long)number.Count);
    }
}
