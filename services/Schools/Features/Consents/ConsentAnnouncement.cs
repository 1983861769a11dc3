using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Consents;

/// <summary>A family's agreement as it stands, with the school the pupil comes from.</summary>
public sealed record ConsentRow
{
    public required Guid PupilId { get; init; }
    public required string Purpose { get; init; }
    public required Guid SchoolId { get; init; }
    public required int SchoolYear { get; init; }
    public required string Scope { get; init; }
    public required Guid[] Institutions { get; init; }
    public required bool ChildAgreed { get; init; }
    public required bool GuardianAgreed { get; init; }
    public required string TextVersion { get; init; }
    public required string Evidence { get; init; }
    public bool Objected { get; init; }
    public bool Relay { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Tells the other services how families' agreements stand now: per school, at most 200 a message.</summary>
public static class ConsentAnnouncement
{
    public static void Append(Work work, IEnumerable<ConsentRow> changes, DateTimeOffset now)
    {
        foreach (var school in changes.GroupBy(change => (change.SchoolYear, change.SchoolId)))
        {
            foreach (var part in school.Chunk(200))
            {
                work.Append("consent", StreamIds.Of("consent", work.Tenant, school.Key.SchoolYear, school.Key.SchoolId), new ContactConsentChanged
                {
                    Province = work.Tenant,
                    SchoolYear = school.Key.SchoolYear,
                    School = school.Key.SchoolId,
                    ChangedAt = now,
                    Changes = [.. part.Select(change => new ConsentChange
                    {
                        PupilId = change.PupilId, Purpose = change.Purpose, Scope = change.Scope, Institutions = change.Institutions, ChildAgreed = change.ChildAgreed,
                        GuardianAgreed = change.GuardianAgreed, TextVersion = change.TextVersion, Evidence = change.Evidence, Objected = change.Objected, Relay = change.Relay ? true : null, At = change.At,
                    })],
                });
            }
        }
    }
}
