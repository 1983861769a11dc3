using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Schools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>Every target of the plan in force and how the province or one area stands against it, live or as of any day.</summary>
/// <remarks>Reads sums, never graduates, unless a day of the caller's own is asked for: the cost does not grow with their number. Anybody signed in may ask; small cells, other borders, days and
/// maturities are for staff and leaders only.</remarks>
public static class ReadIndicators
{
    public sealed record Answer(
        string Province, int Year, PlanName? Plan, string Border, string AreaOf, DateOnly? AsOf, AreaName? Area, DateTimeOffset? DataAsOf, IReadOnlyList<Item> Items, Operational Operational);

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

        /// <summary>Parts of the figure shown beside it: levels, boarding schools, pupils and guardians; how many of those counted are copies.</summary>
        public IReadOnlyList<Part> Parts { get; init; } = [];

        public IReadOnlyList<Mark> Marks { get; init; } = [];
        public IReadOnlyList<FigureAnswer> ByMaturity { get; init; } = [];
        public Target? Target { get; init; }

        /// <summary>The plan the target comes from: the one in force, or a parent of it.</summary>
        public string? Plan { get; init; }

        /// <summary>When the newest fact behind the figure was recorded.</summary>
        public DateTimeOffset? DataAsOf { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/indicators", Handle).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    public static async Task<Ok<Answer>> Handle(
        int year, string? plan, string? area, string? border, string? variant, string? maturity, string? areaOf, DateOnly? asOf,
        Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (variant is not (null or "general" or "disadvantaged")) throw Question.Unknown("variant");
        var question = Question.From(plans, caller, clock, year, plan, border, areaOf, maturity, asOf);
        await using var work = await database.Begin(caller.Tenant, ct);
        var (name, dataAsOf, items) = await Items(work, question, area, variant);
        var operational = await Operational.Read(work, year);
        await work.Commit();
        return TypedResults.Ok(new Answer(
            caller.Tenant, year, question.Plan is { } chosen ? new PlanName(chosen.Id, chosen.Title, plans.IsInForce(chosen, caller.Tenant, year)) : null,
            question.OldBorders ? "old" : "new", question.AreaOf, asOf, name, dataAsOf, items, operational));
    }

    /// <summary>Every figure that is asked for, as it stands now.</summary>
    internal static async Task<(AreaName? Area, DateTimeOffset? DataAsOf, IReadOnlyList<Item> Items)> Items(Work work, Question question, string? area, string? variant)
    {
        var (name, sums, within) = await Counted(work, question, area);
        var commune = name?.Kind == "province" ? null : area;
        var guidance = await GuidanceCount.Read(work, question);
        var byArea = question.SeesSmallCells ? null : await Sums.Read(work, question.Year, question.AreaOf, byArea: true);
        var asOf = sums.Count == 0 ? default(DateTimeOffset?) : sums.Max(row => row.ChangedAt);
        var items = new List<Item>();
        foreach (var asked in Asked(question.Targets, question.Year).Where(asked => variant is null || (variant == "disadvantaged") == asked.Disadvantaged))
        {
            items.Add(
                asked.Indicator.Level is not null ? Count(question, asked, sums, byArea, commune) with { DataAsOf = asOf }
                : area is null && asked is { Target: { } target, Plan: { } plan } && await PlanCount.Read(work, question, target, plan) is { } own ? Shape(question, asked, own.Counted) with { DataAsOf = own.DataAsOf }
                : Count(question, asked, guidance, within, commune));
        }
        return (name, items.Select(item => item.DataAsOf).Aggregate(Later(asOf, guidance.AsOf), Later), items);
    }

    /// <summary>A count that is nobody's small cell.</summary>
    private static Item Shape(Question question, Asking asked, GuidanceCount.Counted counted)
    {
        var marks = Mark.Of(asked.Target!, counted.Figure, suppress: false);
        return asked.Item with
        {
            Figure = FigureAnswer.Of(counted.Figure, question.AsOf is null ? Maturity.ReferenceDay : Maturity.AsOf, counted.Day, counted.Provisional, suppress: false, whole: false),
            Parts = counted.Parts,
            State = marks[0].State!,
            Marks = marks,
        };
    }

    /// <summary>A target to count against, or an enrolment indicator that no target is about.</summary>
    private sealed record Asking(Indicator Indicator, string Variant, bool Disadvantaged, Target? Target = null, string? Plan = null)
    {
        public Item Item => new()
        {
            Code = Indicator.Code,
            Version = Target?.Indicator.Version ?? Indicator.Version,
            Title = Target?.Title ?? Indicator.Title,
            Variant = Variant,
            Target = Target,
            Plan = Plan,
            State = State.NoDataYet,
        };
    }

    private static IEnumerable<Asking> Asked(IReadOnlyList<EffectiveTarget> targets, int year) =>
    [
        .. targets.GroupBy(held => held.Target.Thing)
            .Select(same => Target.ThatCounts(same.Select(held => held.Target), year)!)
            .Select(target => new Asking(Indicator.Find(target.Indicator.Code)!, target.Variant, target.Variant.StartsWith("disadvantaged", StringComparison.Ordinal), target,
                targets.First(held => held.Target == target).Plan)),
        .. Indicator.All.Where(indicator => indicator.Level is not null && !targets.Any(held => held.Target.Indicator.Code == indicator.Code))
            .SelectMany(indicator => new[] { new Asking(indicator, "general", false), new Asking(indicator, "disadvantaged_area", true) }),
    ];

    /// <summary>What schools do. Where a target holds for each level, the weakest decides.</summary>
    private static Item Count(Question question, Asking asked, GuidanceCount guidance, Func<string, bool>? within, string? commune)
    {
        if (guidance.Count(asked.Indicator.Code, asked.Target, asked.Disadvantaged, within) is not { } counted)
            return asked.Item with { Marks = asked.Target is { } other ? Mark.Of(other, null, false) : [] };

        var published = asked.Indicator.Code == Informed.Code && !question.SeesSmallCells ? guidance.Published(question.Rules.SuppressBelow) : null;
        var hide = published is not null
            && (commune is null ? published.HidesTotal || counted.Each.Any(figure => SmallCells.In(figure, question.Rules.SuppressBelow)) : published.Hides(commune, false));
        IReadOnlyList<Mark> marks = asked.Target is { } held ? Mark.Of(held, published is not null && commune is not null ? counted.Figure : counted.Weakest(held.Unit), hide) : [];
        return asked.Item with
        {
            Figure = FigureAnswer.Of(counted.Figure, question.AsOf is null ? Maturity.ReferenceDay : Maturity.AsOf, counted.Day, counted.Provisional, hide, whole: false),
            Parts = hide || (published is not null && commune is not null) ? [] : counted.Parts,   // a part of a small area is small, too
            State = counted.Figure.D == 0 ? State.NoDataYet : hide ? State.Suppressed : marks is [var floor, ..] ? floor.State! : State.NoTarget,
            Marks = marks,
            DataAsOf = guidance.AsOf,
        };
    }

    private static Item Count(Question question, Asking asked, IReadOnlyList<Sums> sums, IReadOnlyList<Sums>? byArea, string? commune)
    {
        var level = asked.Indicator.Level!;
        IReadOnlyList<string> ripe = question.AsOf is null ? Maturity.All : [Maturity.AsOf];
        var figures = ripe.ToDictionary(maturity => maturity, maturity => Figure.Of(asked.Indicator, question.Rules,
            sums.Where(row => row.Level == level && row.Maturity == maturity && (row.Disadvantaged || !asked.Disadvantaged)).Select(row => row.Cell)));
        var shown = question.MaturityOf(asked.Target, level);
        var hide = byArea is not null && Hides(Published(question, asked.Indicator, shown, byArea));
        var marks = asked.Target is { } target ? Mark.Of(target, figures[shown], hide) : [];
        return asked.Item with
        {
            Figure = Answer(shown),
            State = figures[shown].D == 0 ? State.NoDataYet : hide ? State.Suppressed : marks is [var floor, ..] ? floor.State! : State.NoTarget,
            Marks = marks,
            ByMaturity = [.. ripe.Where(maturity => question.SeesSmallCells || maturity == shown).Select(Answer)],   // from one maturity to the next, a few people are a small cell too
        };

        bool Hides(Suppression published) => commune is null ? asked.Disadvantaged ? published.HidesDisadvantagedTotal : published.HidesTotal : published.Hides(commune, asked.Disadvantaged);
        FigureAnswer Answer(string maturity) =>
            FigureAnswer.Of(figures[maturity], maturity, question.DayOf(maturity, level), question.Provisional(maturity, level), hide, whole: question.SeesSmallCells);
    }

    /// <summary>What the public may see of one indicator: the same whether the province, one commune or all communes are asked for.</summary>
    internal static Suppression Published(Question question, Indicator indicator, string maturity, IReadOnlyList<Sums> byArea) => new(
        question.Rules.SuppressBelow,
        [.. byArea.Where(row => row.Level == indicator.Level && row.Maturity == maturity).GroupBy(row => row.Area).Select(area => (area.Key,
            Figure.Of(indicator, question.Rules, area.Select(row => row.Cell)), Figure.Of(indicator, question.Rules, area.Where(row => row.Disadvantaged).Select(row => row.Cell))))]);

    /// <summary>The sums of the province or of one area, and which communes are in it.</summary>
    private static async Task<(AreaName?, IReadOnlyList<Sums>, Func<string, bool>?)> Counted(Work work, Question question, string? area)
    {
        if (area is null) return (null, await Sums.Read(work, question.Year, question.AreaOf, byArea: false, question.AsOf), null);
        var borders = await question.Borders(work);
        var kind = new[] { "commune", "district", "province" }.FirstOrDefault(kind => borders.Find(kind, area) is not null) ?? "commune";
        var rows = (await Sums.Read(work, question.Year, question.AreaOf, byArea: true, question.AsOf)).Where(row => row.AreaIn(borders, question, kind) == area).ToList();
        if (rows.Count == 0 && borders.Find(kind, area) is null) throw new RuleBroken("unknown_area", "Không có địa bàn này", "No area has this code within these borders.", 404);
        return (new AreaName(area, borders.Find(kind, area)?.Name, kind), rows, commune => borders.Of(commune, countedOld: false, kind) == area);
    }

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a > b || b is null ? a : b;
}
