-- The read journal is sealed: each read gets a position after its commit and a hash over the hash before it and itself (JournalChain). What is not sealed yet waits here.
create table pii_access_pending (
  seq       bigint  generated always as identity primary key,
  tenant_id varchar not null,
  access_id uuid    not null
);
create table pii_access_chain (
  pos       bigint  primary key,
  tenant_id varchar not null,
  access_id uuid    not null unique,
  hash      bytea   not null
);
-- Where the chain ends, and how many signed heads were written to the second place.
create table pii_access_head (
  one       boolean     primary key default true check (one),
  pos       bigint      not null default 0,
  hash      bytea       not null default decode(repeat('00', 32), 'hex'),
  heads     bigint      not null default 0,
  headed_at timestamptz null
);
insert into pii_access_head values (true);
create index pii_access_item_access on pii_access_item (access_id);

insert into pii_access_pending (tenant_id, access_id) select tenant_id, access_id from pii_access order by at, access_id;
create function pii_access_pending_add() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $f$
begin
  insert into public.pii_access_pending (tenant_id, access_id) select tenant_id, access_id from new_rows;
  return null;
end $f$;
create trigger pii_access_pending_add after insert on pii_access
  referencing new table as new_rows for each statement execute function pii_access_pending_add();

-- Append-only for everybody who does not own the tables; the chain shows what an owner did.
create function journal_append_only() returns trigger
language plpgsql set search_path = pg_catalog, public as $f$
begin
  raise exception 'the read journal is append-only' using errcode = 'insufficient_privilege';
end $f$;
create trigger journal_append_only before update or delete or truncate on pii_access for each statement execute function journal_append_only();
create trigger journal_append_only before update or delete or truncate on pii_access_item for each statement execute function journal_append_only();
create trigger journal_append_only before update or delete or truncate on pii_access_chain for each statement execute function journal_append_only();
