using CareerPlatform.Portal.Access;
using Microsoft.Extensions.Caching.Memory;

namespace CareerPlatform.Portal.Features.Public;

/// <summary>What the institutions of a province teach, with seats, fees and support: open to everybody, so it is kept a minute and shared by all visitors.</summary>
public sealed class Offers(Api api, IMemoryCache cache)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    /// <summary>The provinces served here, or none while the service is away.</summary>
    public async Task<IReadOnlyList<Province>> Provinces(CancellationToken ct) => (await Keep<ProvinceList>("http://enrolment/v1/public/provinces", ct)).Value?.Items ?? [];

    /// <param name="near">The commune where a pupil lives: what lies near it comes first.</param>
    public Task<Answer<OfferList>> Of(string province, CancellationToken ct, string? near = null) =>
        Keep<OfferList>($"http://enrolment/v1/public/{Uri.EscapeDataString(province)}/programmes{(near is null ? "" : $"?near={Uri.EscapeDataString(near)}")}", ct);

    /// <summary>Names of trades and training fields by code, as the province's institutions write them.</summary>
    public async Task<TradeNames> Names(string province, CancellationToken ct) => new((await Of(province, ct)).Value?.Items ?? []);

    private async Task<Answer<T>> Keep<T>(string address, CancellationToken ct) where T : class
    {
        if (cache.TryGetValue((nameof(Offers), address), out Answer<T>? known)) return known!;
        var answer = await api.Get<T>(address, ct);
        if (answer.Value is not null) cache.Set((nameof(Offers), address), answer, Kept);
        return answer;
    }

    public sealed record Province(string Code, string Name);

    public sealed record ProvinceList(IReadOnlyList<Province> Items);

    public sealed record OfferList(string Province, IReadOnlyList<Offer> Items);

    public sealed record Offer(
        Guid ProgrammeId, Guid InstitutionId, string Institution, string Kind, bool Boarding, string Commune, string? CommuneName, string? DistrictName, string TrainingCode, string Name, string Level,
        int IntakeYear, int Seats, int FreeSeats, decimal Fee, IReadOnlyList<string> SupportPolicies, string? Near)
    {
        /// <summary>The trade whatever the level: the last six digits.</summary>
        public string Trade => TrainingCode[1..];

        public string Where => string.Join(", ", new[] { CommuneName ?? Commune, DistrictName }.OfType<string>());
    }
}

/// <summary>Codes of trades in words: a whole training code by the name its programmes bear, two digits by the training field.</summary>
/// <remarks>Seven digits: level, field (two), group (two), trade (two); Circular 26/2020/TT-BLĐTBXH.</remarks>
public sealed class TradeNames(IReadOnlyList<Offers.Offer> offers)
{
    private readonly Dictionary<string, string> byTrade = offers.GroupBy(offer => offer.Trade).ToDictionary(same => same.Key, same => same.First().Name);

    /// <summary>The name, else the field's, else the code as it is.</summary>
    public string? Of(string? code) => code switch
    {
        null or "" => null,
        { Length: 7 } when byTrade.TryGetValue(code[1..], out var name) => name,
        { Length: 7 } when FieldOf(code[1..3]) is { } field => field,
        { Length: 2 } when FieldOf(code) is { } field => field,
        _ => code,
    };

    private static string? FieldOf(string field) => Texts.Code("TrainingField", field) is var name && name != field ? name : null;
}
