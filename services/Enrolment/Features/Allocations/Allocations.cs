using CareerPlatform.Enrolment.Domain;

namespace CareerPlatform.Enrolment.Features.Allocations;

/// <summary>The allocation as the province sees it: why who got which lead, and how fairly.</summary>
public static class Allocations
{
    public static IHostApplicationBuilder AddAllocations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(AllocationTimes.Read(builder.Configuration));
        return builder;
    }

    public static void MapAllocations(this IEndpointRouteBuilder routes)
    {
        ShowAllocation.Map(routes);
        ListEscalations.Map(routes);
        ShowGuarantee.Map(routes);
        ShowFairness.Map(routes);
    }
}
