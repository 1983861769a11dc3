using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features;
using CareerPlatform.Schools.Features.Contacts;
using CareerPlatform.Schools.Features.Privacy;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("schools");
builder.AddDatabase("schoolsdb", typeof(FinalizeRound).Assembly);
builder.AddMessaging("schools", bus =>
{
    bus.Publishes<AreaRegisterChanged>();
    bus.Publishes<ContactConsentChanged>();
    bus.Publishes<ContactCorrected>();
    bus.Publishes<Grade10AdmissionFinalized>();
    bus.Publishes<Grade10PupilsAdmitted>();
    bus.Publishes<Grade10AdmissionAmended>();
    bus.Publishes<GraduatesRecognised>();
    bus.Publishes<PersonalDataErased>();
    bus.Publishes<SchoolRegisterChanged>();
    bus.Publishes<PupilsListed>();
    bus.Publishes<CareerProgrammeReported>();
    bus.Publishes<CounsellorReported>();
    bus.Publishes<GuidanceSessionReported>();
    bus.Publishes<GuidanceReachRecorded>();
    bus.Publishes<GuidanceFacilityReported>();
    bus.Publishes<ExamParticipationCounted>();
    bus.Publishes<ExamWithdrawalsReceived>();

    bus.Logs<RosterImported>();
    bus.Logs<RoundOpened>();
    bus.Logs<ResultsRead>();
    bus.Logs<ResultsAccepted>();
    bus.Logs<ReviewDecided>();
    bus.Logs<PlacesFilled>();
    bus.Logs<RoundFrozen>();
    bus.Logs<DataRequestReceived>().Logs<DataRequestExtended>().Logs<DataRequestAlarm>().Logs<DataRequestClosed>().Logs<ConsentsReviewed>();

    bus.Hears("enrolment").With<ContactNumberFoundWrong, AskSchoolForNumberWhenContactNumberFoundWrong>();
    bus.Hears("identity").With<AccessChanged, NoteRevokedAccessWhenAccessChanged>();
});
builder.AddPrivacy();

var app = builder.Build();
if (await app.RunMigrationsOnly()) return;

app.UseServiceDefaults();
app.MapGroup("/v1").MapUseCases();
CountSeason.Map(app);
app.MapKeys();
app.Run();
