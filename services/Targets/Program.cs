using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Areas;
using CareerPlatform.Targets.Features.Awards;
using CareerPlatform.Targets.Features.Budget;
using CareerPlatform.Targets.Features.Conferences;
using CareerPlatform.Targets.Features.Graduates;
using CareerPlatform.Targets.Features.Guard;
using CareerPlatform.Targets.Features.Guidance;
using CareerPlatform.Targets.Features.Indicators;
using CareerPlatform.Targets.Features.Inspections;
using CareerPlatform.Targets.Features.Labour;
using CareerPlatform.Targets.Features.Plans;
using CareerPlatform.Targets.Features.Privacy;
using CareerPlatform.Targets.Features.Public;
using CareerPlatform.Targets.Features.Reports;
using CareerPlatform.Targets.Features.Schools;
using CareerPlatform.Targets.Features.Tasks;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("targets");
builder.AddDatabase("targetsdb", typeof(PlanRegistry).Assembly);
builder.AddMessaging("targets", bus =>
{
    bus.FillsByHearing("graduates", "counts", "areas", "guidance", "guidance_counts", "guidance_contacts", "school_facts", "enrolled", "reach_records", "reach_people", "informed", "erased_pupils", "erased_grades");
    bus.Hears("schools")
        .With<GraduatesRecognised, CountGraduatesWhenGraduatesRecognised>()
        .With<AreaRegisterChanged, NoteAreasWhenAreaRegisterChanged>()
        .With<SchoolRegisterChanged, NoteSchoolsWhenSchoolRegisterChanged>()
        .With<CareerProgrammeReported, NoteProgrammeWhenCareerProgrammeReported>()
        .With<CounsellorReported, NoteCounsellorWhenCounsellorReported>()
        .With<GuidanceSessionReported, NoteSessionWhenGuidanceSessionReported>()
        .With<GuidanceFacilityReported, NoteFacilityWhenGuidanceFacilityReported>()
        .With<PupilsListed, NotePupilsWhenPupilsListed>()
        .With<GuidanceReachRecorded, NoteReachWhenGuidanceReachRecorded>()
        .With<ExamParticipationCounted, NoteParticipationWhenExamParticipationCounted>()
        .With<ExamWithdrawalsReceived, NoteWithdrawalsWhenExamWithdrawalsReceived>()
        .With<PersonalDataErased, ForgetFamilyWhenPersonalDataErased>();
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
builder.Services.AddSingleton<CollectFigures>().AddSingleton<PdfPrinter>().AddSingleton<MailTaskNotices>();
builder.AddSweep<KeepTasks>("Tasks:SweepSeconds", 60, (keep, ct) => keep.Round(ct));

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
ReadOperations.Map(app);
ReadPublicIndicators.Map(app);
Each(OpenFigure.Map, FreezeFigures.Map, RestateFigures.Map, ReadGuard.Map, RecordFinding.Map, AskForAward.Map);
Each(ListTasks.Map, ShowTask.Map, BeginTask.Map, SubmitTask.Map, AcceptTask.Map, ReturnTask.Map, AddEvidence.Map, ReadEvidence.Map, ListLate.Map, ListTaskNotices.Map);
Each(MakeTasks.Map, NoteEvent.Map, SetTaskOwner.Map, SetMailbox.Map, ListTaskOwners.Map, MakeCalendarKey.Map, ListCalendarKeys.Map, EndCalendarKey.Map, ReadTaskCalendar.Map);
Each(PlanInspection.Map, HoldInspection.Map, AddFinding.Map, CloseFinding.Map, ListInspections.Map);
Each(ListReportKinds.Map, ListReports.Map, ShowReport.Map, DraftReport.Map, WriteText.Map, SetLetterhead.Map);
Each(SubmitReport.Map, ApproveReport.Map, ReturnReport.Map, RestateReport.Map, ReadReportDocument.Map);
Each(ShowBudget.Map, EstimateBudget.Map, ApproveBudget.Map, CommitMoney.Map, PayMoney.Map, CancelEntry.Map);
Each(ShowLabourNumbers.Map, EnterLabourNumbers.Map, ShowOwnNumbers.Map);
Each(ShowConference.Map, SetConferenceItem.Map, HoldConference.Map);
Each(ListCandidates.Map, Nominate.Map, JudgeNomination.Map, ListNominations.Map, RaiseWarning.Map, CloseWarning.Map, ListWarnings.Map);
app.Run();

void Each(params ReadOnlySpan<Action<IEndpointRouteBuilder>> maps)
{
    foreach (var map in maps) map(app);
}
