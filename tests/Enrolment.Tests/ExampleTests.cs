using System.Text.Json;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The example files beside the contracts, as the publishers' tests read them, are understood here; in the order of the files and in reverse.</summary>
public sealed class ExampleTests(EnrolmentApp app)
{
    private static T Example<T>(string publisher) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(SharedData.Repository, "services", "Contracts", publisher, $"{typeof(T).Name}.example.json")), EventTypes.Json)!;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_examples_of_schools_and_destinations_end_the_same_in_any_order_of_their_streams(bool reversed)
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = new Season(own, "97");
        var institution = await season.Institution(commune: "97001", code: "5520227");
        var other = await season.Institution(commune: "97001", code: "5520227");
        var finalized = Example<Grade10AdmissionFinalized>("Schools");
        Func<Task>[] streams =
        [
            () => own.Hear("schools", Example<AreaRegisterChanged>("Schools"), Guid.CreateVersion7()),
            () => own.Hear("schools", Example<ContactConsentChanged>("Schools"), Guid.CreateVersion7()),
            () => own.Hear("schools", finalized, finalized.RoundId),
        ];

        foreach (var stream in reversed ? streams.Reverse() : streams) await stream();
        await own.Hear("schools", Example<Grade10PupilsAdmitted>("Schools"), finalized.RoundId);
        foreach (var one in new[] { institution, other }) (await season.Feed(one)).Items.ShouldHaveSingleItem().Kind.ShouldBe("offered");
        await own.Hear("schools", Example<Grade10AdmissionAmended>("Schools"), finalized.RoundId);
        await own.Hear("destinations", Example<DestinationRecorded>("Destinations"), Guid.CreateVersion7());
        await own.Hear("destinations", Example<DestinationCorrected>("Destinations"), Guid.CreateVersion7());

        foreach (var one in new[] { institution, other }) (await season.Feed(one)).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn"]);
        (await own.Rows<string>("select district from commune_district where commune = '97001'")).ShouldBe(["971"]);
    }

    [Fact]
    public async Task A_commune_code_that_was_reused_lies_in_the_districts_of_its_predecessors_only()
    {
        var season = app.NewSeason();
        ListedArea Area(string code, string kind, string? parent, string from, string? to, params string[] old) => new()
        {
            Code = code,
            Name = $"Khu vực {code}",
            Kind = kind,
            Parent = parent,
            ValidFrom = DateOnly.Parse(from, System.Globalization.CultureInfo.InvariantCulture),
            ValidTo = to is null ? null : DateOnly.Parse(to, System.Globalization.CultureInfo.InvariantCulture),
            Disadvantaged = false,
            Predecessors = [.. old.Select(one => new AreaPredecessor { Code = one, Kind = "commune", Whole = true })],
        };

        await app.Hear("schools", new AreaRegisterChanged
        {
            Province = season.Province,
            ChangedAt = season.Now,
            Areas =
            [
                Area("10", "commune", "d1", "2004-01-01", "2025-06-30"), Area("11", "commune", "d1", "2004-01-01", "2025-06-30"), Area("12", "commune", "d2", "2004-01-01", "2025-06-30"),
                Area("10", "commune", season.Province, "2025-07-01", null, "12"), Area("12", "commune", season.Province, "2025-07-01", null, "10", "11"),
            ],
        }, Guid.CreateVersion7(), tenant: season.Province);

        (await app.Rows<(string, string)>("select commune, district from commune_district where tenant_id = @Province order by 1", new { season.Province })).ShouldBe([("10", "d2"), ("12", "d1")]);
    }
}
