using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>What whoever contacts families keeps to: hours, attempts, cooling, and the words after which nobody contacts the family any more.</summary>
public static class ShowContactRules
{
    /// <param name="From">First permitted minute, Asia/Ho_Chi_Minh.</param>
    /// <param name="To">First minute no longer permitted.</param>
    /// <param name="PerWeek">Attempts per family in seven days, over all institutions.</param>
    /// <param name="CoolingDays">After a no to another institution.</param>
    /// <param name="CodeMinutes">How long the code of an announced call holds.</param>
    /// <param name="StopWords">Compared without case and accents; the contact is then logged as `asked_to_stop`.</param>
    public sealed record Answer(string From, string To, int PerWeek, double CoolingDays, double CodeMinutes, IReadOnlyList<string> StopWords);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/contact-rules", Handle).WithTags("Outreach")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Institution, Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector));

    public static Ok<Answer> Handle(Person _, ContactRules rules) =>
        TypedResults.Ok(new Answer($"{rules.From:hh\\:mm}", $"{rules.To:hh\\:mm}", rules.PerWeek, rules.Cooling.TotalDays, rules.CodeHolds.TotalMinutes, rules.Stop.Words));
}
