using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;

namespace CareerPlatform.Gateway.Tests;

/// <summary>Selling personal data is forbidden (reliability.md, L9 to L11): the platform has no price of a lead.</summary>
public sealed partial class PriceTests
{
    /// <summary>Members that are about money, and whose it is.</summary>
    private static readonly string[] Known =
    [
        "enrolment AddProgrammeCommand.fee",        // tuition, which families pay to the institution
        "enrolment ChangeProgrammeCommand.fee",
        "enrolment ListProgrammesItem.fee",
        "enrolment ShowOffersOffer.fee",
        "enrolment ImpactFileRecipient.fee",        // what was declared to be paid for a transfer, in words
    ];

    [Fact]
    public async Task P15_no_document_of_an_api_an_event_or_a_webhook_has_a_price_of_a_lead()
    {
        var documents = new Dictionary<string, JsonNode>
        {
            ["identity"] = await RegistryTests.Document<TokenWriter>(),
            ["schools"] = await RegistryTests.Document<ShowRounds.Shown>(),
            ["enrolment"] = await RegistryTests.Document<GrantLeads>(),
            ["destinations"] = await RegistryTests.Document<Standings>(),
            ["targets"] = await RegistryTests.Document<PlanRegistry>(),
        };
        foreach (var file in Directory.GetFiles(Path.Combine(SharedData.Repository, "docs"), "*.json", SearchOption.AllDirectories)) documents[Path.GetFileNameWithoutExtension(file)] = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        documents["asyncapi"].ShouldNotBeNull();

        var members = documents.SelectMany(document => Members(document.Value, "").Select(member => $"{document.Key} {member}")).ToList();

        members.Count.ShouldBeGreaterThan(400);
        members.Where(member => Money().IsMatch(member.Split('.')[^1])).Except(Known).ShouldBeEmpty();
        File.ReadAllLines(Path.Combine(SharedData.Repository, "tests/Contracts.Tests/contracts.approved.txt")).Where(line => Money().IsMatch(line)).ShouldBeEmpty("facts");
    }

    /// <summary>Every property and parameter, with the schema it stands in.</summary>
    private static IEnumerable<string> Members(JsonNode? node, string within)
    {
        switch (node)
        {
            case JsonArray many:
                foreach (var found in many.SelectMany(item => Members(item, within))) yield return found;
                break;
            case JsonObject one:
                if (one["in"] is JsonValue && one["name"] is JsonValue name) yield return $"{within}.{name}";
                foreach (var (key, value) in one)
                {
                    if (key == "properties" && value is JsonObject properties)
                        foreach (var property in properties) yield return $"{within}.{property.Key}";
                    foreach (var found in Members(value, key is "schema" or "items" or "properties" or "components" or "schemas" or "content" ? within : key)) yield return found;
                }
                break;
        }
    }

    [GeneratedRegex("price|fee(?!d)|cost|charge|tariff|invoice|billing|commission|payPer|perLead", RegexOptions.IgnoreCase)]
    private static partial Regex Money();
}
