using System.Security.Cryptography;
using CareerPlatform.Careerctl.Journal;
using CareerPlatform.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests.Security;

/// <summary>S7 and V14: what an owner of the database does to the read journal is found by somebody who may only read, and who trusts neither the service nor the owner.</summary>
public sealed class JournalTests : IAsyncLifetime
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string folder = Directory.CreateTempSubdirectory("careerplatform-heads-").FullName;
    private readonly TestClock clock = new(new DateTimeOffset(2026, 10, 1, 3, 0, 0, TimeSpan.Zero));
    private Log log = null!;
    private JournalSealer sealer = null!;

    public async ValueTask InitializeAsync()
    {
        log = await Log.Create();
        var keyFile = Path.Combine(folder, "key.pem");
        await File.WriteAllTextAsync(keyFile, Key.ExportPkcs8PrivateKeyPem());
        sealer = Sealer(("Journal:HeadsFolder", folder), ("Journal:SigningKeyFile", keyFile));
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task S7_a_journal_as_it_was_sealed_verifies()
    {
        await Days(3, reads: 40);

        var report = await Verify();

        report.Faults.ShouldBeEmpty();
        report.Reads.ShouldBe(120);
        report.Heads.ShouldBe(3);
        report.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task S7_any_flipped_byte_is_found_and_the_first_bad_read_is_named()
    {
        await Days(2, reads: 20);
        var random = new Random(7);
        string[] reads = ["subject = overlay(subject placing chr(ascii(substr(subject, 1)) + 1) from 1 for 1)", "client_id = coalesce(client_id || 'x', 'x')", "purpose = purpose || ' '", "route = lower(route)",
            "organisation = case when organisation is null then gen_random_uuid() end", "at = at + interval '1 microsecond'", "tenant_id = '41'", "access_id = gen_random_uuid()"];
        string[] items = ["fields = fields || ','", "pupil_id = gen_random_uuid()"];
        string[] seals = ["hash = set_byte(hash, 31, get_byte(hash, 31) # 1)", "access_id = gen_random_uuid()", "pos = pos + 1000000"];
        foreach (var (table, change) in reads.Select(change => ("pii_access", change)).Concat(items.Select(change => ("pii_access_item", change))).Concat(seals.Select(change => ("pii_access_chain", change))))
        {
            var position = random.Next(1, 41);
            var at = table == "pii_access_chain" ? $"pos = {position}" : $"access_id = (select access_id from pii_access_chain where pos = {position})";

            var report = await Changed($"update {table} set {change} where {at}");

            report.Faults.ShouldNotBeEmpty($"{table}: {change}");
            report.Faults[0].Position.ShouldBe(position, $"{table}: {change}: {report.Faults[0]}");
        }
    }

    [Fact]
    public async Task S7_any_dropped_row_is_found()
    {
        await Days(2, reads: 20);

        (await Changed("delete from pii_access_chain where pos = 13")).Faults[0].ShouldSatisfyAllConditions(fault => fault.Code.ShouldBe("row_missing"), fault => fault.Position.ShouldBe(13));
        (await Changed("delete from pii_access where access_id = (select access_id from pii_access_chain where pos = 7)")).Faults[0].ShouldSatisfyAllConditions(
            fault => fault.Code.ShouldBe("row_missing"), fault => fault.Position.ShouldBe(7));
        (await Changed("delete from pii_access_item where access_id = (select access_id from pii_access_chain where pos = 7)")).Faults[0].Position.ShouldBe(7);
        (await Changed("delete from pii_access_chain where pos = 1")).Faults[0].Position.ShouldBe(1);
        (await Changed("delete from pii_access_chain where pos = 40; update pii_access_head set pos = 39")).Faults[0].ShouldSatisfyAllConditions(fault => fault.Code.ShouldBe("tail_cut"), fault => fault.Position.ShouldBe(40));
    }

    [Fact]
    public async Task V14_a_tail_that_was_cut_cleanly_is_found_by_the_head_in_the_second_place()
    {
        await Days(2, reads: 20);

        var report = await Changed(
            """
            delete from pii_access where access_id in (select access_id from pii_access_chain where pos > 30);
            delete from pii_access_item where access_id in (select access_id from pii_access_chain where pos > 30);
            delete from pii_access_chain where pos > 30;
            update pii_access_head set pos = 30, hash = (select hash from pii_access_chain where pos = 30)
            """);

        report.Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(fault => fault.Code.ShouldBe("tail_cut"), fault => fault.Position.ShouldBe(31), fault => fault.Text.ShouldContain("reads 31 to 40 are gone"));
    }

    [Fact]
    public async Task V14_a_chain_made_anew_after_an_edit_does_not_match_the_signed_heads()
    {
        await Days(2, reads: 20);
        await Alter("update pii_access set purpose = 'admission_check' where access_id = (select access_id from pii_access_chain where pos = 5)");
        await Alter("delete from pii_access_chain; update pii_access_head set pos = 0, hash = decode(repeat('00', 32), 'hex'); insert into pii_access_pending (tenant_id, access_id) select tenant_id, access_id from pii_access order by at, access_id");
        (await sealer.Seal()).ShouldBe(40);

        (await Verify()).Faults[0].Code.ShouldBe("head_differs");
    }

    [Fact]
    public async Task V14_a_missing_or_forged_head_is_named()
    {
        await Days(3, reads: 5);
        var heads = Directory.GetFiles(folder, "eventlog-*.json").Order(StringComparer.Ordinal).ToArray();
        var second = await File.ReadAllTextAsync(heads[1]);

        File.Delete(heads[1]);
        (await Verify()).Faults.ShouldContain(fault => fault.Code == "head_missing" && fault.Text.Contains("between head 1 and head 3", StringComparison.Ordinal));
        await File.WriteAllTextAsync(heads[1], second.Replace("\"Position\":10", "\"Position\":11", StringComparison.Ordinal));
        (await Verify()).Faults.ShouldContain(fault => fault.Code == "head_forged");
        await File.WriteAllTextAsync(heads[1], second);
        (await Verify()).Faults.ShouldBeEmpty();
        File.Delete(heads[2]);
        (await Verify()).Faults.ShouldContain(fault => fault.Code == "head_missing");
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (await Verify(other)).Faults.ShouldContain(fault => fault.Code == "head_forged");
    }

    [Fact]
    public async Task V14_a_day_under_no_head_and_a_read_that_was_never_sealed_are_named()
    {
        await Days(1, reads: 5);
        await Read(5);
        await sealer.Seal();
        (await Verify()).Faults.ShouldBeEmpty();
        clock.Now += TimeSpan.FromDays(2);
        (await Verify()).Faults.ShouldHaveSingleItem().ShouldSatisfyAllConditions(fault => fault.Code.ShouldBe("head_missing"), fault => fault.Text.ShouldContain("from 6 on"));
        await sealer.SignHead();

        (await Changed("insert into pii_access (tenant_id, access_id, at, subject, purpose, route) values ('40', gen_random_uuid(), now(), 'x', 'x', 'x')", withTriggers: false))
            .Faults.ShouldHaveSingleItem().Code.ShouldBe("row_unsealed");
        await Read(1);
        (await Verify()).ShouldSatisfyAllConditions(report => report.Faults.ShouldBeEmpty(), report => report.Waiting.ShouldBe(1));
    }

    [Fact]
    public async Task The_service_itself_can_neither_change_nor_delete_what_is_journaled()
    {
        await Days(1, reads: 2);
        foreach (var statement in (string[])["update pii_access set subject = 'nobody'", "delete from pii_access_item", "delete from pii_access_chain"])
        {
            await using var work = await log.Database.Begin("40");
            (await Should.ThrowAsync<PostgresException>(() => work.Execute(statement))).MessageText.ShouldContain("append-only");
        }
    }

    [Fact]
    public async Task Two_sealers_at_once_give_every_read_one_position()
    {
        await Read(1_200);
        var other = Sealer();

        await Wait.Until(async () =>
        {
            await Task.WhenAll(sealer.Seal(), other.Seal(), sealer.Seal());
            return (await log.Ask<long>("select count(*) from pii_access_pending")).Single() == 0;
        });

        (await log.Ask<long>("select count(distinct pos) from pii_access_chain where pos between 1 and 1200")).Single().ShouldBe(1_200);
        (await Verify()).Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_head_says_a_day_later_where_the_chain_ended_and_nothing_when_nobody_read()
    {
        await Days(1, reads: 3);

        (await sealer.SignHead()).ShouldBeFalse();
        clock.Now += TimeSpan.FromDays(1);
        (await sealer.SignHead()).ShouldBeFalse();   // nobody read
        await Read(1);
        await sealer.Seal();
        (await sealer.SignHead()).ShouldBeTrue();
        JournalHead.Read(folder, "eventlog").Select(head => head.Head!.Position).ShouldBe([3L, 4L]);
    }

    [Fact]
    public async Task Without_its_key_no_head_is_signed_and_in_Development_the_key_is_made_for_its_owner_alone()
    {
        await Read(1);
        await sealer.Seal();
        var key = Path.Combine(folder, "made", "signing-key.pem");
        (string, string?)[] settings = [("Journal:HeadsFolder", folder), ("Journal:SigningKeyFile", key)];

        (await Sealer(settings).SignHead()).ShouldBeFalse();
        File.Exists(key).ShouldBeFalse();
        (await Sealer([.. settings, ("environment", "Development")]).SignHead()).ShouldBeTrue();

        File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var made = System.Security.Cryptography.ECDsa.Create();
        made.ImportFromPem(await File.ReadAllTextAsync(key));
        JournalHead.Read(folder, "eventlog").Single().Head!.IsSignedBy(made).ShouldBeTrue();
    }

    private JournalSealer Sealer(params (string Key, string? Value)[] settings) => new(
        log.Database,
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build(),
        new DatabaseSettings("eventlogdb", typeof(Log).Assembly), clock, NullLogger<JournalSealer>.Instance);

    /// <summary>Days with reads, each sealed and under a signed head.</summary>
    private async Task Days(int days, int reads)
    {
        for (var day = 0; day < days; day++)
        {
            if (day > 0) clock.Now += TimeSpan.FromDays(1);
            await Read(reads);
            await sealer.Seal();
            (await sealer.SignHead()).ShouldBeTrue();
        }
    }

    private async Task Read(int times)
    {
        await using var work = await log.Database.Begin("40");
        for (var n = 0; n < times; n++)
        {
            clock.Now += TimeSpan.FromMilliseconds(1);
            var reader = new Person($"reader-{n}", "40", n % 3 == 0 ? null : Guid.CreateVersion7(), new HashSet<string>(), n % 2 == 0 ? null : "client-one");
            await work.Journal(reader, "vocational_guidance", "GET /v1/leads/{leadId}", [.. Enumerable.Range(0, 1 + n % 4).Select(_ => Guid.CreateVersion7())], "name,phone", clock.Now);
        }
        await work.Commit();
    }

    /// <summary>What an inspector finds after the owner of the database did this; undone afterwards.</summary>
    private async Task<JournalReport> Changed(string sql, bool withTriggers = false)
    {
        var before = await log.Ask<string>(Contents);
        await Alter(sql, withTriggers);
        var report = await Verify();
        await Alter("delete from pii_access_item; delete from pii_access_chain; delete from pii_access");
        foreach (var (table, rows) in new[] { "pii_access", "pii_access_item", "pii_access_chain", "pii_access_head" }.Zip(before[0].Split("\n\n")))
            await Alter($"delete from {table}; insert into {table} select * from jsonb_populate_recordset(null::{table}, '{rows.Replace("'", "''", StringComparison.Ordinal)}')");
        return report;
    }

    private const string Contents =
        """
        select concat_ws(E'\n\n', (select jsonb_agg(a) from pii_access a), (select jsonb_agg(i) from pii_access_item i), (select jsonb_agg(c) from pii_access_chain c), (select jsonb_agg(h) from pii_access_head h))
        """;

    private async Task Alter(string sql, bool withTriggers = false)
    {
        await using var owner = new NpgsqlConnection(log.Owner);
        await owner.OpenAsync();
        await using var alter = new NpgsqlCommand($"set session_replication_role = {(withTriggers ? "origin" : "replica")}; {sql}; reset session_replication_role", owner);
        await alter.ExecuteNonQueryAsync();
    }

    private Task<JournalReport> Verify(ECDsa? key = null) => new VerifyJournal(log.Owner, "eventlog", folder, key ?? Key, clock).Run();
}
