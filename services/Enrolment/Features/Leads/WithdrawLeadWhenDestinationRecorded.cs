using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>A pupil who is known to be somewhere else is not contacted any more.</summary>
/// <remarks>Safe to repeat and in any order: kept with its time, so that older results that come later open no lead.</remarks>
public sealed class WithdrawLeadWhenDestinationRecorded(TimeProvider clock) : IReaction<DestinationRecorded>
{
    private static readonly HashSet<string> Places =
    [
        "gdnn_college", "gdnn_intermediate", "gdnn_elementary", "vocational_upper_secondary", "upper_secondary", "continuing_education", "other_training", "abroad", "out_of_cohort",
    ];

    public async Task When(DestinationRecorded fact, Heard heard, Work work, CancellationToken ct)
    {
        if (fact.Level != "lower_secondary") return;

        var placed = Places.Contains(fact.Status);
        await work.AsProvince();
        var newest = await work.Execute(
            """
            insert into placement (tenant_id, pupil_id, placed, at) values (@Tenant, @Pupil, @Placed, @At)
            on conflict (tenant_id, pupil_id) do update set placed = excluded.placed, at = excluded.at where placement.at < excluded.at
            """, new { work.Tenant, Pupil = fact.GraduateId, Placed = placed, At = fact.RecordedAt });
        if (newest == 0 || !placed) return;

        await work.LockLeads();
        var older = await work.Query<Guid>(
            "select pupil_id from candidate where tenant_id = @Tenant and pupil_id = @Pupil and outcome = 'without_place' and outcome_at <= @At",
            new { work.Tenant, Pupil = fact.GraduateId, At = fact.RecordedAt });
        await work.Withdraw([.. older.Distinct().Select(pupil => (pupil, fact.Status == "out_of_cohort" ? "error" : "placed"))], clock.GetUtcNow());
    }
}
