using CareerPlatform.Contracts;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Domain;

/// <summary>A grade-10 result as a fact about a person: a place, or none.</summary>
public static class Admission
{
    /// <summary>The result of a round as finalised. A place holds from the opening of the school year (5 September) at the latest, however late it was entered.</summary>
    public static Fact Final(Guid pupil, Guid round, int version, int schoolYear, string? programme, Guid? school, DateTimeOffset at)
    {
        var (day, opening) = (VietnamTime.Day(at), new DateOnly(schoolYear, 9, 5));
        return Result(pupil, round, version, programme, school, null, day < opening ? day : opening, at);
    }

    /// <summary>A result changed after the round was final: it holds from the day of the amendment and replaces what the round said before.</summary>
    public static Fact Amended(Guid pupil, Guid round, int version, string? programme, Guid? school, string reason, DateTimeOffset at) =>
        Result(pupil, round, version, programme, school, reason, VietnamTime.Day(at), at);

    private static Fact Result(Guid pupil, Guid round, int version, string? programme, Guid? school, string? reason, DateOnly since, DateTimeOffset at) => new()
    {
        Id = StreamIds.Of("admission-fact", round, version, pupil),
        PupilId = pupil,
        Kind = FactKind.Admission,
        Source = round,
        Version = version,
        Status = programme is null ? null : Status.OfProgramme(programme),
        Since = since,
        Institution = school,
        Reason = reason,
        ReportedBy = "schools",
        RecordedAt = at,
    };
}
