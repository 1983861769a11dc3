using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Labour;

/// <summary>The numbers of one or several quarters of a year, summed over the province, beside those of the same quarters a year before; and who has not entered any of the last quarter yet.</summary>
public static class ShowLabourNumbers
{
    /// <param name="Before">The number of the same quarters a year before; null where nothing was entered.</param>
    public sealed record Line(string Measure, Text Title, string Level, Text LevelTitle, long Number, long? Before);

    public sealed record Told(string Code, string? Name, bool IsArea, DateTimeOffset? EnteredAt);

    /// <param name="EmployedShare">Of those who graduated, in percent; null where nobody did.</param>
    public sealed record Answer(int Year, int From, int To, IReadOnlyList<Line> Lines, decimal? EmployedShare, IReadOnlyList<Told> Reporters, int Missing);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/labour/{year:int}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader)).WithTags("Labour").ProducesProblem(422);

    public static async Task<Ok<Answer>> Handle(int year, Person caller, Database database, CancellationToken ct, int from = 1, int to = 4)
    {
        if (year is < 2000 or > 2100 || from is < 1 or > 4 || to < from || to > 4) throw new RuleBroken("period_invalid", "Quý không hợp lệ", "Quarters are 1 to 4.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        var lines = await Read(work, year, from, to);
        var reporters = await work.LabourReporters(year, from, to);
        var (graduated, employed) = (Of("graduated"), Of("employed"));
        return TypedResults.Ok(new Answer(year, from, to, lines, Figure.Plain(employed, graduated).Share,
            [.. reporters.Select(one => new Told(one.Code, one.Name, one.IsArea, one.EnteredAt))], reporters.Count(one => one.EnteredAt is null)));

        long Of(string measure) => lines.Where(line => line.Measure == measure).Sum(line => line.Number);
    }

    internal static async Task<IReadOnlyList<Line>> Read(Work work, int year, int from, int to)
    {
        var before = (await work.Labour(year - 1, from, to)).ToDictionary(sum => (sum.Measure, sum.Level), sum => sum.Number);
        return [.. (await work.Labour(year, from, to)).Select(sum => new Line(
            sum.Measure, LabourMeasure.Find(sum.Measure)!.Title, sum.Level, LabourMeasure.Levels.Single(level => level.Code == sum.Level).Title, sum.Number,
            before.TryGetValue((sum.Measure, sum.Level), out var number) ? number : null))];
    }
}
