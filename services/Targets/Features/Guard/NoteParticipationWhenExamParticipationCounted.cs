using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Schools;

namespace CareerPlatform.Targets.Features.Guard;

/// <summary>How many of each school's pupils never registered for a round; the guard compares it with the school's own history and its peers.</summary>
/// <remarks>Safe to repeat and safe out of order: the row's key is round and school, and an older version never replaces a newer.</remarks>
public sealed class NoteParticipationWhenExamParticipationCounted : IReaction<ExamParticipationCounted>
{
    public Task When(ExamParticipationCounted fact, Heard heard, Work work, CancellationToken ct) => SchoolFacts.Keep(work, heard, SchoolFacts.Participation, fact.Schools.Select(school => (
        StreamIds.Of("participation", fact.RoundId, school.School), (int?)fact.SchoolYear, new Participation(school.School, fact.SchoolYear, fact.Round, school.Pupils, school.NeverRegistered))));
}
