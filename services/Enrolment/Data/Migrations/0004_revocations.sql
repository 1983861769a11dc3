-- What an institution must delete and confirm: one row for every withdrawal in its feed, in the commit of the withdrawal, whatever path wrote it.
create table revocation (
  tenant_id      varchar     not null,
  institution_id uuid        not null,
  pos            bigint      not null,
  lead_id        uuid        not null,
  reason         varchar     null,
  revoked_at     timestamptz not null,
  escalated      smallint    not null default 0 check (escalated in (0, 1, 3, 7, 15, 20)),   -- the last day whose step was taken
  method         varchar     null check (method in ('erased', 'destroyed', 'never_stored')),
  erased_at      timestamptz null,
  acked_at       timestamptz null,
  acked_by       varchar     null,
  primary key (institution_id, pos, tenant_id),
  check (num_nulls(method, erased_at, acked_at, acked_by) in (0, 4))
);
create index revocation_lead on revocation (lead_id, institution_id, tenant_id);
create index revocation_open on revocation (revoked_at, tenant_id) where acked_at is null;

create function revocation_of_withdrawal() returns trigger language plpgsql as $f$
begin
  insert into revocation (tenant_id, institution_id, pos, lead_id, reason, revoked_at)
  select tenant_id, institution_id, pos, lead_id, reason, at from new_rows where kind = 'withdrawn';
  return null;
end $f$;
create trigger revocation_of_withdrawal after insert on institution_feed referencing new table as new_rows
  for each statement execute function revocation_of_withdrawal();

-- An institution that did not confirm in time: nothing but withdrawals reaches it until it does.
create table feed_hold (
  tenant_id      varchar     not null,
  institution_id uuid        not null,
  since          timestamptz not null,
  primary key (institution_id, tenant_id)
);

create policy institution on revocation as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on feed_hold as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
