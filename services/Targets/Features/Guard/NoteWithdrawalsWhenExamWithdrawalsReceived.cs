using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Schools;

namespace CareerPlatform.Targets.Features.Guard;

/// <summary>Families declared that their child will not sit an exam; the guard looks for equal wordings and for a rush before closing.</summary>
/// <remarks>Safe to repeat and safe out of order, also over the streams of two schools: of two words about one pupil and year the later received stands.</remarks>
public sealed class NoteWithdrawalsWhenExamWithdrawalsReceived : IReaction<ExamWithdrawalsReceived>
{
    public Task When(ExamWithdrawalsReceived fact, Heard heard, Work work, CancellationToken ct) => SchoolFacts.Keep(work, heard, SchoolFacts.Withdrawal, fact.Withdrawals.Select(one => (
        StreamIds.Of("withdrawal", fact.SchoolYear, one.PupilId), (int?)fact.SchoolYear, new Declaration(fact.School, one.PupilId, one.SignedOn, fact.ClosesOn, one.Wording, one.TakenBack))),
        fact.ReceivedAt.UtcTicks);
}
