using System.Net;
using System.Text.Json;

namespace CareerPlatform.Schools.Tests.Privacy;

/// <summary>The operator sees how the service's log and database stand, and nothing that is in them.</summary>
public sealed class OperatorTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task How_log_and_database_stand_is_for_the_operator_and_the_other_services_only()
    {
        var caller = app.As("operator", "97");

        var status = JsonDocument.Parse(await caller.GetStringAsync("/internal/status")).RootElement;

        status.GetProperty("database").GetProperty("bytes").GetInt64().ShouldBeGreaterThan(1_000_000);
        status.GetProperty("database").GetProperty("connections").GetInt32().ShouldBeGreaterThan(0);
        status.GetProperty("alarms").GetArrayLength().ShouldBe(0);
        (await caller.GetStringAsync("/internal/parked")).ShouldBe("[]");
        (await caller.PostAsync($"/internal/parked/{Guid.NewGuid()}/retry", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var role in (string[])["officer", "approver", "school", "leader", "inspector"])
            (await app.As(role, "97", Guid.NewGuid()).GetAsync("/internal/status")).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
    }

    [Theory]
    [InlineData("/internal/feed?after=0")]
    [InlineData("/internal/events?tenant=97&stream=00000000-0000-0000-0000-000000000001&after=0")]
    public async Task What_happened_to_whom_is_not_for_the_operator(string path) => (await app.As("operator", "97").GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
}
