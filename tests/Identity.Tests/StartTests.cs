using System.Runtime.Versioning;
using CareerPlatform.Identity.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace CareerPlatform.Identity.Tests;

/// <summary>What the service refuses to start with, and whom it makes at its first start.</summary>
public sealed class StartTests
{
    private const string Strong = "Xq7_vN2kLw9RtZ4bYc8mPd3hJs6fGa1e";

    private static readonly Dictionary<string, string?> Good = new()
    {
        ["Identity:Issuer"] = "https://platform.test",
        ["Identity:KeyEncryptionKey"] = IdentityApp.KeyEncryptionKey,
        ["ServiceClients:schools:Secret"] = Strong,
    };

    [Fact]
    public void A_complete_configuration_is_accepted_in_Production() => Setup("Production");

    [Theory]
    [InlineData("Identity:KeyEncryptionKey", null, "Identity__KeyEncryptionKey")]
    [InlineData("Identity:KeyEncryptionKey", "short", "Identity__KeyEncryptionKey")]
    [InlineData("Identity:KeyEncryptionKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Identity__KeyEncryptionKey")]
    [InlineData("Identity:Issuer", null, "Identity__Issuer")]
    [InlineData("Identity:Issuer", "http://platform.test", "Identity__Issuer")]
    [InlineData("Identity:DemoUsersFile", "/tmp/never-written.json", "Identity__DemoUsersFile")]
    [InlineData("ServiceClients:schools:Secret", "changeme", "ServiceClients__schools__Secret")]
    [InlineData("ServiceClients:schools:Secret", "changeme-changeme-changeme-changeme", "ServiceClients__schools__Secret")]
    [InlineData("Identity:FirstOperator:Username", "quan.tri", "Identity__FirstOperator")]
    public void It_refuses_to_start_in_Production_with_missing_or_default_secrets(string key, string? value, string named)
    {
        var refusal = Should.Throw<InvalidOperationException>(() => Setup("Production", (key, value)));

        refusal.Message.ShouldContain(named);
        if (value is not null && value != "/tmp/never-written.json") refusal.Message.ShouldNotContain(value);
    }

    [Fact]
    public async Task Demo_people_do_not_exist_in_Production()
    {
        await using var app = await IdentityApp.Start(
            ("environment", "Production"), ("Identity:Issuer", "https://platform.test"), ("Identity:DemoUsersFile", null), ("ServiceClients:schools:Secret", Strong),
            ("ServiceClient:Secret", Strong));

        await using var source = NpgsqlDataSource.Create(app.OwnerConnection);
        await using var command = source.CreateCommand("select (select count(*) from person) + (select count(*) from client) + (select count(*) from organisation)");
        ((long)(await command.ExecuteScalarAsync())!).ShouldBe(0);
    }

    [Fact]
    public async Task In_Production_the_first_operator_comes_from_the_configuration_once()
    {
        await using var app = await IdentityApp.Start(
            ("environment", "Production"), ("Identity:Issuer", "https://platform.test"), ("Identity:DemoUsersFile", null), ("ServiceClients:schools:Secret", Strong),
            ("ServiceClient:Secret", Strong),
            ("Identity:FirstOperator:Province", "40"), ("Identity:FirstOperator:Username", "quan.tri"), ("Identity:FirstOperator:Password", "mot mat khau rat dai"));

        await app.SignInByHand(new FirstPeople.User("operator", "quan.tri", "mot mat khau rat dai"));
        await using var again = app.Replica();

        await using var source = NpgsqlDataSource.Create(app.OwnerConnection);
        await using var command = source.CreateCommand("select count(*) from person");
        ((long)(await command.ExecuteScalarAsync())!).ShouldBe(1);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Demo_people_one_per_role_are_written_to_a_file_only_its_owner_reads_and_survive_a_restart()
    {
        await using var app = await IdentityApp.Start();

        File.GetUnixFileMode(app.DemoFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        app.Demo().Users.Select(user => user.Role).ShouldBe(["officer", "approver", "area", "school", "institution", "inspector", "leader", "operator"], ignoreOrder: true);
        app.Demo().Users.Select(user => user.Password).Distinct().Count().ShouldBe(8);

        var before = await File.ReadAllTextAsync(app.DemoFile, TestContext.Current.CancellationToken);
        await using (var again = app.Replica()) (await File.ReadAllTextAsync(again.DemoFile, TestContext.Current.CancellationToken)).ShouldBe(before);

        File.Delete(app.DemoFile);
        await using var afterLoss = app.Replica();
        (await afterLoss.SignIn(afterLoss.Demo().Officer.Username, afterLoss.Demo().Officer.Password)).Answer.IsSuccessStatusCode.ShouldBeTrue();
        (await afterLoss.AskToken(afterLoss.Demo().Cli.ClientId, afterLoss.Demo().Cli.Secret)).IsSuccessStatusCode.ShouldBeTrue();
    }

    private static void Setup(string environment, params (string Key, string? Value)[] changes)
    {
        var settings = new Dictionary<string, string?>(Good);
        foreach (var (key, value) in changes) settings[key] = value;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddIdentity();
    }
}
