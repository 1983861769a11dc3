using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Relay;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.LegalBases;

/// <summary>Records the legal basis each family gives or takes back: agreement that comes after the results grants the lead, withdrawal takes it back from everyone in the same commit.</summary>
/// <remarks>Safe to repeat and in any order with the results: the newest word counts, and whatever comes second grants.</remarks>
public sealed class GrantOrWithdrawLeadsWhenContactConsentChanged(GrantLeads grant, WithdrawalLedger ledger, TimeProvider clock) : IReaction<ContactConsentChanged>
{
    public async Task When(ContactConsentChanged fact, Heard heard, Work work, CancellationToken ct)
    {
        await work.LockLeads();
        var newest = await work.NoteFamilies(fact.SchoolYear, [.. fact.Changes.Select(change => new FamilySays(
            change.PupilId, change.Purpose, change.Scope, [.. change.Institutions], change.ChildAgreed, change.GuardianAgreed, change.TextVersion, change.Evidence,
            Objected: change.Objected ?? (change.Scope == "none" && change.Evidence is "web" or "phone_desk"), change.At, change.Relay ?? false))], ledger);
        var guidance = newest.Where(family => family.Purpose == DataScope.VocationalGuidance).ToList();
        await work.Withdraw([.. guidance.Where(family => !family.Agreed).Select(family => (family.Pupil, "opted_out"))], clock.GetUtcNow(), fact.SchoolYear);
        await work.WithdrawFromOthersThanChosen(fact.SchoolYear,
            [.. guidance.Where(family => family.Agreed && family.Scope == "chosen").Select(family => (family.Pupil, family.Institutions))], clock.GetUtcNow());
        await work.HideDetails(fact.SchoolYear, [.. guidance.Where(family => family is { Agreed: true, Relay: true }).Select(family => family.Pupil)], clock.GetUtcNow());
        await work.ShowDetails(fact.SchoolYear, [.. guidance.Where(family => family is { Agreed: true, Relay: false }).Select(family => family.Pupil)], clock.GetUtcNow());
        await grant.To(work, fact.SchoolYear, [.. guidance.Where(family => family.Agreed).Select(family => family.Pupil)]);
    }
}
