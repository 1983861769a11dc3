using CareerPlatform.Testing;
using Npgsql;

namespace CareerPlatform.AppHost.Tests;

public sealed class TestServersTests
{
    [Fact]
    public async Task A_new_database_is_empty_and_ones_own()
    {
        var one = await TestServers.NewDatabase("servers");
        var other = await TestServers.NewDatabase("servers");

        one.ShouldNotBe(other);
        await using var source = NpgsqlDataSource.Create(one);
        await using var tables = source.CreateCommand("select count(*) from pg_tables where schemaname = 'public'");
        (await tables.ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task A_new_virtual_host_has_a_name_of_its_own()
    {
        var one = new Uri(await TestServers.NewVirtualHost());
        var other = new Uri(await TestServers.NewVirtualHost());

        one.Scheme.ShouldBe("amqp");
        one.AbsolutePath.Length.ShouldBeGreaterThan(1);
        one.AbsolutePath.ShouldNotBe(other.AbsolutePath);
    }
}
