using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Admissions;
using CareerPlatform.Enrolment.Features.Allocations;
using CareerPlatform.Enrolment.Features.Areas;
using CareerPlatform.Enrolment.Features.Breaches;
using CareerPlatform.Enrolment.Features.Decoys;
using CareerPlatform.Enrolment.Features.EnrolledLists;
using CareerPlatform.Enrolment.Features.Enrolments;
using CareerPlatform.Enrolment.Features.Families;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Impact;
using CareerPlatform.Enrolment.Features.Institutions;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.LegalBases;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.Enrolment.Features.Overview;
using CareerPlatform.Enrolment.Features.Revocations;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.Enrolment.Features.Workbooks;
using CareerPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("enrolment");
builder.AddDatabase("enrolmentdb", typeof(GrantLeads).Assembly);
builder.AddMessaging("enrolment", bus =>
{
    bus.Publishes<LeadGranted>().Publishes<LeadWithdrawn>().Publishes<ContactLogged>().Publishes<ContactNumberFoundWrong>().Publishes<StudentEnrolled>().Publishes<StudentLeftProgramme>();
    bus.Logs<LeadReleased>().Logs<LeadEscalated>().Logs<EscalationClosed>();
    bus.Logs<BreachOpened>().Logs<BreachAlarm>().Logs<BreachNotified>().Logs<BreachClosed>().Logs<ImpactFileAlarm>().Logs<ImpactFileFiled>().Logs<DailyReadsAlarm>().Logs<DailyReadsAgreed>();
    bus.Hears("schools")
        .With<AreaRegisterChanged, NoteAreasWhenAreaRegisterChanged>()
        .With<ContactConsentChanged, GrantOrWithdrawLeadsWhenContactConsentChanged>()
        .With<ContactCorrected, CorrectLeadsWhenContactCorrected>()
        .With<GraduatesRecognised, NoteCohortWhenGraduatesRecognised>()
        .With<Grade10AdmissionFinalized, GrantLeadsWhenGrade10AdmissionFinalized>()
        .With<Grade10PupilsAdmitted, WithdrawLeadsWhenGrade10PupilsAdmitted>()
        .With<Grade10AdmissionAmended, UpdateLeadsWhenGrade10AdmissionAmended>()
        .With<PersonalDataErased, ErasePupilWhenPersonalDataErased>();
    bus.Hears("destinations")
        .With<DestinationRecorded, WithdrawLeadWhenDestinationRecorded>()
        .With<DestinationCorrected, WithdrawLeadWhenDestinationCorrected>();
    bus.Hears("identity").With<AccessChanged, NoteRevokedAccessWhenAccessChanged>();
});
builder.AddFamilies();
builder.Services.AddSingleton<FeedCursors>().AddSingleton<NoteRestore>().AddSingleton<GrantLeads>().AddSingleton<CorrectLeads>().AddSingleton<Placements>().AddSingleton<DailyReads>().AddSingleton<LeadDetails>();
builder.AddSweep<KeepLeads>("Leads:SweepSeconds", 30, (keep, ct) => keep.Sweep(ct));
builder.Services.AddSingleton<FeedBell>().AddHostedService(services => services.GetRequiredService<FeedBell>());
builder.AddSweep<KeepFeeds>("Leads:SweepSeconds", 30, (keep, ct) => keep.Sweep(ct));
builder.AddAllocations();
builder.AddWebhooks();
builder.AddWorkbooks();
builder.AddOutreach();
builder.AddBreaches();
builder.AddImpactFile();

var app = builder.Build();
if (await app.RunMigrationsOnly()) return;
app.UseServiceDefaults();
app.MapInstitutions();

app.MapLegalBases();

ReadFeed.Map(app);
ListLeads.Map(app);
ListWork.Map(app);
ReadLead.Map(app);
ReadLeads.Map(app);
CountLeads.Map(app);
CountWishes.Map(app);
MeasureOperations.Map(app);
CountSeason.Map(app);
ExportLeads.Map(app);

app.MapSubscriptions();
app.MapWebhooks();
app.MapWorkbooks();
app.MapRevocations();
app.MapFamilies();

app.MapOutreach();
app.MapDecoys();
app.MapBreaches();
app.MapImpactFile();

app.MapAllocations();
ConfirmEnrolment.Map(app);
LeaveProgramme.Map(app);
CompareList.Map(app);
ShowList.Map(app);
app.Run();
