using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Conference;
using CareerPlatform.Portal.Features.Connection;
using CareerPlatform.Portal.Features.Family;
using CareerPlatform.Portal.Features.Institutions;
using CareerPlatform.Portal.Features.Labour;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Portal.Features.Operator;
using CareerPlatform.Portal.Features.Papers;
using CareerPlatform.Portal.Features.Protection;
using CareerPlatform.Portal.Features.Public;
using CareerPlatform.Portal.Features.Queues;
using CareerPlatform.Portal.Features.Reports;
using CareerPlatform.Portal.Features.Rounds;
using CareerPlatform.Portal.Features.School;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.Portal.Features.Start;
using CareerPlatform.Portal.Features.Tasks;
using CareerPlatform.Portal.Features.Work;
using CareerPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("portal");
builder.AddPages();
builder.Services.AddSingleton<UploadFile.Sending>();
builder.Services.AddSingleton<PublicCertificate>();
builder.Services.AddSingleton<Borders>();
builder.Services.AddScoped<Offers>();

var app = builder.Build();
app.UsePages();
app.UseServiceDefaults();
app.UseRefusalPages();
AssetFiles.Map(app);

ShowStart.Map(app);
GoToWorkspace.Map(app);
ChooseLanguage.Map(app);
ShowDesign.Map(app);

ShowOffers.Map(app);
ShowOneInstitution.Map(app);
ShowIndicators.Map(app);

ShowDashboard.Map(app);
ExportDashboard.Map(app);
ExportWorkbook.Map(app);
ShowTrend.Map(app);
ShowAreas.Map(app);
ShowBorders.Map(app);
ListTasks.Map(app);
ShowTask.Map(app);

ShowSeason.Map(app);
ListRounds.Map(app);
ShowRound.Map(app);
UploadFile.Map(app);
ListRows.Map(app);
DecideRound.Map(app);

ShowQueues.Map(app);
DecideRequest.Map(app);
ListInstitutions.Map(app);
ShowInstitution.Map(app);
ListBreaches.Map(app);
ShowBreach.Map(app);
ShowImpact.Map(app);
ListReports.Map(app);
ShowReport.Map(app);
ShowLabour.Map(app);
ShowConference.Map(app);

ListPupils.Map(app);
ShowPupil.Map(app);
ShowGuidance.Map(app);

ListLeads.Map(app);
ShowLead.Map(app);
ListProgrammes.Map(app);
ShowWorkbooks.Map(app);
CompareEnrolled.Map(app);
ShowConnection.Map(app);
BeginConnection.Map(app);
ShowAgreement.Map(app);

ShowPlatform.Map(app);
DecideParked.Map(app);

SignInFamily.Map(app);
ShowFamily.Map(app);
WriteMessages.Map(app);
ShowChoices.Map(app);
ShowData.Map(app);
app.Run();
