using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Season;

/// <summary>The season at a glance for the provincial office: how far it has come from the results to the census, and what waits for a decision.</summary>
public static class ShowSeason
{
    public static readonly string[] Roles = [Policies.Officer, Policies.Approver];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/portal/season", Handle).RequireAuthorization(policy => policy.RequireRole(Roles));

    public static async Task<IResult> Handle(Api api, TimeProvider clock, CancellationToken ct, int? year = null)
    {
        var of = SeasonYear.Of(clock, year);
        var rounds = Rounds(api, of, ct);
        var leads = api.Get<Leads>($"http://enrolment/v1/leads/counts?schoolYear={of}", ct);
        var guarantee = api.Get<Guarantee>($"http://enrolment/v1/allocation/guarantee?schoolYear={of}", ct);
        var revocations = api.Get<Revocations>("http://enrolment/v1/revocations?limit=1", ct);
        var indicators = api.Get<ShowDashboard.Indicators>($"http://targets/v1/indicators?year={of}", ct);
        return Pages.Of<SeasonPage>(new View(of, await rounds, await leads, await guarantee, await revocations, await indicators));
    }

    /// <summary>The rounds of the year; of those not yet finalised also what is open in their files.</summary>
    public static async Task<Answer<IReadOnlyList<Detail>>> Rounds(Api api, int year, CancellationToken ct)
    {
        var list = await api.Get<IReadOnlyList<Round>>($"http://schools/v1/rounds?schoolYear={year}", ct);
        if (list.Value is not { } rounds) return new(null, list.Problem);
        var details = await Task.WhenAll(rounds.Select(round => round.Status == "finalized" ? Task.FromResult(new Answer<Detail>(new Detail(round, null), null)) : api.Get<Detail>($"http://schools/v1/rounds/{round.RoundId}", ct)));
        return details.FirstOrDefault(detail => detail.Problem is not null) is { } missing ? new(null, missing.Problem) : new([.. details.Select(detail => detail.Value!)], null);
    }

    public sealed record View(int Year, Answer<IReadOnlyList<Detail>> Rounds, Answer<Leads> Leads, Answer<Guarantee> Guarantee, Answer<Revocations> Revocations, Answer<ShowDashboard.Indicators> Indicators);

    public sealed record Round(Guid RoundId, int SchoolYear, int Number, string Name, string Status, DateTimeOffset? FinalizedAt, int? ResultCount);

    public sealed record Detail(Round Round, State? Accepted);

    public sealed record State(int Results, int Matched, int UnmatchedOpen, int InReview, int WithoutOutcome);

    public sealed record Leads(long PupilsWithoutPlace, long WithBasis, [property: System.Text.Json.Serialization.JsonPropertyName("leads")] IReadOnlyDictionary<string, long> ByState, long Contacts)
    {
        public long Of(params ReadOnlySpan<string> states)
        {
            var sum = 0L;
            foreach (var state in states) sum += ByState.GetValueOrDefault(state);
            return sum;
        }
    }

    public sealed record Guarantee(DateOnly EscalationDay, int DaysLeft, Area Province, IReadOnlyList<Area> Areas);

    public sealed record Area(string? District, string? Name, long? Pupils, long? WithSuitableOffer, decimal? Share, long? Escalated);

    public sealed record Revocations(long Open, long Overdue);
}
