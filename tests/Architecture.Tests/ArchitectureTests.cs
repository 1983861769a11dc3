using System.Text.RegularExpressions;
using CareerPlatform.Testing;

namespace CareerPlatform.Architecture.Tests;

/// <summary>The few rules of structure that a compiler does not know.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Root = SharedData.Repository;

    private static IEnumerable<string> Sources(string folder) => Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> Projects(string folder) => Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories);

    [Fact]
    public void No_service_references_another_service()
    {
        string[] common = ["ServiceDefaults.csproj", "Contracts.csproj", "Import.csproj"];

        var foreign = Projects("services").Concat(Projects("gateway"))
            .SelectMany(project => Reference().Matches(File.ReadAllText(project)).Select(match => $"{Path.GetFileName(project)} -> {Path.GetFileName(match.Groups[1].Value)}"))
            .Where(pair => !common.Any(allowed => pair.EndsWith(allowed, StringComparison.Ordinal)));

        foreign.ShouldBeEmpty();
    }

    [Fact]
    public void Contracts_need_no_package()
    {
        File.ReadAllText(Path.Combine(Root, "services/Contracts/Contracts.csproj")).ShouldNotContain("PackageReference");
    }

    [Fact]
    public void A_service_keeps_domain_data_and_features_and_no_folder_of_technical_kind()
    {
        string[] unwanted = ["Application", "Infrastructure", "Common", "Shared", "Helpers", "Services", "Interfaces", "Utils", "Managers", "Repositories"];

        Directory.GetDirectories(Path.Combine(Root, "services"), "*", SearchOption.AllDirectories)
            .Concat(Directory.GetDirectories(Path.Combine(Root, "ServiceDefaults"), "*", SearchOption.AllDirectories))
            .Where(folder => !folder.Contains("/obj", StringComparison.Ordinal) && !folder.Contains("/bin", StringComparison.Ordinal))
            .Select(folder => Path.GetFileName(folder))
            .Intersect(unwanted)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_service_explains_itself_on_a_page_and_can_be_tried_by_hand()
    {
        foreach (var service in new[] { "Identity", "Schools", "Enrolment", "Destinations", "Targets" })
        {
            File.Exists(Path.Combine(Root, "services", service, "README.md")).ShouldBeTrue($"{service}/README.md");
            Directory.GetFiles(Path.Combine(Root, "services", service), "*.http").ShouldNotBeEmpty($"{service}/*.http");
        }
    }

    [Fact]
    public void P17_no_code_names_a_host_outside_and_no_package_speaks_to_one()
    {
        // Where a process may call is configuration of the province: its message gateway, mail server, time server, telemetry collector, the institutions' proved hosts.
        string[] inside = ["identity", "schools", "enrolment", "destinations", "targets", "gateway", "portal", "localhost", "127.0.0.1"];
        var named = new[] { "services", "ServiceDefaults", "gateway", "Import" }.SelectMany(Sources)
            .SelectMany(file => Host().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), Host: match.Groups[1].Value)))
            .Where(call => !inside.Contains(call.Host) && !call.Host.StartsWith('{') && !call.Host.EndsWith(".example", StringComparison.Ordinal));
        named.Where(call => !Identifiers.Contains(call.Host)).ShouldBeEmpty("names of schemas are no calls; every other host is given by configuration");

        Regex.Matches(File.ReadAllText(Path.Combine(Root, "Directory.Packages.props")), "Include=\"([^\"]+)\"").Select(match => match.Groups[1].Value)
            .Where(package => Outside().IsMatch(package)).ShouldBeEmpty("no analytics, model, message or mail service of somebody else");
    }

    /// <summary>Hosts that stand in names of namespaces and schemas only.</summary>
    private static readonly string[] Identifiers = ["schemas.openxmlformats.org", "schemas.microsoft.com", "www.w3.org", "openoffice.org", "name"];

    [GeneratedRegex("https?://([A-Za-z0-9.{-]+)")]
    private static partial Regex Host();

    [GeneratedRegex(@"Google|Firebase|Amazon|AWSSDK|^Azure\.|ApplicationInsights|Sentry|Datadog|NewRelic|OpenAI|Anthropic|SemanticKernel|Twilio|SendGrid|Mailgun|Segment|Mixpanel|Amplitude", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();

    [Fact]
    public void Service_defaults_stay_small()
    {
        Sources("ServiceDefaults").Count().ShouldBeLessThanOrEqualTo(30);
    }

    [Fact]
    public void Time_comes_from_a_clock_that_tests_can_move()
    {
        foreach (var file in Sources("services").Concat(Sources("ServiceDefaults")).Concat(Sources("gateway")))
        {
            WallClock().IsMatch(File.ReadAllText(file)).ShouldBeFalse($"{Path.GetRelativePath(Root, file)} reads the wall clock; take a TimeProvider.");
        }
    }

    [Fact]
    public void A_program_is_the_table_of_what_a_service_does()
    {
        foreach (var service in new[] { "Identity", "Schools", "Enrolment", "Destinations", "Targets" })
        {
            File.ReadAllLines(Path.Combine(Root, "services", service, "Program.cs")).Length.ShouldBeLessThanOrEqualTo(100, service);
        }
    }

    [Fact]
    public void No_secret_lies_in_the_repository()
    {
        foreach (var settings in Directory.GetFiles(Root, "appsettings*.json", SearchOption.AllDirectories).Where(file => !file.Contains("/bin/", StringComparison.Ordinal)))
        {
            Regex.IsMatch(File.ReadAllText(settings), "password|secret", RegexOptions.IgnoreCase).ShouldBeFalse(settings);
        }
    }

    [GeneratedRegex(@"ProjectReference Include=""([^""]+)""")]
    private static partial Regex Reference();

    [GeneratedRegex(@"DateTime(Offset)?\.(Now|UtcNow|Today)\b")]
    private static partial Regex WallClock();
}
