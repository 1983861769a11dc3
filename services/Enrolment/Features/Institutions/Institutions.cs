using CareerPlatform.Enrolment.Features.Public;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>Who teaches what, by which agreement, and what everybody may know of it.</summary>
public static class Institutions
{
    public static void MapInstitutions(this IEndpointRouteBuilder routes)
    {
        RegisterInstitution.Map(routes);
        ListInstitutions.Map(routes);
        AddProgramme.Map(routes);
        ChangeProgramme.Map(routes);
        ListProgrammes.Map(routes);
        SignAgreement.Map(routes);
        EndAgreement.Map(routes);
        AgreeDailyReads.Map(routes);
        ListAgreements.Map(routes);
        ShowOffers.Map(routes);
    }
}
