using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;

[assembly: AssemblyFixture(typeof(CareerPlatform.Targets.Tests.TargetsApp))]

namespace CareerPlatform.Targets.Tests;

/// <summary>The service with a database of its own, shared by all tests; each test plays in a province of its own.</summary>
public sealed class TargetsApp() : ServiceApp<PlanRegistry>("targets");

/// <summary>A test in a province of its own. No plan is in force there, so a test names the plan it counts against.</summary>
public abstract class InProvince(TargetsApp app)
{
    protected const string Demo = "demo-97-2026";

    private static int last = 100;

    protected TargetsApp App { get; } = app;

    protected string Province { get; } = Interlocked.Increment(ref last).ToString(System.Globalization.CultureInfo.InvariantCulture);

    protected HttpClient As(string role) => App.As(role, Province);

    protected Task Hear<TFact>(string producer, TFact fact, Guid? stream = null, long? version = null) where TFact : class =>
        App.Hear(producer, fact, stream, version, Province);

    /// <summary>What Destinations says about a pupil, as the nth word about them.</summary>
    protected Task Say(Contracts.Destinations.DestinationRecorded fact, long version = 1) => Hear("destinations", fact, fact.GraduateId, version);

    protected async Task<JsonObject> Ask(string query, string role = "leader") =>
        (await As(role).GetFromJsonAsync<JsonObject>($"/v1/indicators{query}"))!;

    protected async Task<JsonObject> Item(string code, string variant = "general", string query = "?year=2026&plan=demo-97-2026", string role = "leader") =>
        (await Ask(query, role))["items"]!.AsArray().Single(item => (string)item!["code"]! == code && (string)item["variant"]! == variant)!.AsObject();

    /// <summary>N, D and not known of a figure.</summary>
    protected static (long N, long D, long NotKnown) Counts(JsonNode? figure) => ((long)figure!["n"]!, (long)figure["d"]!, (long)figure["notKnown"]!);

    protected static JsonNode? At(JsonNode item, string maturity) => item["byMaturity"]!.AsArray().Single(figure => (string)figure!["maturity"]! == maturity);

    /// <summary>The sums the service keeps against a plain count over its graduates.</summary>
    protected async Task SumsShouldEqualTheCount(string? because = null)
    {
        const string counted =
            """
            select cohort, level, a.area_of, m.maturity, a.area, a.area_before, disadvantaged, programme, m.status, m.dual, count(*)::int as n from graduates
            cross join lateral (values ('school', school_area, ''), ('residence', residence_area, coalesce(residence_area_before, ''))) a(area_of, area, area_before)
            cross join lateral (values ('started', started, started_dual), ('census', census, census_dual), ('sustained', sustained, sustained_dual)) m(maturity, status, dual)
            where tenant_id = @Province and recognised_at is not null group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
            """;
        const string kept =
            "select cohort, level, area_of, maturity, area, area_before, disadvantaged, programme, status, dual_track, n from counts where tenant_id = @Province and n <> 0";
        (await App.Rows<string>($"select t::text from (({counted} except {kept}) union all ({kept} except {counted})) t", new { Province })).ShouldBeEmpty(because);
    }
}
