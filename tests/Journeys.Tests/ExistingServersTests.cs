using System.Text.Json.Nodes;
using CareerPlatform.AppHost.Native;
using CareerPlatform.Careerctl.Season;
using CareerPlatform.Testing;
using Npgsql;

namespace CareerPlatform.Journeys.Tests;

/// <summary>`./run` on a PostgreSQL and a RabbitMQ of the province's own, where our owner may create databases and roles and nothing else.</summary>
public sealed class ExistingServersTests
{
    [Fact]
    public async Task The_demo_province_is_loaded_and_its_institutions_person_finds_the_institutions_agreement()
    {
        await using var server = await PrivateServers.StartPostgres("existing");
        await using (var superuser = NpgsqlDataSource.Create($"{server.ConnectionString};Database=postgres;Pooling=false"))
        await using (var role = superuser.CreateCommand("create role province_owner login createdb createrole password 'of-this-test'")) await role.ExecuteNonQueryAsync();

        await using var platform = await Testing.Platform.Start([
            $"--ConnectionStrings:postgres=Host=127.0.0.1;Port={server.Port};Username=province_owner;Password=of-this-test", $"--ConnectionStrings:messaging={await TestServers.NewVirtualHost()}",
            $"--Management:messaging={await TestServers.RabbitMqManagement()}", "--pupils", "300", "--seed", "5"]);
        await Wait.Until(() => platform.Output.Any(line => line.Contains("the demo province is loaded") || line.Contains("the demo province was not loaded")), TimeSpan.FromMinutes(5));

        platform.Output.ShouldContain(line => line.Contains("the demo province is loaded"), string.Join('\n', platform.Output.TakeLast(60)));
        platform.Resource("postgres").Process.ShouldBeNull();
        foreach (var role in (string[])["officer", "approver", "area", "school", "institution", "inspector", "leader", "operator"])
            platform.Output.ShouldContain(line => line.TrimStart().StartsWith($"{role} ", StringComparison.Ordinal) && line.Contains($"{role}.97"));
        var users = DemoUsers.Read(Path.Combine(platform.Local, "demo-users.json"));
        using var season = new Careerctl.Season.Platform(new Uri(platform.Gateway.AbsoluteUri), users, TimeProvider.System);
        var institution = season.PersonOf(users, "institution");
        (await institution.Get<JsonArray>("v1/agreements", TestContext.Current.CancellationToken)).Count.ShouldBe(1);
    }
}
