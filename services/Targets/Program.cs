using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Areas;
using CareerPlatform.Targets.Features.Graduates;
using CareerPlatform.Targets.Features.Guidance;
using CareerPlatform.Targets.Features.Indicators;
using CareerPlatform.Targets.Features.Inspections;
using CareerPlatform.Targets.Features.Plans;
using CareerPlatform.Targets.Features.Reports;
using CareerPlatform.Targets.Features.Tasks;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("targets");
builder.AddDatabase("targetsdb", typeof(PlanRegistry).Assembly);
builder.AddMessaging("targets", bus =>
{
    bus.FillsByHearing("graduates", "counts", "areas", "guidance", "guidance_counts");
    bus.Hears("schools")
        .With<GraduatesRecognised, CountGraduatesWhenGraduatesRecognised>()
        .With<AreaRegisterChanged, NoteAreasWhenAreaRegisterChanged>();
    bus.Hears("destinations")
        .With<DestinationRecorded, CountGraduateWhenDestinationRecorded>()
        .With<DestinationCorrected, CountGraduateWhenDestinationCorrected>();
    bus.Hears("identity").With<AccessChanged, NoteRevokedAccessWhenAccessChanged>();
    bus.Hears("enrolment")
        .With<LeadGranted, NoteLeadWhenLeadGranted>()
        .With<LeadWithdrawn, NoteWithdrawalWhenLeadWithdrawn>()
        .With<ContactLogged, NoteContactWhenContactLogged>()
        .With<StudentEnrolled, NoteStartWhenStudentEnrolled>();
});
builder.Services.AddSingleton(new PlanRegistry(builder.Configuration));   // a plan that is not valid stops the migration and the start
builder.Services.AddSingleton<RecountWhenPlansChange>().AddHostedService(services => services.GetRequiredService<RecountWhenPlansChange>());
builder.Services.AddSingleton<CollectFigures>().AddSingleton<PdfPrinter>();
builder.Services.AddSingleton<KeepTasks>().AddHostedService(services => services.GetRequiredService<KeepTasks>());

var app = builder.Build();
if (await app.RunMigrationsOnly()) return;
app.UseServiceDefaults();
ReadPlans.Map(app);
ReadPlanSchema.Map(app);
ReadPlanInForce.Map(app);
LoadPlan.Map(app);
ReadPlan.Map(app);
ReadPlanCalendar.Map(app);
ReadIndicators.Map(app);
ReadIndicatorAreas.Map(app);
ListTasks.Map(app);
ShowTask.Map(app);
BeginTask.Map(app);
SubmitTask.Map(app);
AcceptTask.Map(app);
ReturnTask.Map(app);
AddEvidence.Map(app);
ReadEvidence.Map(app);
ListLate.Map(app);
ListTaskNotices.Map(app);
MakeTasks.Map(app);
NoteEvent.Map(app);
SetTaskOwner.Map(app);
ListTaskOwners.Map(app);
MakeCalendarKey.Map(app);
ListCalendarKeys.Map(app);
EndCalendarKey.Map(app);
ReadTaskCalendar.Map(app);
PlanInspection.Map(app);
HoldInspection.Map(app);
AddFinding.Map(app);
CloseFinding.Map(app);
ListInspections.Map(app);
ListReportKinds.Map(app);
ListReports.Map(app);
ShowReport.Map(app);
DraftReport.Map(app);
WriteText.Map(app);
SetLetterhead.Map(app);
SubmitReport.Map(app);
ApproveReport.Map(app);
ReturnReport.Map(app);
RestateReport.Map(app);
ReadReportDocument.Map(app);
app.Run();
