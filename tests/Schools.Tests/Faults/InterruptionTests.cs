using System.Net;
using CareerPlatform.Testing;
using Npgsql;

namespace CareerPlatform.Schools.Tests.Faults;

/// <summary>A crash in the middle leaves nothing behind, and sending it again gives the same result.</summary>
public sealed class InterruptionTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Theory]
    [InlineData("copy roster_in%", null)]
    [InlineData("%insert into pupil %", "pupil")]
    public async Task A_roster_whose_connection_dies_is_invisible_and_comes_whole_when_sent_again(string during, string? held)
    {
        var province = await app.NewProvince();
        var csv = string.Join('\n', Enumerable.Range(1, 31_337).Select(number => province.Pupil(number)).Prepend(Province.RosterHeader));

        Task<HttpResponseMessage> sending;
        await using (await Hold(held))
        {
            sending = province.Officer.Send("/v1/rosters/imports?schoolYear=2026", csv, key: "again");
            await KillBackend(during, sending);
        }
        var answer = await sending;

        await answer.ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        foreach (var table in (string[])["pupil", "pupil_alias", "roster", "contact", "consent", "idempotency"])
            (await province.Count(table, table == "idempotency" ? "key = 'again'" : "true")).ShouldBe(0, table);
        (await province.Count("mt_events", "type = 'contact_consent_changed'")).ShouldBe(0);

        await (await province.Officer.Send("/v1/rosters/imports?schoolYear=2026", csv, key: "again")).ShouldBe(HttpStatusCode.OK);
        (await province.Count("pupil")).ShouldBe(31_337);
    }

    [Theory]
    [InlineData("copy result_in%", null)]
    [InlineData("%insert into upload_row %", "upload_row")]
    public async Task A_results_file_whose_connection_dies_is_invisible_and_comes_whole_when_sent_again(string during, string? held)
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var round = await province.OpenRound();
        var lines = Enumerable.Range(1, 31_337).Select(number => province.Result(number, id: province.Id(number))).ToList();

        Task<HttpResponseMessage> sending;
        await using (await Hold(held))
        {
            sending = province.Upload(round, lines);
            await KillBackend(during, sending);
        }

        await (await sending).ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "storage_unavailable");
        foreach (var table in (string[])["upload", "upload_row"]) (await province.Count(table)).ShouldBe(0, table);
        (await province.Count("mt_events", "type = 'results_read'")).ShouldBe(0);
        var report = await (await province.Upload(round, lines)).ShouldBe(HttpStatusCode.OK);
        (report.GetProperty("state").GetString(), report.GetProperty("counts").GetProperty("rows").GetInt32()).ShouldBe(("read", 31_337));
    }

    [Fact]
    public async Task A_finalisation_whose_connection_dies_announces_nobody_and_can_be_done_again()
    {
        var province = await app.NewProvince();
        await province.Roster(Enumerable.Range(1, 3_000).Select(number => province.Pupil(number)));
        var round = await province.OpenRound();
        await (await province.Upload(round, Enumerable.Range(1, 3_000).Select(number => province.Result(number)))).ShouldBe(HttpStatusCode.OK);
        await (await province.Accept(round)).ShouldBe(HttpStatusCode.OK);

        Task<HttpResponseMessage> finalizing;
        await using (await Hold("mt_events"))
        {
            finalizing = province.Finalize(round, 3_000);
            await KillBackend("%insert into mt_events%", finalizing);
        }
        await (await finalizing).ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "storage_unavailable");

        (await province.Count("result")).ShouldBe(0);
        (await province.Count("round", "status = 'finalized'")).ShouldBe(0);
        (await province.Count("mt_events", "type like 'grade10%'")).ShouldBe(0);

        await (await province.Finalize(round, 3_000)).ShouldBe(HttpStatusCode.NoContent);
        (await province.Facts<Contracts.Schools.Grade10AdmissionFinalized>()).Sum(fact => fact.Pupils.Count).ShouldBe(3_000);
    }

    /// <summary>Stands in the way of whoever writes to the table, so that the statement goes on until its connection is killed.</summary>
    async Task<NpgsqlConnection> Hold(string? table)
    {
        var blocker = new NpgsqlConnection(app.OwnerConnection + ";Pooling=false");
        await blocker.OpenAsync();
        if (table is null) return blocker;
        await using var block = new NpgsqlCommand($"begin; lock table {table} in share mode", blocker);
        await block.ExecuteNonQueryAsync();
        return blocker;
    }

    async Task KillBackend(string during, Task<HttpResponseMessage> request)
    {
        var killed = false;
        await Wait.Until(async () =>
        {
            killed |= (await app.Rows<bool>(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and state = 'active' and query ilike @during and query not ilike '%pg_terminate%'
                """, new { during })).Any();
            return killed || request.IsCompleted;
        }, TimeSpan.FromSeconds(60));
        killed.ShouldBeTrue("the connection was to be killed in the middle");
    }
}
