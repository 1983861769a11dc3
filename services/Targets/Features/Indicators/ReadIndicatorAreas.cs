using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>One enrolment indicator for every area of the province, with old or new borders; the total is the sum of its parts, never a mean.</summary>
/// <remarks>Graduates whose area cannot be told within these borders stand in a row of their own, so that the parts add up.</remarks>
public static class ReadIndicatorAreas
{
    public sealed record Answer(
        string Province, int Year, string Code, string? Plan, string Border, string AreaOf, string Kind, string Variant, string Maturity, DateOnly? ReferenceDate, bool Provisional,
        DateTimeOffset? DataAsOf, FigureAnswer Total, string State, IReadOnlyList<Mark> Marks, IReadOnlyList<Row> Areas);

    /// <summary>One area; its code is null for graduates whose area cannot be told within these borders.</summary>
    public sealed record Row(string? Code, string? Name, FigureAnswer Figure, string State, IReadOnlyList<Mark> Marks);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/indicators/{code}/areas", Handle).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        string code, int year, string? plan, string? border, string? variant, string? maturity, string? areaOf, string? kind, DateOnly? asOf,
        Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (Indicator.Find(code) is not { Level: { } level } indicator) return TypedResults.NotFound();
        if (variant is not (null or "general" or "disadvantaged")) throw Question.Unknown("variant");
        if (kind is not (null or "commune" or "district")) throw Question.Unknown("kind");
        if (kind == "district" && border != "old") throw new RuleBroken("no_districts", "Từ 01/7/2025 không còn cấp huyện", "There are no districts since 1 July 2025; ask with border=old.", 400);

        var question = Question.From(plans, caller, clock, year, plan, border, areaOf, maturity, asOf);
        await using var work = await database.Begin(caller.Tenant, ct);
        var borders = await question.Borders(work);
        var disadvantaged = variant == "disadvantaged";
        var everybody = await Sums.Read(work, year, question.AreaOf, byArea: true, asOf);
        var sums = everybody.Where(row => row.Level == level && (row.Disadvantaged || !disadvantaged)).ToList();
        await work.Commit();

        var target = Target.ThatCounts(question.Targets.Select(held => held.Target)
            .Where(target => target.Indicator.Code == indicator.Code && (disadvantaged ? target.Variant == "disadvantaged_area" : target.Variant is "general" or "none")), year);
        var shown = question.MaturityOf(target, level);
        var ofKind = kind ?? "commune";
        var figures = sums.Where(row => row.Maturity == shown)
            .GroupBy(row => row.AreaIn(borders, question, ofKind))
            .Select(area => (Code: area.Key, Figure: Figure.Of(indicator, question.Rules, area.Select(row => row.Cell))))
            .OrderBy(area => area.Code is null).ThenBy(area => area.Code, StringComparer.Ordinal).ToList();
        var published = question.SeesSmallCells ? null : ReadIndicators.Published(question, indicator, shown, everybody);
        var total = Figure.Of(indicator, question.Rules, sums.Where(row => row.Maturity == shown).Select(row => row.Cell));
        var hideTotal = published is not null && (disadvantaged ? published.HidesDisadvantagedTotal : published.HidesTotal);

        return TypedResults.Ok(new Answer(
            caller.Tenant, year, code, question.Plan?.Id, question.OldBorders ? "old" : "new", question.AreaOf, ofKind, disadvantaged ? "disadvantaged_area" : "general", shown,
            question.DayOf(shown, level), question.Provisional(shown, level), sums.Count == 0 ? null : sums.Max(row => row.ChangedAt),
            Shape(total, hideTotal), StateOf(total, hideTotal), target is null ? [] : Mark.Of(target, total, hideTotal),
            [.. figures.Select(area => new Row(
                area.Code, area.Code is null ? null : borders.Find(ofKind, area.Code)?.Name, Shape(area.Figure, Hides(area.Code)),
                StateOf(area.Figure, Hides(area.Code)), target is null ? [] : Mark.Of(target, area.Figure, Hides(area.Code))))]));

        bool Hides(string? area) => published?.Hides(area ?? "", disadvantaged) == true;
        FigureAnswer Shape(Figure figure, bool hide) => FigureAnswer.Of(figure, shown, question.DayOf(shown, level), question.Provisional(shown, level), hide, whole: question.SeesSmallCells);
        string StateOf(Figure figure, bool hide) =>
            figure.D == 0 ? State.NoDataYet : hide ? State.Suppressed : target is null ? State.NoTarget : figure.StateAgainst(target.Low);
    }
}
