-- Mode B (relay): the family agrees, as in mode A, to be contacted through the platform only. Institutions write to it here and see neither name nor number.
alter table legal_basis drop constraint both_agreed;
alter table legal_basis add constraint both_agreed check (mode = 'C' or coalesce(pupil_id is not null and child_agreed and guardian_agreed and scope in ('all', 'chosen')
  and (scope = 'all' or cardinality(institutions) > 0) and text_version is not null and evidence is not null, false));
drop index legal_basis_of_pupil;
create unique index legal_basis_of_pupil on legal_basis (pupil_id, purpose, school_year, tenant_id) where mode in ('A', 'B') and ended_at is null;

create or replace function lead_grant_needs_basis() returns trigger language plpgsql as $f$
begin
  if (select count(*) from new_rows) <> (
    select count(*)
    from new_rows g
    join lead l using (tenant_id, lead_id)
    join legal_basis b on b.tenant_id = g.tenant_id and b.basis_id = g.basis_id
    join agreement a on a.tenant_id = g.tenant_id and a.agreement_id = g.agreement_id
    cross join lateral (select (g.granted_at at time zone 'Asia/Ho_Chi_Minh')::date as today) d
    where d.today between a.valid_from and a.valid_to and b.purpose = any (a.purposes) and b.ended_at is null and b.school_year = l.school_year
      and ((b.mode in ('A', 'B') and b.pupil_id = l.pupil_id and (b.scope = 'all' or g.institution_id = any (b.institutions)))
        or (b.mode = 'C' and cardinality(b.approved_by) = 2 and d.today <= b.expires_on and not exists (
          select from consent o where o.tenant_id = l.tenant_id and o.school_year = l.school_year and o.pupil_id = l.pupil_id and o.purpose = b.purpose and o.objected)))) then
    raise exception 'A grant needs a legal basis and an agreement in force for this pupil and this institution.'
      using errcode = 'check_violation', constraint = 'grant_needs_basis';
  end if;
  return null;
end $f$;

-- The family of this lead is contacted through the platform only; institutions see it, though not the basis itself.
alter table lead add column relay boolean not null default false;

-- What an institution and a family write to each other; the text lies sealed and goes when the pupil is erased.
create table relay_message (
  tenant_id      varchar     not null,
  seq            bigint      generated always as identity,
  message_id     uuid        not null,
  lead_id        uuid        not null,
  grant_id       uuid        not null,
  institution_id uuid        not null,
  from_family    boolean     not null,
  sealed_text    varchar     not null,
  sent_at        timestamptz not null,
  read_at        timestamptz null,
  primary key (message_id, tenant_id),
  foreign key (tenant_id, grant_id) references lead_grant (tenant_id, grant_id)
);
create index relay_message_lead on relay_message (lead_id, seq, tenant_id);
create policy institution on relay_message as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));

-- The feed says that a family wrote.
alter table institution_feed drop constraint institution_feed_kind_check;
alter table institution_feed add constraint institution_feed_kind_check check (kind in ('offered', 'withdrawn', 'corrected', 'expired', 'answered'));
