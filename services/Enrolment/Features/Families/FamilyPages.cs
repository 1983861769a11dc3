using CareerPlatform.Enrolment.Features.Keys;
using CareerPlatform.Enrolment.Features.Relay;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Families;

/// <summary>What a family may see and say, and what keeps its data: keys, and the ledger of withdrawals.</summary>
public static class FamilyPages
{
    public static void AddFamilies(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ContactSeal>().AddSingleton<PupilKeys>().AddSingleton<SealedContacts>();
        builder.AddSweep<TellFamilies>("Relay:SweepSeconds", 60, (tell, ct) => tell.Sweep(ct));
        builder.AddSweep<KeepKeys>("Keys:SweepSeconds", 60, (keep, ct) => keep.Sweep(ct));
        builder.AddWithdrawalLedger<IHostApplicationBuilder, WithdrawAgain>();
    }

    public static void MapFamilies(this IEndpointRouteBuilder routes)
    {
        ShowFamily.Map(routes);
        ShowReads.Map(routes);
        PauseContact.Map(routes);
        SayEnrolledElsewhere.Map(routes);
        ReadFamilyMessages.Map(routes);
        AnswerInstitution.Map(routes);
    }
}
