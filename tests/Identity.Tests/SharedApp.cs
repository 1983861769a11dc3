using System.Net.Http.Json;
using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(CareerPlatform.Identity.Tests.SharedApp))]

namespace CareerPlatform.Identity.Tests;

/// <summary>One Identity service for the tests that share it; each works with people and clients of its own.</summary>
public sealed class SharedApp : IAsyncLifetime
{
    public IdentityApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await IdentityApp.Start();

    public async ValueTask DisposeAsync()
    {
        File.Delete(App.DemoFile);
        await App.DisposeAsync();
    }
}

public static class Answers
{
    public static async Task ShouldBeRefusedWith(this HttpResponseMessage answer, string code, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, text);
        var problem = JsonNode.Parse(text)!;
        problem["code"]!.GetValue<string>().ShouldBe(code);
        problem["title"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        problem["detail"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        problem["traceId"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
    }

    public static async Task<JsonNode> Json(this HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
}
