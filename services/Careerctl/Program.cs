using System.CommandLine;
using CareerPlatform.Careerctl.Demo;

var root = new RootCommand("careerctl: the operator's tool of CareerPlatform")
{
    new Command("demo", "The demo province: invented people and places in real sizes.") { WriteDemoProvince.Command() },
};
return await root.Parse(args).InvokeAsync();
