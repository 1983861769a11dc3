using CareerPlatform.Enrolment.Domain;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>Webhooks: what runs, and what an institution may do by itself with its endpoint.</summary>
public static class Webhooks
{
    public static void AddWebhooks(this IHostApplicationBuilder builder) => builder.Services
        .AddSingleton(OutboundRules.Read(builder.Configuration, builder.Environment)).AddSingleton<EndpointGuard>().AddSingleton<SecretSeal>().AddSingleton<MailNotices>()
        .AddSingleton<KeepSubscriptions>().AddHostedService(services => services.GetRequiredService<KeepSubscriptions>())
        .AddSingleton<DeliverWebhooks>().AddHostedService(services => services.GetRequiredService<DeliverWebhooks>());

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        TestEndpoint.Map(routes);
        RotateSecret.Map(routes);
        ReplayFeed.Map(routes);
        ListDeliveries.Map(routes);
        Notices.Map(routes);
    }
}
