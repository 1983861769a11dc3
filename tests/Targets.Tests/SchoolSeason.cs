using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using static CareerPlatform.Targets.Tests.Season;

namespace CareerPlatform.Targets.Tests;

/// <summary>Facts about fictional schools, as Schools announces them.</summary>
internal static class SchoolSeason
{
    internal static SchoolRegisterChanged Schools(params ListedSchool[] schools) => new() { Province = Season.Province, Schools = schools, ChangedAt = At("2026-01-05") };

    internal static ListedSchool ASchool(
        string code, string levels = "lower_secondary", string area = "97001", bool boarding = false, string from = "2010-09-01", string? to = null, string? disadvantaged = null, string formedFrom = "", string? on = null) => new()
        {
            School = Season.School(code),
            Code = code,
            ValidFrom = Day(from),
            ValidTo = to is null ? null : Day(to),
            Levels = levels.Split('+'),
            Boarding = boarding,
            Area = area,
            Disadvantaged = disadvantaged is null ? [] : [.. disadvantaged.Split('|').Select(period => period.Split("..")).Select(period => new ListedPeriod { From = Day(period[0]), To = period[1].Length == 0 ? null : Day(period[1]) })],
            Predecessors = [.. formedFrom.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(old => new FormedFrom { School = Season.School(old), On = Day(on ?? from) })],
        };

    internal static CareerProgrammeReported Programme(string school, string code = "HN", string? approved = "2025-09-20", int partners = 1, string[]? trades = null, string[]? activities = null, string? hash = null, int year = 2025) => new()
    {
        Province = Season.Province,
        ProgrammeId = StreamIds.Of("programme", school, year, code),
        School = Season.School(school),
        SchoolYear = year,
        ApprovedOn = approved is null ? null : Day(approved),
        Partners = partners,
        Trades = trades ?? [],
        Activities = [.. (activities ?? ["2025-11-12"]).Select(Day)],
        FileHash = hash,
        ReportedAt = At("2026-01-06"),
    };

    internal static Guid Counsellor(string code) => StreamIds.Of("counsellor", code);

    internal static CounsellorReported Reported(string counsellor, CounsellorAssignment[] assignments, CounsellorCertificate[]? certificates = null, params ListedPeriod[] leaves) => new()
    {
        Province = Season.Province,
        Counsellor = Counsellor(counsellor),
        Assignments = assignments,
        Certificates = certificates ?? [Certificate()],
        Leaves = leaves,
        ReportedAt = At("2026-01-06"),
    };

    internal static CounsellorAssignment Assigned(string school, string? decided = "2025-08-28", string from = "2025-09-01", string? to = null) =>
        new() { School = Season.School(school), DecidedOn = decided is null ? null : Day(decided), From = Day(from), To = to is null ? null : Day(to) };

    internal static CounsellorCertificate Certificate(bool recognised = true, string issued = "2024-07-15", string? expires = null) =>
        new() { Kind = "certificate", Recognised = recognised, IssuedOn = Day(issued), ExpiresOn = expires is null ? null : Day(expires) };

    internal static ListedPeriod Leave(string from, string? to) => new() { From = Day(from), To = to is null ? null : Day(to) };

    internal static GuidanceSessionReported Session(string code, string cluster, string on, string state = "held", string? into = null) => new()
    {
        Province = Season.Province,
        SessionId = StreamIds.Of("session", code),
        Cluster = cluster,
        On = Day(on),
        State = state,
        MergedInto = into is null ? null : StreamIds.Of("session", into),
        Schools = [],
        ReportedAt = At("2026-01-06"),
    };

    internal static PupilsListed Listed(string school, int grade, string at, params (int Pupil, string Family)[] pupils) => new()
    {
        Province = Season.Province,
        SchoolYear = 2025,
        School = Season.School(school),
        Grade = grade,
        Pupils = [.. pupils.Select(pupil => new ListedPupil { PupilId = Pupil(pupil.Pupil), Family = pupil.Family })],
        ListedAt = At(at),
    };

    internal static GuidanceReachRecorded Reached(string school, string on, string kind, int[] pupils, params string[] families) => new()
    {
        Province = Season.Province,
        RecordId = StreamIds.Of("reach", school, on, kind),
        School = Season.School(school),
        SchoolYear = 2025,
        Kind = kind,
        On = Day(on),
        Pupils = [.. pupils.Select(Pupil)],
        Families = families,
        ReportedAt = At("2026-01-06"),
    };
}
