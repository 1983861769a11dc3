-- The event log. mt_streams and mt_events keep Marten 9's layout to the letter: no extra column, index or key in them, ever.
create table mt_streams (
  tenant_id   varchar     not null default '*DEFAULT*',
  id          uuid        not null,
  type        varchar     null,
  version     bigint      null,
  "timestamp" timestamptz not null default now(),
  created     timestamptz not null default now(),
  is_archived boolean     null default false,
  constraint pkey_mt_streams_tenant_id_id primary key (tenant_id, id)
);
create sequence mt_events_sequence;
create table mt_events (
  seq_id         bigint       not null,
  id             uuid         not null,
  stream_id      uuid         null,
  version        bigint       not null,
  data           jsonb        not null,
  bdata          bytea        null,
  type           varchar(500) not null,
  "timestamp"    timestamptz  not null default now(),
  tenant_id      varchar      null default '*DEFAULT*',
  mt_dotnet_type varchar      null,
  correlation_id varchar      null,
  causation_id   varchar      null,
  headers        jsonb        null,
  is_archived    boolean      null default false,
  constraint pkey_mt_events_seq_id primary key (seq_id),
  constraint fkey_mt_events_stream_id_tenant_id foreign key (tenant_id, stream_id) references mt_streams (tenant_id, id)
);
alter sequence mt_events_sequence owned by mt_events.seq_id;
create unique index pk_mt_events_stream_and_version on mt_events (tenant_id, stream_id, version);

-- Ours: what committed but has no position yet, the positions, and how far the relay is.
create table event_pending (
  seq_id    bigint      primary key,
  tenant_id varchar     not null,
  xid       xid8        not null default pg_current_xact_id(),
  at        timestamptz not null default clock_timestamp()
);
create table feed_head (one boolean primary key default true check (one), pos bigint not null default 0);
insert into feed_head values (true, 0);
create table feed (pos bigint primary key, seq_id bigint not null unique, tenant_id varchar not null);
create table relay_cursor (name text primary key, pos bigint not null, updated_at timestamptz not null);

-- Ours: what this service heard. Attempts are committed before the work; content is a hash of the fact, for the same id with other content.
create table inbox (
  consumer text        not null,
  event_id uuid        not null,
  attempts int         not null default 0,
  state    text        not null default 'new' check (state in ('new', 'done', 'parked')),
  at       timestamptz not null default now(),
  content  bytea       null,
  primary key (consumer, event_id)
);
create table consumer_stream (
  consumer        text    not null,
  tenant_id       varchar not null,
  stream_id       uuid    not null,
  applied_version bigint  not null,
  primary key (consumer, tenant_id, stream_id)
);
-- How far this service has compared its inbox with each producer's feed, and when the bus last delivered something.
create table pull_cursor (
  consumer     text        primary key,
  pos          bigint      not null default 0,
  head         bigint      not null default 0,
  updated_at   timestamptz not null default now(),
  delivered_at timestamptz null
);
-- What could not be applied, without its data: the fact is pulled again from its producer when an operator retries it.
create table parked_event (
  parked_id uuid        primary key,
  consumer  text        not null,
  producer  text        not null,
  event_id  uuid        null,
  tenant    varchar     null,
  stream_id uuid        null,
  version   bigint      null,
  type      text        null,
  reason    text        not null,
  detail    text        not null,
  attempts  int         not null,
  at        timestamptz not null,
  solved_at timestamptz null
);
create unique index parked_event_open on parked_event (consumer, event_id, reason) where solved_at is null;

create function event_pending_add() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $f$
begin
  insert into public.event_pending(seq_id, tenant_id)
    select seq_id, tenant_id from new_rows where type <> 'tombstone';
  return null;
end $f$;
create trigger event_pending_add after insert on mt_events
  referencing new table as new_rows for each statement execute function event_pending_add();

-- Append-only: events are never deleted, and of a stored event only is_archived may change (Marten's ArchiveStream).
create function event_append_only() returns trigger
language plpgsql set search_path = pg_catalog, public as $f$
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - 'is_archived' = to_jsonb(old) - 'is_archived' then
      return new;
    end if;
  end if;
  raise exception 'the event log is append-only' using errcode = 'insufficient_privilege';
end $f$;
create trigger event_append_only before update or delete on mt_events for each row execute function event_append_only();
