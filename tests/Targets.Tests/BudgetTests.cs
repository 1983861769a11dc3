using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using static CareerPlatform.Targets.Tests.PlannedProvince;

namespace CareerPlatform.Targets.Tests;

/// <summary>The money of a plan: need and exclusions from the plan, yearly estimates, commitments and payments by line and source.</summary>
public sealed class BudgetTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private readonly PlannedProvince province = new(app);

    [Fact]
    public async Task The_need_its_exclusions_the_lines_and_the_sources_come_from_the_plan()
    {
        await Planned();
        var book = await Book();

        ((decimal)book["need"]!, (string)book["needClause"]!, (decimal)book["unfunded"]!).ShouldBe((26_500_000_000m, "IV.1.1", 26_500_000_000m));
        book["exclusions"]!.AsArray().Select(text => (string)text!["vi"]!).ShouldBe(["Bổ sung cơ sở vật chất phòng STEM", "Bổ sung cơ sở vật chất cho học nghề"]);
        (book["lines"]!.AsArray().Count, book["sources"]!.AsArray().Count).ShouldBe((5, 4));

        await province.Load(change: plan => plan["targets"]!.AsArray().Single(target => (string)target!["id"]! == "NA-35")!["low"] = 30_000_000_000);
        ((decimal)(await Book())["need"]!).ShouldBe(30_000_000_000m);
    }

    [Fact]
    public async Task Money_is_estimated_approved_by_another_person_committed_within_the_estimate_and_paid_within_the_commitment()
    {
        await Planned();
        var commitment = Guid.CreateVersion7();
        await Commit(commitment, 1, 100).ShouldBeRefused("estimate_not_approved");
        await Ok(await Estimate("officer+approver", (1, 1, 2_000_000_000), (3, 2, 500_000_000)));
        await Approve("officer+approver").ShouldBeRefused("second_person_required");
        await Ok(await Approve());
        await Estimate("officer", (1, 1, 1)).ShouldBeRefused("estimate_approved");
        await Approve().ShouldBeRefused("estimate_approved");

        await Commit(commitment, 1, 2_000_000_001).ShouldBeRefused("estimate_exceeded");
        await Ok(await Commit(commitment, 1, 1_500_000_000));
        await Ok(await Commit(commitment, 1, 1_500_000_000));   // the same entry again
        await Commit(Guid.CreateVersion7(), 1, 500_000_001).ShouldBeRefused("estimate_exceeded");
        await Commit(Guid.CreateVersion7(), 1, 1, source: 2).ShouldBeRefused("estimate_exceeded");   // the other source has nothing for this line
        await Pay(Guid.CreateVersion7(), commitment, 1_500_000_001).ShouldBeRefused("commitment_exceeded");
        var payment = Guid.CreateVersion7();
        await Ok(await Pay(payment, commitment, 900_000_000));
        await Pay(Guid.CreateVersion7(), Guid.CreateVersion7(), 1).ShouldBeRefused("unknown_commitment", HttpStatusCode.UnprocessableEntity);
        await Pay(Guid.CreateVersion7(), commitment, 600_000_001).ShouldBeRefused("commitment_exceeded");

        var line = (await Book())["lines"]![0]!;
        ((decimal)line["estimated"]!, (decimal)line["committed"]!, (decimal)line["paid"]!, (decimal)line["left"]!).ShouldBe((2_000_000_000m, 1_500_000_000m, 900_000_000m, 500_000_000m));
        ((decimal)(await Book())["unfunded"]!).ShouldBe(24_000_000_000m);

        await Cancel(commitment).ShouldBeRefused("commitment_paid");
        await Ok(await Cancel(payment));
        await Ok(await Cancel(commitment));
        ((decimal)(await Book())["committedOfPlan"]!).ShouldBe(0m);
        (await Book())["entries"]!.AsArray().Count.ShouldBe(2);   // they stay on record
    }

    [Fact]
    public async Task Commitments_at_the_same_time_never_share_the_same_money()
    {
        await Planned();
        await Ok(await Estimate("officer", (1, 1, 1_000)));
        await Ok(await Approve());

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Commit(Guid.CreateVersion7(), 1, 400)));

        answers.Count(answer => answer.IsSuccessStatusCode).ShouldBe(2);
        ((decimal)(await Book())["committedOfPlan"]!).ShouldBe(800m);
    }

    [Theory]
    [InlineData(6, 1, 100, "unknown_line")]
    [InlineData(1, 5, 100, "unknown_source")]
    [InlineData(1, 1, -1, "amount_invalid")]
    [InlineData(1, 1, 0.5, "amount_invalid")]
    public async Task An_estimate_names_a_line_a_source_and_whole_dong(int line, int source, double amount, string code)
    {
        await Planned();
        await Estimate("officer", (line, source, (decimal)amount)).ShouldBeRefused(code, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_report_of_the_year_holds_the_money()
    {
        await Planned();
        await Ok(await Estimate("officer", (1, 1, 2_000_000_000), (2, 1, 300_000_000)));
        await Ok(await Approve());
        var commitment = Guid.CreateVersion7();
        await Ok(await Commit(commitment, 2, 250_000_000));
        await Ok(await Pay(Guid.CreateVersion7(), commitment, 200_000_000));
        var report = (Guid)(await Ok(await province.As("officer").PutAsync("/v1/reports/provincial_annual?year=2025", null)))["reportId"]!;

        var figures = (await Read(province.As("officer"), $"/v1/reports/{report}"))["figures"]!;
        figures["budget"]!.AsArray().Select(line => ((string)line!["code"]!, (decimal)line["estimated"]!, (decimal)line["committed"]!, (decimal)line["spent"]!)).Take(2).ShouldBe(
            [("1", 2_000_000_000m, 0m, 0m), ("2", 300_000_000m, 250_000_000m, 200_000_000m)]);
        ((decimal)figures["budgetNeed"]!["need"]!).ShouldBe(26_500_000_000m);
    }

    [Fact]
    public async Task The_funding_figure_is_what_is_committed_of_the_need_with_what_is_paid_and_each_line_beside_it()
    {
        await Planned();
        ((string)(await Funding())["state"]!).ShouldBe("no_data_yet");
        await Ok(await Estimate("officer", (1, 1, 20_000_000_000), (2, 1, 6_500_000_000)));
        await Ok(await Approve());
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await Ok(await Commit(first, 1, 20_000_000_000));
        await Ok(await Pay(Guid.CreateVersion7(), first, 5_000_000_000));
        ((string)(await Funding())["state"]!).ShouldBe("not_met");
        await Ok(await Commit(second, 2, 6_500_000_000));

        var item = await Funding();

        ((long)item["figure"]!["n"]!, (long)item["figure"]!["d"]!, (string)item["state"]!).ShouldBe((26_500_000_000, 26_500_000_000, "met"));
        item["parts"]!.AsArray().Select(part => ((string)part!["code"]!, (long)part["n"]!, (long)part["d"]!)).ShouldBe(
            [("paid", 5_000_000_000, 26_500_000_000), ("line_1", 5_000_000_000, 20_000_000_000), ("line_2", 0, 6_500_000_000)]);
        ((long)(await Funding("&asOf=2025-05-08"))["figure"]!["n"]!).ShouldBe(0, "all of it was entered of the ninth");
        await Ok(await Cancel(second));
        ((long)(await Funding())["figure"]!["n"]!).ShouldBe(20_000_000_000);
        ((long)(await Funding("", 2024))["figure"]!["n"]!).ShouldBe(0, "nothing of the years before");

        async Task<JsonNode> Funding(string query = "", int year = 2025) =>
            (await Read(province.As("leader"), $"/v1/indicators?year={year}{query}"))["items"]!.AsArray().Single(item => (string)item!["code"]! == "funding_need")!;
    }

    private async Task Planned()
    {
        province.At(2025, 5, 10);
        await province.Load();
    }

    private Task<JsonObject> Book() => Read(province.As("leader"), "/v1/budget/2025");

    private Task<HttpResponseMessage> Estimate(string role, params (int Line, int Source, decimal Amount)[] items) =>
        province.As(role).PutAsJsonAsync("/v1/budget/2025/estimate", new { items = items.Select(item => new { line = item.Line, source = item.Source, amount = item.Amount }) });

    private Task<HttpResponseMessage> Approve(string role = "approver") => province.As(role).PutAsJsonAsync("/v1/budget/2025/approval", new { document = "Quyết định giao dự toán" });

    private Task<HttpResponseMessage> Commit(Guid id, int line, decimal amount, int source = 1) =>
        province.As("officer").PutAsJsonAsync($"/v1/budget/2025/commitments/{id}", new { line, source, amount, on = "2025-05-09", document = "Hợp đồng in tài liệu" });

    private Task<HttpResponseMessage> Pay(Guid id, Guid commitmentId, decimal amount) =>
        province.As("officer").PutAsJsonAsync($"/v1/budget/2025/payments/{id}", new { commitmentId, amount, on = "2025-05-10", document = "Ủy nhiệm chi" });

    private Task<HttpResponseMessage> Cancel(Guid id) => province.As("officer").PutAsJsonAsync($"/v1/budget/2025/entries/{id}/cancellation", new { reason = "Nhập nhầm" });
}
