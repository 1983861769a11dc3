using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>Webhooks: what runs, and what an institution may do by itself with its endpoint.</summary>
public static class Webhooks
{
    public static void AddWebhooks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(OutboundRules.Read(builder.Configuration, builder.Environment)).AddSingleton<EndpointGuard>().AddSingleton<SecretSeal>().AddSingleton<MailNotices>()
            .AddSingleton<DeliverWebhooks>().AddHostedService(services => services.GetRequiredService<DeliverWebhooks>());
        builder.AddSweep<KeepSubscriptions>("Subscriptions:SweepSeconds", 60, (keep, ct) => keep.Round("*", ct));
    }

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        TestEndpoint.Map(routes);
        RotateSecret.Map(routes);
        ReplayFeed.Map(routes);
        ListDeliveries.Map(routes);
        Notices.Map(routes);
    }
}
