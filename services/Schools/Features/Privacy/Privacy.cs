using CareerPlatform.Schools.Features.Families;
using CareerPlatform.Schools.Features.Pupils;
using CareerPlatform.Schools.Features.Requests;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Privacy;

/// <summary>What protects families: seals and keys, the ledger of withdrawals, the desk's clocks, the erasure schedule.</summary>
public static class Privacy
{
    public static void AddPrivacy(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ContactSeal>().AddSingleton<PupilKeys>().AddSingleton<ErasePupils>().AddSingleton<Holidays>().AddSingleton<MessagePost>();
        builder.AddSweep<KeepPrivacy>("Privacy:SweepSeconds", 300, (keep, ct) => keep.Sweep(ct));
        builder.AddWithdrawalLedger<IHostApplicationBuilder, ForgetAgain>();
    }

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        CarryKeys.Map(routes);
        DescribeProcessing.Map(routes);
        FindReads.Map(routes);
        TellFamily.Map(routes);
    }
}
