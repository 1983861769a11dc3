using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.LegalBases;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Admissions;

/// <summary>A result that changed after all: a place ends the lead everywhere in the same commit, a lost place opens one, new data is announced as a correction.</summary>
/// <remarks>Safe to repeat: an older result never replaces a newer one.</remarks>
public sealed class UpdateLeadsWhenGrade10AdmissionAmended(GrantLeads grant, CorrectLeads correct, WithdrawalLedger ledger, TimeProvider clock) : IReaction<Grade10AdmissionAmended>
{
    public async Task When(Grade10AdmissionAmended fact, Heard heard, Work work, CancellationToken ct)
    {
        await work.LockLeads();
        var objections = fact.Changes.Where(change => change.Reason == "opted_out").Select(change => FamilySays.Objects(change.PupilId, "school_record", fact.AmendedAt));
        var objected = await work.NoteFamilies(fact.SchoolYear, [.. objections], ledger);
        var ended = fact.Changes.Where(change => change.Outcome != "without_place").ToDictionary(change => change.PupilId);
        var newest = await work.NoteOutcome(fact.SchoolYear, [.. ended.Values.Select(change => (change.PupilId, change.Outcome))], fact.AmendedAt);
        await work.Withdraw(
            [.. objected.Select(family => (family.Pupil, "opted_out")).Concat(newest.Select(pupil => (pupil, Reason(ended[pupil])))).DistinctBy(lead => lead.Item1)],
            clock.GetUtcNow(), fact.SchoolYear);

        var without = fact.Changes.Where(change => change.WithoutPlace is not null && change.Outcome == "without_place").Select(change => change.WithoutPlace!).ToList();
        await correct.Note(work, fact.SchoolYear, without, fact.AmendedAt);
        await grant.To(work, fact.SchoolYear, [.. without.Select(pupil => pupil.PupilId)]);
    }

    private static string Reason(AmendedResult change) => change switch
    {
        { Outcome: "admitted" } => "placed",
        { Outcome: "absent" } => "absent",
        _ => "error",
    };
}
