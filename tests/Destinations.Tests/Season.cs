using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Destinations.Tests;

/// <summary>Facts of one fictional season, as the other services announce them.</summary>
internal static class Season
{
    internal const string Province = "97";
    internal static readonly Guid Round = StreamIds.Of("round", 2026, 1);
    internal static readonly Guid School = StreamIds.Of("school", "THCS 1");
    internal static readonly Guid UpperSecondarySchool = StreamIds.Of("school", "THPT 1");
    internal static readonly Guid CollegeA = new("00000000-0000-7000-8000-00000000000a");
    internal static readonly Guid CollegeB = new("00000000-0000-7000-8000-00000000000b");

    internal static Guid Pupil(int number) => StreamIds.Of("pupil", number);

    internal static DateTimeOffset At(string day) => new(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture).ToDateTime(new TimeOnly(3, 0)), TimeSpan.Zero);

    internal static DateOnly Day(string day) => DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);

    internal static GraduatesRecognised Recognised(params int[] pupils) => Recognised(2026, School, "2026-06-05", pupils);

    internal static GraduatesRecognised Recognised(int cohort, Guid school, string day, params int[] pupils) => new()
    {
        Province = Province,
        Cohort = cohort,
        Level = "lower_secondary",
        School = school,
        SchoolArea = "97001",
        SchoolDisadvantaged = false,
        Part = 1,
        Parts = 1,
        Graduates = [.. pupils.Select(number => new RecognisedGraduate
        {
            PupilId = Pupil(number),
            Programme = "general",
            ResidenceArea = number % 2 == 0 ? "97001" : "97002",
            ResidenceAreaBefore = number % 2 == 0 ? "97901" : "97902",
            ResidenceDisadvantaged = number % 2 == 1,
        })],
        RecognisedAt = At(day),
    };

    internal static Grade10PupilsAdmitted Admitted(params int[] pupils) => Admitted("upper_secondary", pupils);

    internal static Grade10PupilsAdmitted Admitted(string programme, params int[] pupils) => new()
    {
        RoundId = Round,
        RoundVersion = 1,
        Province = Province,
        SchoolYear = 2026,
        Area = "97001",
        Part = 1,
        Parts = 1,
        Pupils = [.. pupils.Select(number => new AdmittedPupil { PupilId = Pupil(number), AdmittedTo = UpperSecondarySchool, Programme = programme })],
        FinalizedAt = At("2026-07-20"),
    };

    internal static Grade10AdmissionFinalized WithoutPlace(params int[] pupils) => new()
    {
        RoundId = Round,
        RoundVersion = 1,
        Province = Province,
        SchoolYear = 2026,
        Area = "97001",
        Part = 1,
        Parts = 1,
        Pupils = [.. pupils.Select(number => new PupilWithoutPlace { PupilId = Pupil(number), School = School, ResidenceArea = "97001", SealedContact = "sealed" })],
        FinalizedAt = At("2026-07-20"),
    };

    internal static Grade10AdmissionAmended Amended(int version, string day, int pupil, string outcome, string reason = "extra_round") => new()
    {
        RoundId = Round,
        RoundVersion = version,
        Province = Province,
        SchoolYear = 2026,
        Area = "97001",
        Changes = [new AmendedResult { PupilId = Pupil(pupil), Reason = reason, Outcome = outcome, Programme = outcome == "admitted" ? "upper_secondary" : null }],
        AmendedAt = At(day),
    };

    internal static StudentEnrolled Enrolled(
        int pupil, string day, string level = "intermediate", Guid? institution = null, string track = "trade", int enrolment = 0, bool outOfProvince = false) => new()
        {
            Province = Province,
            EnrolmentId = Enrolment(pupil, enrolment),
            PupilId = Pupil(pupil),
            Institution = institution ?? CollegeA,
            TrainingCode = track == "trade" ? "5510201" : null,
            Track = track,
            Level = level,
            OutOfProvince = outOfProvince,
            StartedOn = Day(day),
            ConfirmedAt = At(day),
        };

    internal static StudentLeftProgramme Left(int pupil, string day, int enrolment = 0, string reason = "left") => new()
    {
        Province = Province,
        EnrolmentId = Enrolment(pupil, enrolment),
        PupilId = Pupil(pupil),
        Institution = CollegeA,
        Reason = reason,
        LeftOn = Day(day),
        RecordedAt = At(day),
    };

    private static Guid Enrolment(int pupil, int enrolment) => StreamIds.Of("enrolment", pupil, enrolment);
}
