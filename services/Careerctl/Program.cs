using System.CommandLine;
using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Journal;
using CareerPlatform.Careerctl.Plans;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Careerctl.Simulation;

var root = new RootCommand("careerctl: the operator's tool of CareerPlatform")
{
    new Command("demo", "The demo province: invented people and places in real sizes.") { WriteDemoProvince.Command() },
    new Command("plan", "Plans as data.") { CheckPlan.Command(), PlanPage.Command() },
    SeasonCommands.Command(),
    JournalCommands.Command(),
    new Command("simulate", "What a rule would do to the demo province.") { SimulateAllocation.Command() },
};
return await root.Parse(args).InvokeAsync();
