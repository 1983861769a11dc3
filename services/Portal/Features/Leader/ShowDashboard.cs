using CareerPlatform.Portal.Access;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Leader;

/// <summary>How the province stands against every target of the plan in force, and where its graduates are. Figures only, no names.</summary>
public static class ShowDashboard
{
    public static readonly string[] Roles = [Policies.Leader, Policies.Inspector, Policies.Officer, Policies.Approver, Policies.AreaOffice];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/dashboard", Handle).RequireAuthorization(policy => policy.RequireRole(Roles));

    public static async Task<IResult> Handle(Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? maturity = null, string? level = null)
    {
        var filter = Filter.Of(clock, year, maturity, level);
        var indicators = api.Get<Indicators>($"http://targets/v1/indicators?{filter.Query}", ct);
        var plan = api.Get<PlanInForce>($"http://targets/v1/plans/in-force?year={filter.Year}", ct);
        var cohort = api.Get<Cohort>($"http://destinations/v1/cohorts/{filter.Year}?level={filter.Level}", ct);
        var late = api.Get<Late>($"http://targets/v1/tasks/late?year={filter.Year}", ct);
        return Pages.Of<DashboardPage>(new View(filter, await indicators, await plan, await cohort, await late));
    }

    /// <param name="Filter">What was asked; in the address, so that a link keeps it.</param>
    public sealed record View(Filter Filter, Answer<Indicators> Indicators, Answer<PlanInForce> Plan, Answer<Cohort> Cohort, Answer<Late> Late);

    public sealed record Filter(int Year, string? Maturity, string Level)
    {
        /// <summary>Without a year: the last one whose season has begun (June).</summary>
        public static Filter Of(TimeProvider clock, int? year, string? maturity, string? level) =>
            new(Season.SeasonYear.Of(clock, year), maturity is "started" or "census" or "sustained" ? maturity : null, level == "upper_secondary" ? level : "lower_secondary");

        public string Query => $"year={Year}{(Maturity is null ? "" : $"&maturity={Maturity}")}";
    }

    public sealed record Said(string Vi, string En)
    {
        public string Text => Texts.Language == "vi" ? Vi : En;
    }

    public sealed record Indicators(int Year, PlanName? Plan, DateTimeOffset? DataAsOf, IReadOnlyList<Item> Items, Operational Operational);

    public sealed record PlanName(string Id, Said Title, bool InForce);

    public sealed record Item(string Code, Said Title, string Variant, string State, Figure? Figure, IReadOnlyList<Mark> Marks, IReadOnlyList<Figure> ByMaturity, Target? Target)
    {
        public decimal? Floor => Marks.FirstOrDefault(mark => mark.Kind == "floor")?.Value;
        public decimal? High => Marks.FirstOrDefault(mark => mark.Kind == "aspiration")?.Value;
        public bool IsRate => Target is null || Target.Unit == "percent";
    }

    public sealed record Figure(
        string Maturity, DateOnly? ReferenceDate, bool Provisional, long? N, long? D, long? NotKnown, decimal? Share, decimal? NotKnownShare, decimal? Lower, decimal? Upper, bool Suppressed);

    public sealed record Mark(string Kind, decimal Value, string? State);

    public sealed record Target(string Id, decimal Low, decimal? High, string Unit, string Clause, string Comparator, Said? Note, Due? Due);

    public sealed record Due(int? Year, DateOnly? Date);

    public sealed record Operational(long Leads, long Withdrawn, long Contacted, long ContactedInTime, long Reached, long Started, decimal? ContactedInTimeShare, decimal? ReachedShare, decimal? StartedShare);

    public sealed record PlanInForce(string? Plan, Said? Title);

    public sealed record Cohort(string Level, DateOnly AsOf, Figures Figures);

    public sealed record Late(IReadOnlyList<Holder> Holders);

    /// <summary>Whose tasks are late, the longest delay first.</summary>
    public sealed record Holder(string Owner, Said? OwnerTitle, string? AreaName, int Overdue, int SubmittedLate, int MostDays);

    public sealed record Figures(long Total, long Counted, IReadOnlyDictionary<string, long> Statuses, long DualTrack, decimal? NotKnownShare);
}
