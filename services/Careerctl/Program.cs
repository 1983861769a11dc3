using System.CommandLine;
using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Journal;
using CareerPlatform.Careerctl.Season;

var root = new RootCommand("careerctl: the operator's tool of CareerPlatform")
{
    new Command("demo", "The demo province: invented people and places in real sizes.") { WriteDemoProvince.Command() },
    SeasonCommands.Command(),
    JournalCommands.Command(),
};
return await root.Parse(args).InvokeAsync();
