using CareerPlatform.Portal.Access;
using CareerPlatform.Portal.Features.Family;
using CareerPlatform.Portal.Features.Leader;
using CareerPlatform.Portal.Features.Rounds;
using CareerPlatform.Portal.Features.Season;
using CareerPlatform.Portal.Features.Start;
using CareerPlatform.Portal.Features.Tasks;
using CareerPlatform.Portal.Features.Work;
using CareerPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("portal");
builder.AddPages();
builder.Services.AddSingleton<UploadFile.Sending>();

var app = builder.Build();
app.UsePages();
app.UseServiceDefaults();
app.UseRefusalPages();
AssetFiles.Map(app);

ShowStart.Map(app);
GoToWorkspace.Map(app);
ChooseLanguage.Map(app);
ShowDesign.Map(app);

ShowDashboard.Map(app);
ExportDashboard.Map(app);
ShowAreas.Map(app);
ListTasks.Map(app);

ShowSeason.Map(app);
ListRounds.Map(app);
ShowRound.Map(app);
UploadFile.Map(app);
ListRows.Map(app);
DecideRound.Map(app);

ListLeads.Map(app);
ShowLead.Map(app);
ListProgrammes.Map(app);

SignInFamily.Map(app);
ShowFamily.Map(app);
app.Run();
