using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Indicators;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Public;

/// <summary>What everybody may know of a province's targets: the one published view, small cells hidden, without a token and without the figures of outreach.</summary>
/// <remarks>indicators.md, rule 10. The same answer as for who is signed in and is neither staff nor leader, so nothing can be subtracted from anything.</remarks>
public static class ReadPublicIndicators
{
    public sealed record Answer(string Province, int Year, ReadIndicators.PlanName? Plan, int SuppressBelow, DateTimeOffset? DataAsOf, IReadOnlyList<ReadIndicators.Item> Items);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/public/{province}/indicators", Handle).AllowAnonymous().WithTags("Public").ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/v1/public/{province}/indicators/{code}/areas", Areas).AllowAnonymous().WithTags("Public").ProducesProblem(400).ProducesProblem(404);
    }

    public static async Task<Ok<Answer>> Handle(string province, int year, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct)
    {
        var everybody = await Everybody(province, database, ct);
        var answer = (await ReadIndicators.Handle(year, null, null, null, null, null, null, null, everybody, plans, database, clock, ct)).Value!;
        return TypedResults.Ok(new Answer(province, year, answer.Plan, plans.Parameters(province, year).SuppressBelow, answer.DataAsOf, answer.Items));
    }

    public static async Task<Results<Ok<ReadIndicatorAreas.Answer>, NotFound>> Areas(
        string province, string code, int year, string? variant, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct) =>
        await ReadIndicatorAreas.Handle(code, year, null, null, variant, null, null, null, null, await Everybody(province, database, ct), plans, database, clock, ct);

    /// <summary>Nobody in particular, in a province that is served here. Never the sign that stands for all provinces.</summary>
    private static async Task<Person> Everybody(string province, Database database, CancellationToken ct)
    {
        if (province.All(char.IsAsciiDigit))
        {
            await using var work = await database.Begin(province, ct);
            if (await work.Single<bool>("select exists (select from areas where tenant_id = @Tenant) or exists (select from plans where tenant_id = @Tenant)", new { work.Tenant }))
                return new Person("everybody", province, null, new HashSet<string>(), null);
        }
        throw new RuleBroken("province_unknown", "Không có tỉnh này trong hệ thống", "This province is not served here.", 404);
    }
}
