using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>Every target of the plan in force and how the province or one area stands against it, live.</summary>
/// <remarks>Reads sums, never graduates: the cost does not grow with their number. Anybody signed in may ask; small cells are shown to staff and leaders only.</remarks>
public static class ReadIndicators
{
    public sealed record Answer(
        string Province, int Year, PlanName? Plan, string Border, string AreaOf, AreaName? Area, DateTimeOffset? DataAsOf, IReadOnlyList<Item> Items, Operational Operational);

    public sealed record PlanName(string Id, Text Title, bool InForce);

    public sealed record AreaName(string Code, string? Name, string Kind);

    public sealed record Item
    {
        public required string Code { get; init; }
        public required int Version { get; init; }
        public required Text Title { get; init; }
        public required string Variant { get; init; }
        public required string State { get; init; }
        public FigureAnswer? Figure { get; init; }
        public IReadOnlyList<Mark> Marks { get; init; } = [];
        public IReadOnlyList<FigureAnswer> ByMaturity { get; init; } = [];
        public Target? Target { get; init; }

        /// <summary>The plan the target comes from: the one in force, or a parent of it.</summary>
        public string? Plan { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/indicators", Handle).ProducesProblem(400).ProducesProblem(404);

    public static async Task<Ok<Answer>> Handle(
        int year, string? plan, string? area, string? border, string? variant, string? maturity, string? areaOf,
        Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (variant is not (null or "general" or "disadvantaged")) throw Question.Unknown("variant");
        var question = Question.From(plans, caller, clock, year, plan, border, areaOf, maturity);
        await using var work = await database.Begin(caller.Tenant, ct);
        var (name, cells, asOf) = await Cells(work, question, area);
        var operational = await Operational.Read(work, year);
        await work.Commit();

        var items = Asked(question.Targets, year)
            .Where(asked => variant is null || (variant == "disadvantaged") == asked.Disadvantaged)
            .Select(asked => Count(question, asked, cells)).ToList();
        return TypedResults.Ok(new Answer(
            caller.Tenant, year, question.Plan is { } chosen ? new PlanName(chosen.Id, chosen.Title, plans.IsInForce(chosen, caller.Tenant, year)) : null,
            question.OldBorders ? "old" : "new", question.AreaOf, name, asOf, items, operational));
    }

    /// <summary>A target to count against, or an enrolment indicator that no target is about.</summary>
    private sealed record Asking(Indicator Indicator, string Variant, bool Disadvantaged, Target? Target = null, string? Plan = null);

    private static IEnumerable<Asking> Asked(IReadOnlyList<EffectiveTarget> targets, int year) =>
    [
        .. targets.GroupBy(held => held.Target.Thing)
            .Select(same => Target.ThatCounts(same.Select(held => held.Target), year)!)
            .Select(target => new Asking(Indicator.Find(target.Indicator.Code)!, target.Variant, target.Variant.StartsWith("disadvantaged", StringComparison.Ordinal), target,
                targets.First(held => held.Target == target).Plan)),
        .. Indicator.All.Where(indicator => indicator.Level is not null && !targets.Any(held => held.Target.Indicator.Code == indicator.Code))
            .SelectMany(indicator => new[] { new Asking(indicator, "general", false), new Asking(indicator, "disadvantaged_area", true) }),
    ];

    private static Item Count(Question question, Asking asked, IReadOnlyList<(string Level, Cell Cell)> cells)
    {
        var item = new Item
        {
            Code = asked.Indicator.Code,
            Version = asked.Target?.Indicator.Version ?? asked.Indicator.Version,
            Title = asked.Target?.Title ?? asked.Indicator.Title,
            Variant = asked.Variant,
            Target = asked.Target,
            Plan = asked.Plan,
            State = State.NoDataYet,
        };
        if (asked.Indicator.Level is not { } level) return item with { Marks = asked.Target is { } other ? Mark.Of(other, null, false) : [] };

        var figures = Maturity.All.ToDictionary(maturity => maturity, maturity => Figure.Of(asked.Indicator, question.Rules,
            cells.Where(row => row.Level == level && row.Cell.Maturity == maturity && (row.Cell.Disadvantaged || !asked.Disadvantaged)).Select(row => row.Cell)));
        var shown = question.MaturityOf(asked.Target, level);
        var marks = asked.Target is { } target ? Mark.Of(target, figures[shown], Hidden(shown)) : [];
        return item with
        {
            Figure = Answer(shown),
            State = figures[shown].D == 0 ? State.NoDataYet : Hidden(shown) ? State.Suppressed : marks is [var floor, ..] ? floor.State! : State.NoTarget,
            Marks = marks,
            ByMaturity = [.. Maturity.All.Select(Answer)],
        };

        bool Hidden(string maturity) => !question.SeesSmallCells && SmallCells.In(figures[maturity], question.Rules.SuppressBelow);
        FigureAnswer Answer(string maturity) =>
            FigureAnswer.Of(figures[maturity], maturity, question.DayOf(maturity, level), question.Provisional(maturity, level), Hidden(maturity));
    }

    private static async Task<(AreaName?, IReadOnlyList<(string, Cell)>, DateTimeOffset?)> Cells(Work work, Question question, string? area)
    {
        if (area is null)
        {
            var all = await Sums.Read(work, question.Year, question.AreaOf, byArea: false);
            return (null, Rows(all), AsOf(all));
        }
        var borders = await question.Borders(work);
        var kind = new[] { "commune", "district", "province" }.FirstOrDefault(kind => borders.Find(kind, area) is not null) ?? "commune";
        var rows = (await Sums.Read(work, question.Year, question.AreaOf, byArea: true)).Where(row => row.AreaIn(borders, question, kind) == area).ToList();
        if (rows.Count == 0 && borders.Find(kind, area) is null) throw new RuleBroken("unknown_area", "Không có địa bàn này", "No area has this code within these borders.", 404);
        return (new AreaName(area, borders.Find(kind, area)?.Name, kind), Rows(rows), AsOf(rows));

        static List<(string, Cell)> Rows(IEnumerable<Sums> sums) => [.. sums.Select(row => (row.Level, row.Cell))];
        static DateTimeOffset? AsOf(IReadOnlyCollection<Sums> sums) => sums.Count == 0 ? null : sums.Max(row => row.ChangedAt);
    }
}
