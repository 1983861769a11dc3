using CareerPlatform.Testing;

namespace CareerPlatform.ServiceDefaults.Tests.Http;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task An_answer_is_kept_for_seven_days_and_then_cleaned_away()
    {
        await using var hosts = await Hosts.Create();
        var owner = await Log.Migrated();
        await using (var connection = new Npgsql.NpgsqlConnection(owner))
        {
            await Dapper.SqlMapper.ExecuteAsync(connection,
                """
                insert into idempotency (tenant_id, caller, route, key, request_hash, answer, at)
                select '40', 'c', 'POST /v1/steps', 'day ' || day, '', '{}', now() - day * interval '1 day' + interval '1 hour' from generate_series(0, 9) day
                """);
        }

        var walks = await hosts.WalksWithoutRelay(owner);

        await Wait.Until(async () => (await walks.Ask<string>("select key from idempotency order by key")).SequenceEqual(Enumerable.Range(0, 8).Select(day => $"day {day}")));
    }
}
