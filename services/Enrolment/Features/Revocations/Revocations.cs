namespace CareerPlatform.Enrolment.Features.Revocations;

/// <summary>Withdrawals as institutions must act on them: delete, confirm, and be stopped when they do not.</summary>
public static class Revocations
{
    /// <summary>Law 91/2025/QH15 and Decree 356/2025/ND-CP: 20 days when a third party must stop.</summary>
    public const int LegalDays = 20;

    /// <summary>Nothing but withdrawals reaches the institution of `s`: it has not confirmed a deletion in time.</summary>
    public const string Held = "exists (select from feed_hold o where o.tenant_id = s.tenant_id and o.institution_id = s.institution_id)";

    public static void MapRevocations(this IEndpointRouteBuilder routes)
    {
        AcknowledgeRevocation.Map(routes);
        ListRevocations.Map(routes);
    }
}
