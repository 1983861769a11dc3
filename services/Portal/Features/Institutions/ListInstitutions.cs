using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Connection;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Portal.Features.Institutions;

/// <summary>The vocational institutions with seats, agreement and subscription, and beside them the fairness table: what each was given, how soon it turned to the families, what came of it.</summary>
public static class ListInstitutions
{
    public static readonly string[] Roles = [Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Leader];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/portal/institutions", Handle).RequireAuthorization(policy => policy.RequireRole(Roles));
        routes.MapGet("/portal/institutions/fairness.csv", Export).RequireAuthorization(policy => policy.RequireRole(Roles));
    }

    public static async Task<IResult> Handle(HttpContext http, Api api, TimeProvider clock, CancellationToken ct, int? year = null, string? view = null, string? need = null)
    {
        var of = SeasonYear.Of(clock, year);
        if (view == "fairness") return Pages.Of<FairnessPage>(new Fairness(of, await api.Get<Table>($"http://enrolment/v1/allocation/fairness?schoolYear={of}", ct)));

        var sees = SeesAgreements(http);
        var institutions = api.Get<IReadOnlyList<Institution>>("http://enrolment/v1/institutions", ct);
        var agreements = sees ? api.Get<IReadOnlyList<Agreement>>("http://enrolment/v1/agreements", ct) : null;
        var subscriptions = sees ? api.Get<IReadOnlyList<ShowConnection.Subscription>>("http://enrolment/v1/subscriptions", ct) : null;
        return Pages.Of<InstitutionsPage>(new View(need is "agreement" or "approval" ? need : null, clock.Today(), await institutions,
            agreements is null ? [] : (await agreements).Value ?? [], subscriptions is null ? [] : (await subscriptions).Value ?? [], sees));
    }

    public static Task<IResult> Export(HttpContext http, Api api, TimeProvider clock, CancellationToken ct, int? year = null) =>
        Files.HandOn($"http://enrolment/v1/allocation/fairness/export?schoolYear={SeasonYear.Of(clock, year)}", http, api, ct);

    /// <summary>Leaders see figures only.</summary>
    public static bool SeesAgreements(HttpContext http) => http.User.IsInRole(Policies.Officer) || http.User.IsInRole(Policies.Approver) || http.User.IsInRole(Policies.Inspector);

    public sealed record View(
        string? Need, DateOnly Today, Answer<IReadOnlyList<Institution>> Institutions, IReadOnlyList<Agreement> Agreements, IReadOnlyList<ShowConnection.Subscription> Subscriptions, bool SeesAgreements)
    {
        /// <summary>Days before an agreement's last one in which it is to be signed anew.</summary>
        public const int Soon = 60;

        /// <summary>The last day of what is in force and follows without a gap; null where nothing is.</summary>
        public DateOnly? CoveredUntil(Guid institution)
        {
            DateOnly? until = null;
            foreach (var agreement in Agreements.Where(one => one.InstitutionId == institution && one.State != "expired").OrderBy(one => one.ValidFrom))
            {
                if (agreement.ValidFrom <= (until?.AddDays(1) ?? Today) && (until is null || agreement.ValidTo > until)) until = agreement.ValidTo;
            }
            return until;
        }
    }

    public sealed record Institution(Guid InstitutionId, string Code, string Name, string Commune, string Kind, bool Boarding, bool OutOfProvince, int Seats, int FreeSeats, int OpenOffers, bool AgreementInForce);

    public sealed record Agreement(
        Guid AgreementId, Guid InstitutionId, DateOnly ValidFrom, DateOnly ValidTo, string State, IReadOnlyList<string> Fields, IReadOnlyList<string>? Areas, IReadOnlyList<string>? TrainingCodes,
        IReadOnlyDictionary<string, string?> Contents);

    public sealed record Fairness(int Year, Answer<Table> Table);

    public sealed record Table(DateTimeOffset AsOf, IReadOnlyList<Line> Institutions);

    public sealed record Line(
        string Name, Guid Institution, long Seats, long Leads, decimal? LeadsPer100Seats, long AsWished, decimal? MedianHoursToContact, long FamiliesContacted, long LostBySilence, long Refused, long Enrolled);
}
