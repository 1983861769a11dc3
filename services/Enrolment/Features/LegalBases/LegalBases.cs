namespace CareerPlatform.Enrolment.Features.LegalBases;

/// <summary>Why data may go to an institution: instruments of law, and what families say at the desk.</summary>
public static class LegalBases
{
    public static void MapLegalBases(this IEndpointRouteBuilder routes)
    {
        RecordStatutoryBasis.Map(routes);
        ApproveStatutoryBasis.Map(routes);
        RevokeStatutoryBasis.Map(routes);
        ObjectToContact.Map(routes);
    }
}
