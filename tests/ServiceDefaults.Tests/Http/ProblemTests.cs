using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace CareerPlatform.ServiceDefaults.Tests.Http;

public sealed class ProblemTests
{
    private static async Task<(HttpResponseMessage Answer, JsonNode Problem)> Ask(Func<HttpClient, Task<HttpResponseMessage>> ask, string environment = "Production")
    {
        await using var service = await SampleService.Start(environment);
        using var client = service.Client();
        var answer = await ask(client);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        return (answer, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    [Theory]
    [InlineData("""{"title":"a","color":"red"}""", "unknown_field")]
    [InlineData("""{"title":"a","title":"b"}""", "duplicate_field")]
    [InlineData("""{"size":3}""", "field_missing")]
    [InlineData("""{"title":"a",}""", "json_invalid")]
    [InlineData("""{"title":"a"} // note""", "json_invalid")]
    [InlineData("""{"title":"a","size":"3"}""", "json_invalid")]
    [InlineData("""{"title":"a","size":NaN}""", "json_invalid")]
    [InlineData("{", "json_invalid")]
    public async Task A_body_that_is_not_exactly_what_is_asked_for_is_refused_with_a_code(string body, string code)
    {
        var (answer, problem) = await Ask(client => client.PostAsync("/things", Json(body)));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        problem["code"]!.GetValue<string>().ShouldBe(code);
    }

    [Fact]
    public async Task A_body_nested_deeper_than_64_is_refused()
    {
        var (answer, problem) = await Ask(client => client.PostAsync("/things", Json($$"""{"title":{{new string('[', 65)}}{{new string(']', 65)}}}""")));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        problem["code"]!.GetValue<string>().ShouldBe("json_invalid");
    }

    [Fact]
    public async Task A_broken_rule_carries_its_code_its_places_and_when_to_try_again()
    {
        var (answer, problem) = await Ask(client => client.GetAsync("/refused"));

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        problem["type"]!.GetValue<string>().ShouldBe("urn:careerplatform:rule:seats-taken");
        problem["title"]!.GetValue<string>().ShouldBe("Đã hết chỗ");
        problem["detail"]!.GetValue<string>().ShouldBe("Every seat is taken.");
        problem["errors"]![0]!["pointer"]!.GetValue<string>().ShouldBe("/seats");
        problem["traceId"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task S14_an_unexpected_error_says_nothing_about_how_we_are_built(string environment)
    {
        var (answer, problem) = await Ask(client => client.GetAsync("/broken"), environment);

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        problem["code"]!.GetValue<string>().ShouldBe("internal_error");
        problem.ToJsonString().ShouldNotContain("nobody may see");
        problem.ToJsonString().ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("/nowhere", HttpStatusCode.Unauthorized, "token_missing")]   // who is not signed in is not told what exists
    [InlineData("/closed", HttpStatusCode.Unauthorized, "token_missing")]
    [InlineData("/things/1?page=two", HttpStatusCode.BadRequest, "request_invalid")]
    public async Task Every_refusal_has_a_code_and_a_vietnamese_title(string path, HttpStatusCode status, string code)
    {
        var (answer, problem) = await Ask(client => client.GetAsync(path));

        answer.StatusCode.ShouldBe(status);
        problem["code"]!.GetValue<string>().ShouldBe(code);
        problem["title"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        problem["detail"]!.GetValue<string>().ShouldNotContain("two");
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Health_and_alive_answer_in_every_environment(string environment)
    {
        await using var service = await SampleService.Start(environment);
        using var client = service.Client();

        (await client.GetStringAsync("/alive")).ShouldBe("Healthy");
        (await client.GetStringAsync("/health")).ShouldBe("Healthy");
        JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!["paths"]!["/things"].ShouldNotBeNull();
    }
}
