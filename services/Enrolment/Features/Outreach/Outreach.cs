using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Relay;

namespace CareerPlatform.Enrolment.Features.Outreach;

/// <summary>One family, one timeline over all institutions: announced calls, contacts, applications.</summary>
public static class Outreach
{
    public static IHostApplicationBuilder AddOutreach(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(ContactRules.Read(builder.Configuration));
        return builder;
    }

    public static void MapOutreach(this IEndpointRouteBuilder routes)
    {
        ShowContactRules.Map(routes);
        AnnounceCall.Map(routes);
        AnnouncedCalls.Map(routes);
        LogContact.Map(routes);
        Apply.Map(routes);
        ShowLedger.Map(routes);
        WriteToFamily.Map(routes);
        ReadMessages.Map(routes);
    }
}
