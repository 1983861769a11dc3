using CareerPlatform.Portal.Access;

namespace CareerPlatform.Portal.Features.Public;

/// <summary>Everybody sees which trades can be learnt where, how many seats are free, what it costs and who pays; also as a file.</summary>
public static class ShowOffers
{
    private const int PageSize = 18;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/public", () => Pages.GoTo("/portal/public/programmes")).AllowAnonymous();
        routes.MapGet("/portal/public/programmes", Handle).AllowAnonymous();
        routes.MapGet("/portal/public/programmes.csv", File).AllowAnonymous();
    }

    public static async Task<IResult> Handle(Offers offers, CancellationToken ct, string? province = null, string? area = null, string? trade = null, string? level = null, bool free = false, int from = 0)
    {
        var provinces = await offers.Provinces(ct);
        var filter = new Filter(Known(provinces, province), area, trade, level, free);
        var answer = await offers.Of(filter.Province, ct);
        var all = answer.Value?.Items ?? [];
        var found = all.Where(filter.Takes).ToList();
        from = Math.Clamp(from, 0, Math.Max(0, found.Count - 1));
        return Pages.Of<OffersPage>(new View(provinces, filter, answer.Problem, all, [.. found.Skip(from).Take(PageSize)], found.Count, from, from + PageSize < found.Count ? from + PageSize : null));
    }

    public static async Task<IResult> File(Offers offers, CancellationToken ct, string? province = null, string? area = null, string? trade = null, string? level = null, bool free = false)
    {
        var filter = new Filter(Known(await offers.Provinces(ct), province), area, trade, level, free);
        var answer = await offers.Of(filter.Province, ct);
        var csv = new Csv("institution,kind,boarding,commune,former_district,training_code,programme,level,intake_year,seats,free_seats,fee_dong_a_year,support");
        foreach (var offer in answer.MustBeThere().Items.Where(filter.Takes))
        {
            csv.Row(offer.Institution, offer.Kind, offer.Boarding ? "yes" : "no", offer.CommuneName ?? offer.Commune, offer.DistrictName, offer.TrainingCode, offer.Name, offer.Level,
                offer.IntakeYear, offer.Seats, offer.FreeSeats, offer.Fee, string.Join(' ', offer.SupportPolicies));
        }
        return csv.File($"programmes-{filter.Province}.csv");
    }

    /// <summary>The province asked for, or the first that is served here.</summary>
    public static string Known(IReadOnlyList<Offers.Province> provinces, string? asked) => provinces.FirstOrDefault(one => one.Code == asked)?.Code ?? provinces.FirstOrDefault()?.Code ?? "00";

    public sealed record View(
        IReadOnlyList<Offers.Province> Provinces, Filter Filter, Problem? Problem, IReadOnlyList<Offers.Offer> All, IReadOnlyList<Offers.Offer> Shown, int Found, int From, int? Next);

    /// <param name="Area">Name of a former district.</param>
    /// <param name="Trade">Last six digits of a training code.</param>
    /// <param name="Free">Only where a seat is free.</param>
    public sealed record Filter(string Province, string? Area, string? Trade, string? Level, bool Free)
    {
        public bool Takes(Offers.Offer offer) =>
            (string.IsNullOrEmpty(Area) || offer.DistrictName == Area) && (string.IsNullOrEmpty(Trade) || offer.Trade == Trade) && (string.IsNullOrEmpty(Level) || offer.Level == Level) && (!Free || offer.FreeSeats > 0);

        public string Query => $"province={Province}&area={Uri.EscapeDataString(Area ?? "")}&trade={Uri.EscapeDataString(Trade ?? "")}&level={Uri.EscapeDataString(Level ?? "")}&free={(Free ? "true" : "false")}";
    }
}
