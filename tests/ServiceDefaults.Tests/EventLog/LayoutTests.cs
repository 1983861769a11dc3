using Dapper;
using Npgsql;

namespace CareerPlatform.ServiceDefaults.Tests;

/// <summary>The tables of the log as PostgreSQL describes them: real Marten must find nothing to change in them.</summary>
public sealed class LayoutTests
{
    [Fact]
    public async Task The_columns_of_the_log_are_Martens()
    {
        await using var log = await Log.Create();

        (await Columns(log, "mt_streams")).ShouldBe(
        [
            "tenant_id character varying not null default '*DEFAULT*'::character varying",
            "id uuid not null",
            "type character varying",
            "version bigint",
            "timestamp timestamp with time zone not null default now()",
            "created timestamp with time zone not null default now()",
            "is_archived boolean default false",
        ]);
        (await Columns(log, "mt_events")).ShouldBe(
        [
            "seq_id bigint not null",
            "id uuid not null",
            "stream_id uuid",
            "version bigint not null",
            "data jsonb not null",
            "bdata bytea",
            "type character varying(500) not null",
            "timestamp timestamp with time zone not null default now()",
            "tenant_id character varying default '*DEFAULT*'::character varying",
            "mt_dotnet_type character varying",
            "correlation_id character varying",
            "causation_id character varying",
            "headers jsonb",
            "is_archived boolean default false",
        ]);
    }

    [Theory]
    [InlineData("event_pending", "seq_id bigint not null", "tenant_id character varying not null", "xid xid8 not null default pg_current_xact_id()", "at timestamp with time zone not null default clock_timestamp()", "PRIMARY KEY (seq_id)")]
    [InlineData("feed_head", "one boolean not null default true", "pos bigint not null default 0", "CHECK (one)", "PRIMARY KEY (one)")]
    [InlineData("feed", "pos bigint not null", "seq_id bigint not null", "tenant_id character varying not null", "PRIMARY KEY (pos)", "UNIQUE (seq_id)")]
    [InlineData("relay_cursor", "name text not null", "pos bigint not null", "updated_at timestamp with time zone not null", "PRIMARY KEY (name)")]
    [InlineData("inbox", "consumer text not null", "event_id uuid not null", "attempts integer not null default 0", "state text not null default 'new'::text", "at timestamp with time zone not null default now()", "PRIMARY KEY (consumer, event_id)")]
    [InlineData("consumer_stream", "consumer text not null", "tenant_id character varying not null", "stream_id uuid not null", "applied_version bigint not null", "PRIMARY KEY (consumer, tenant_id, stream_id)")]
    public async Task The_side_tables_are_those_of_the_design_and_what_is_more_is_named_here(string table, params string[] design)
    {
        await using var log = await Log.Create();

        var ours = OursBeyondTheDesign.Where(extra => extra.Table == table).Select(extra => extra.What);
        var constraints = await log.Ask<string>($"select pg_get_constraintdef(oid) from pg_constraint where conrelid = '{table}'::regclass and contype <> 'n' order by 1");
        (await Columns(log, table)).Concat(constraints).Order().ShouldBe(design.Concat(ours).Order());
    }

    /// <summary>Ours beyond the design, each with its reason.</summary>
    private static readonly (string Table, string What, string Why)[] OursBeyondTheDesign =
    [
        ("inbox", "content bytea", "a hash of the fact: the same id with another content is parked, not taken for a repeat"),
        ("inbox", "CHECK ((state = ANY (ARRAY['new'::text, 'done'::text, 'parked'::text])))", "a state that no code knows would neither be applied nor shown to the operator"),
    ];

    [Fact]
    public async Task The_keys_and_indexes_of_the_log_are_Martens_and_there_is_no_other()
    {
        await using var log = await Log.Create();

        (await log.Ask<string>("select conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid in ('mt_streams'::regclass, 'mt_events'::regclass) order by 1")).ShouldBe(
        [
            "mt_events: fkey_mt_events_stream_id_tenant_id FOREIGN KEY (tenant_id, stream_id) REFERENCES mt_streams(tenant_id, id)",
            "mt_events: pkey_mt_events_seq_id PRIMARY KEY (seq_id)",
            "mt_streams: pkey_mt_streams_tenant_id_id PRIMARY KEY (tenant_id, id)",
        ]);
        (await log.Ask<string>("select indexdef from pg_indexes where tablename in ('mt_streams', 'mt_events') order by indexname")).ShouldBe(
        [
            "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON public.mt_events USING btree (tenant_id, stream_id, version)",
            "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON public.mt_events USING btree (seq_id)",
            "CREATE UNIQUE INDEX pkey_mt_streams_tenant_id_id ON public.mt_streams USING btree (tenant_id, id)",
        ]);
        (await log.Ask<string>("select pg_get_serial_sequence('mt_events', 'seq_id')")).ShouldBe(["public.mt_events_sequence"]);
        (await log.Ask<string>("select relkind::text from pg_class where relname in ('mt_streams', 'mt_events')")).ShouldBe(["r", "r"]);
    }

    [Fact]
    public async Task The_trigger_works_for_an_appender_that_does_not_know_our_schema()
    {
        await using var log = await Log.Create();
        await using var connection = new NpgsqlConnection(log.Owner);
        await connection.OpenAsync();

        await connection.ExecuteAsync(
            """
            set search_path = pg_catalog;
            insert into public.mt_streams (tenant_id, id, type, version) values ('40', '6f1f2a0e-0000-4000-8000-000000000002', 'walk', 1);
            insert into public.mt_events (seq_id, id, stream_id, version, data, type, tenant_id)
            values (pg_catalog.nextval('public.mt_events_sequence'), pg_catalog.gen_random_uuid(), '6f1f2a0e-0000-4000-8000-000000000002', 1, '{"number": 1}', 'step_taken', '40');
            """);

        (await log.Ask<string>("select tenant_id from event_pending")).ShouldBe(["40"]);
        (await log.Ask<string>("select tgname || ' ' || pg_get_triggerdef(oid) from pg_trigger where tgrelid = 'mt_events'::regclass and tgname = 'event_pending_add'")).Single()
            .ShouldContain("REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT");
        (await log.Ask<bool>("select prosecdef from pg_proc where proname = 'event_pending_add'")).ShouldBe([true]);
    }

    [Fact]
    public async Task An_event_written_by_another_tool_of_the_same_layout_is_read_and_appended_to()
    {
        await using var log = await Log.Create();
        var stream = Guid.CreateVersion7();
        await log.Ask<int>($"insert into mt_streams (tenant_id, id, type, version) values ('40', '{stream}', 'walk', 1)");
        await log.Ask<int>($$"""insert into mt_events (seq_id, id, stream_id, version, data, type, tenant_id, mt_dotnet_type) values (nextval('mt_events_sequence'), gen_random_uuid(), '{{stream}}', 1, '{"number": 7}', 'step_taken', '40', 'Some.Type, Some.Assembly')""");

        await log.Database.Run("40", work =>
        {
            work.Append("walk", stream, new StepTaken { Number = 8 });
            return Task.CompletedTask;
        });

        await using var reading = await log.Database.Begin("40");
        (await reading.Stream(stream)).Select(e => ((StepTaken)e.Data!).Number).ShouldBe([7, 8]);
    }

    private static Task<IReadOnlyList<string>> Columns(Log log, string table) => log.Ask<string>(
        $"""
        select a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = '{table}'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
        """);
}
