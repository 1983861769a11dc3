using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.Destinations.Features.Admissions;
using CareerPlatform.Destinations.Features.Cohorts;
using CareerPlatform.Destinations.Features.Enrolments;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("destinations");
builder.AddDatabase("destinationsdb", typeof(Standing).Assembly);
builder.AddMessaging("destinations", bus =>
{
    bus.Publishes<DestinationRecorded>().Publishes<DestinationCorrected>();
    bus.Logs<FactsNoted>().Logs<CohortJoined>();
    bus.Projects<Standings>();
    bus.Hears("schools")
        .With<GraduatesRecognised, JoinCohortWhenGraduatesRecognised>()
        .With<Grade10PupilsAdmitted, NotePlacesWhenGrade10PupilsAdmitted>()
        .With<Grade10AdmissionFinalized, NoteWithoutPlaceWhenGrade10AdmissionFinalized>()
        .With<Grade10AdmissionAmended, NoteAmendmentsWhenGrade10AdmissionAmended>();
    bus.Hears("identity").With<AccessChanged, NoteRevokedAccessWhenAccessChanged>();
    bus.Hears("enrolment")
        .With<StudentEnrolled, NoteStartWhenStudentEnrolled>()
        .With<StudentLeftProgramme, NoteLeavingWhenStudentLeftProgramme>();
});

var app = builder.Build();
if (await app.RunMigrationsOnly()) return;
app.UseServiceDefaults();
ReadCohort.Map(app);
ReadSchools.Map(app);
ReadSchool.Map(app);
ReadSchoolGraduates.Map(app);
ReadArea.Map(app);
ReadGraduate.Map(app);
ReportFact.Map(app);
CorrectFact.Map(app);
app.Run();
