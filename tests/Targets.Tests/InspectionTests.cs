using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static CareerPlatform.Targets.Tests.PlannedProvince;

namespace CareerPlatform.Targets.Tests;

/// <summary>Inspections: planned, held, findings with what is to be done, and what became of it.</summary>
public sealed class InspectionTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private readonly PlannedProvince province = new(app);
    private readonly Guid inspection = Guid.CreateVersion7();

    [Fact]
    public async Task An_inspection_is_planned_held_and_closed_with_its_findings()
    {
        await Planned();
        var finding = Guid.CreateVersion7();
        await Put($"/findings/{finding}", Finding()).ShouldBeRefused("inspection_not_held");
        await Put("/held", new { heldOn = "2025-11-19" }).ShouldBeRefused("date_invalid", HttpStatusCode.UnprocessableEntity);
        province.At(2025, 11, 20);
        await Ok(await Put("/held", new { heldOn = "2025-11-19" }));
        await Put("", Plan("97001")).ShouldBeRefused("inspection_held");
        await Put($"/findings/{finding}", Finding(area: "97003")).ShouldBeRefused("area_not_visited", HttpStatusCode.UnprocessableEntity);
        await Put($"/findings/{finding}", Finding(severity: "terrible")).ShouldBeRefused("severity_unknown", HttpStatusCode.UnprocessableEntity);
        await Ok(await Put($"/findings/{finding}", Finding()));

        ((string)(await Only())["state"]!).ShouldBe("held");
        province.At(2025, 12, 2);
        ((bool)(await Only())["findings"]![0]!["overdue"]!).ShouldBeTrue();
        await Ok(await Put($"/findings/{finding}/closing", new { result = "Trường đã bổ sung giáo viên kiêm nhiệm" }));
        var closed = await Only();
        ((string)closed["state"]!, (string)closed["findings"]![0]!["closedOn"]!, (bool)closed["findings"]![0]!["overdue"]!).ShouldBe(("closed", "2025-12-02", false));
        await Put($"/findings/{finding}/closing", new { result = "Lần nữa" }).ShouldBeRefused("finding_closed");
        await Put($"/findings/{finding}", Finding()).ShouldBeRefused("finding_closed");
    }

    [Fact]
    public async Task An_areas_office_keeps_the_inspections_of_its_own_area()
    {
        await Planned();
        var office = Guid.CreateVersion7();
        await Ok(await province.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{office}", new { duties = new[] { new { function = "commune_committee", area = "97002" } } }));
        var people = province.As("area", "somebody-of-97002", office);
        var own = Guid.CreateVersion7();

        await Ok(await people.PutAsJsonAsync($"/v1/inspections/{own}", PlanOf("97002")));
        await people.PutAsJsonAsync($"/v1/inspections/{Guid.CreateVersion7()}", PlanOf("97001")).ShouldBeRefused("area_not_yours", HttpStatusCode.Forbidden);
        await people.PutAsJsonAsync($"/v1/inspections/{Guid.CreateVersion7()}", Plan("97001")).ShouldBeRefused("area_not_yours", HttpStatusCode.Forbidden);
        (await people.PutAsJsonAsync($"/v1/inspections/{inspection}/held", new { heldOn = "2025-11-01" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await All(people)).Select(item => (Guid)item!["inspectionId"]!).ShouldBe([own]);
        (await All(province.As("leader"))).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Only_areas_of_the_register_are_visited()
    {
        await Planned();
        await province.As("officer").PutAsJsonAsync($"/v1/inspections/{Guid.CreateVersion7()}", Plan("12345")).ShouldBeRefused("unknown_area", HttpStatusCode.UnprocessableEntity);
    }

    private async Task Planned()
    {
        province.At(2025, 11, 10);
        await province.Register();
        await Ok(await Put("", Plan("97001", "97002")));
    }

    private static object Plan(params string[] areas) => Plan(areas, null);

    private static object PlanOf(string area) => Plan([area], area);

    private static object Plan(string[] areas, string? of) =>
        new { year = 2025, area = of, team = "Đoàn kiểm tra liên ngành", members = new[] { "Sở GD&ĐT", "Sở Nội vụ" }, plannedOn = "2025-11-18", areas };

    private static object Finding(string area = "97001", string severity = "major") =>
        new { area, severity, text = "Một trường chưa có giáo viên tư vấn", followUp = "Bố trí giáo viên kiêm nhiệm", followUpBy = "2025-12-01" };

    private Task<HttpResponseMessage> Put(string path, object body) => province.As("officer").PutAsJsonAsync($"/v1/inspections/{inspection}{path}", body);

    private static async Task<JsonArray> All(HttpClient caller) => JsonNode.Parse(await caller.GetStringAsync("/v1/inspections?year=2025"))!.AsArray();

    private async Task<JsonObject> Only() => (await All(province.As("officer"))).ShouldHaveSingleItem()!.AsObject();
}
