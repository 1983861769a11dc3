using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Schools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>One indicator for every area of the province, with old or new borders; the total is the sum of its parts, never a mean.</summary>
/// <remarks>Graduates and schools whose area cannot be told within these borders stand in a row of their own, so that the parts add up.</remarks>
public static class ReadIndicatorAreas
{
    public sealed record Answer(
        string Province, int Year, string Code, string? Plan, string Border, string AreaOf, string Kind, string Variant, string Maturity, DateOnly? ReferenceDate, bool Provisional,
        DateTimeOffset? DataAsOf, FigureAnswer Total, string State, IReadOnlyList<Mark> Marks, IReadOnlyList<Row> Areas);

    /// <summary>One area; its code is null for those whose area cannot be told within these borders.</summary>
    public sealed record Row(string? Code, string? Name, FigureAnswer Figure, string State, IReadOnlyList<Mark> Marks)
    {
        /// <summary>Parts of a figure about what schools do; for staff and leaders where they are people.</summary>
        public IReadOnlyList<Part> Parts { get; init; } = [];
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/indicators/{code}/areas", Handle).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    /// <param name="level">Of what schools do: `lower_secondary` or `upper_secondary`; both where it is left out.</param>
    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        string code, int year, string? plan, string? border, string? variant, string? maturity, string? areaOf, string? kind, DateOnly? asOf,
        Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct, string? level = null)
    {
        if (Indicator.Find(code) is not { } indicator) return TypedResults.NotFound();
        if (variant is not (null or "general" or "disadvantaged")) throw Question.Unknown("variant");
        if (kind is not (null or "commune" or "district")) throw Question.Unknown("kind");
        if (kind == "district" && border != "old") throw new RuleBroken("no_districts", "Từ 01/7/2025 không còn cấp huyện", "There are no districts since 1 July 2025; ask with border=old.", 400);
        if (!indicator.ByArea) throw new RuleBroken("not_by_area", "Chỉ số này không tính theo địa bàn", "This indicator is of the whole province.", 404);
        if (level is not (null or "lower_secondary" or "upper_secondary") || (level is not null && (indicator.Level is not null || code == Informed.Code))) throw Question.Unknown("level");

        var question = Question.From(plans, caller, clock, year, plan, border, areaOf, maturity, asOf);
        await using var work = await database.Begin(caller.Tenant, ct);
        var answer = indicator.Level is { } graduates
            ? await Graduates(work, question, indicator, graduates, variant == "disadvantaged", kind ?? "commune", caller)
            : await Schools(work, question, indicator, level, variant == "disadvantaged", kind ?? "commune", areaOf, maturity, caller);
        await work.Commit();
        return TypedResults.Ok(answer);
    }

    private static async Task<Answer> Graduates(Work work, Question question, Indicator indicator, string level, bool disadvantaged, string kind, Person caller)
    {
        var borders = await question.Borders(work);
        var everybody = await Sums.Read(work, question.Year, question.AreaOf, byArea: true, question.AsOf);
        var sums = everybody.Where(row => row.Level == level && (row.Disadvantaged || !disadvantaged)).ToList();
        var target = Target.ThatCounts(question.Targets.Select(held => held.Target)
            .Where(target => target.Indicator.Code == indicator.Code && (disadvantaged ? target.Variant == "disadvantaged_area" : target.Variant is "general" or "none")), question.Year);
        var shown = question.MaturityOf(target, level);
        var figures = sums.Where(row => row.Maturity == shown)
            .GroupBy(row => row.AreaIn(borders, question, kind))
            .Select(area => (Code: area.Key, Figure: Figure.Of(indicator, question.Rules, area.Select(row => row.Cell))))
            .OrderBy(area => area.Code is null).ThenBy(area => area.Code, StringComparer.Ordinal).ToList();
        var published = question.SeesSmallCells ? null : ReadIndicators.Published(question, indicator, shown, everybody);
        var total = Figure.Of(indicator, question.Rules, sums.Where(row => row.Maturity == shown).Select(row => row.Cell));
        var hideTotal = published is not null && (disadvantaged ? published.HidesDisadvantagedTotal : published.HidesTotal);

        return new Answer(
            caller.Tenant, question.Year, indicator.Code, question.Plan?.Id, question.OldBorders ? "old" : "new", question.AreaOf, kind, disadvantaged ? "disadvantaged_area" : "general", shown,
            question.DayOf(shown, level), question.Provisional(shown, level), sums.Count == 0 ? null : sums.Max(row => row.ChangedAt),
            Shape(total, hideTotal), StateOf(total, hideTotal), target is null ? [] : Mark.Of(target, total, hideTotal),
            [.. figures.Select(area => new Row(
                area.Code, area.Code is null ? null : borders.Find(kind, area.Code)?.Name, Shape(area.Figure, Hides(area.Code)),
                StateOf(area.Figure, Hides(area.Code)), target is null ? [] : Mark.Of(target, area.Figure, Hides(area.Code))))]);

        bool Hides(string? area) => published?.Hides(area ?? "", disadvantaged) == true;
        FigureAnswer Shape(Figure figure, bool hide) => FigureAnswer.Of(figure, shown, question.DayOf(shown, level), question.Provisional(shown, level), hide, whole: question.SeesSmallCells);
        string StateOf(Figure figure, bool hide) =>
            figure.D == 0 ? State.NoDataYet : hide ? State.Suppressed : target is null ? State.NoTarget : figure.StateAgainst(target.Low);
    }

    /// <summary>What schools do, by the commune they lie in. Programmes and counsellors are about schools and hidden from nobody; pupils and guardians are people.</summary>
    private static async Task<Answer> Schools(Work work, Question question, Indicator indicator, string? level, bool disadvantaged, string kind, string? areaOf, string? maturity, Person caller)
    {
        var people = indicator.Code == Informed.Code;
        if (areaOf is not (null or "school")) throw Question.Unknown("areaOf");
        if (maturity is not null) throw Question.Unknown("maturity");
        if (people && disadvantaged) throw Question.Unknown("variant");
        var borders = await question.Borders(work);
        var guidance = await GuidanceCount.Read(work, question);
        var held = question.Targets.Select(held => held.Target).Where(target => target.Indicator.Code == indicator.Code && target.Variant.StartsWith("disadvantaged", StringComparison.Ordinal) == disadvantaged
            && (level is null || target.Population.Levels?.Contains(level) == true)).ToList();
        var target = held.Select(target => target.Thing).Distinct().Count() == 1 ? Target.ThatCounts(held, question.Year) : null;   // one for each level is held against neither together
        IReadOnlyList<string>? levels = level is null ? target?.Population.Levels : [level];
        var areas = guidance.ByArea(indicator.Code, levels, disadvantaged, commune => borders.Of(commune, countedOld: false, kind)).OrderBy(area => area.Area is null).ThenBy(area => area.Area, StringComparer.Ordinal).ToList();
        var total = guidance.ByArea(indicator.Code, levels, disadvantaged, _ => "").Select(all => all.Counted).FirstOrDefault();
        var published = people && !question.SeesSmallCells ? guidance.Published(question.Rules.SuppressBelow) : null;
        var ripe = question.AsOf is null ? Maturity.ReferenceDay : Maturity.AsOf;

        return new Answer(
            caller.Tenant, question.Year, indicator.Code, question.Plan?.Id, question.OldBorders ? "old" : "new", "school", kind, disadvantaged ? "disadvantaged_school" : "general", ripe,
            total?.Day, total?.Provisional ?? true, guidance.AsOf, Shape(total, published?.HidesTotal == true), StateOf(total, published?.HidesTotal == true), Marks(total, published?.HidesTotal == true),
            [.. areas.Select(area => (area.Area, area.Counted, Hide: published?.Hides(area.Area ?? "", false) == true)).Select(area => new Row(
                area.Area, area.Area is null ? null : borders.Find(kind, area.Area)?.Name, Shape(area.Counted, area.Hide), StateOf(area.Counted, area.Hide), Marks(area.Counted, area.Hide))
            { Parts = published is null ? area.Counted.Parts : [] })]);

        FigureAnswer Shape(GuidanceCount.Counted? counted, bool hide) =>
            FigureAnswer.Of(counted?.Figure ?? Figure.Plain(0, 0), ripe, counted?.Day, counted?.Provisional ?? true, hide, whole: false);
        Figure Against(GuidanceCount.Counted counted) => published is null ? counted.Weakest(target!.Unit) : counted.Figure;
        IReadOnlyList<Mark> Marks(GuidanceCount.Counted? counted, bool hide) => target is null ? [] : Mark.Of(target, counted is null ? null : Against(counted), hide);
        string StateOf(GuidanceCount.Counted? counted, bool hide) =>
            counted is null or { Figure.D: 0 } ? State.NoDataYet : hide ? State.Suppressed : target is null ? State.NoTarget : Against(counted).StateAgainst(target.Low, target.Unit);
    }
}
