using CareerPlatform.Enrolment.Features.Enrolments;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Institutions;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Outreach;

namespace CareerPlatform.Enrolment.Features;

/// <summary>Every use case that HTTP reaches, in the order of the story.</summary>
public static class Endpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        RegisterInstitution.Map(routes);
        AddProgramme.Map(routes);
        SignAgreement.Map(routes);
        ReadFeed.Map(routes);
        ReadLead.Map(routes);
        ReadLeads.Map(routes);
        LogContact.Map(routes);
        Apply.Map(routes);
        ConfirmEnrolment.Map(routes);
        LeaveProgramme.Map(routes);
    }
}
