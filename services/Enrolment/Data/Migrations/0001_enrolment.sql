-- Keys and indexes begin with the id that is asked for and end with the tenant: in a season's first minutes there are no statistics yet, and a plan must not walk a whole province.

-- Areas as Schools announces them; commune codes were reused, so every row has its dates.
create table area (
  tenant_id     varchar not null,
  kind          varchar not null check (kind in ('province', 'district', 'commune')),
  code          varchar not null,
  valid_from    date    not null,
  valid_to      date    null,
  name          varchar not null,
  parent        varchar null,
  disadvantaged boolean not null,
  primary key (code, kind, valid_from, tenant_id)
);
create table area_predecessor (
  tenant_id  varchar not null,
  kind       varchar not null,
  code       varchar not null,
  valid_from date    not null,
  old_kind   varchar not null,
  old_code   varchar not null,
  whole      boolean not null,
  primary key (code, kind, valid_from, old_code, old_kind, tenant_id),
  foreign key (tenant_id, kind, code, valid_from) references area (tenant_id, kind, code, valid_from) on delete cascade
);
-- Which former districts a commune of today lies in.
create table commune_district (
  tenant_id varchar not null,
  commune   varchar not null,
  district  varchar not null,
  primary key (commune, district, tenant_id)
);

create table institution (
  tenant_id       varchar     not null,
  institution_id  uuid        not null,
  code            varchar     not null,
  name            varchar     not null check (name is nfc normalized),
  commune         varchar     not null,
  kind            varchar     not null,
  boarding        boolean     not null,
  out_of_province boolean     not null,
  valid_from      date        not null,
  valid_to        date        null check (valid_to is null or valid_to >= valid_from),
  registered_at   timestamptz not null,
  primary key (institution_id, tenant_id),
  unique (code, tenant_id)
);

create table programme (
  tenant_id        varchar        not null,
  programme_id     uuid           not null,
  institution_id   uuid           not null,
  training_code    varchar        not null check (training_code ~ '^[0-9]{7}$'),
  name             varchar        not null check (name is nfc normalized),
  level            varchar        not null check (level in ('elementary', 'intermediate', 'college', 'vocational_upper_secondary')),
  intake_year      int            not null,
  seats            int            not null check (seats >= 0),
  taken            int            not null default 0 check (taken >= 0 and taken <= seats),
  fee              numeric(14, 2) not null check (fee >= 0),
  support_policies text[]         not null,
  primary key (programme_id, tenant_id),
  unique (institution_id, training_code, intake_year, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);

-- The seven contents a transfer agreement must state: Decree 356/2025/ND-CP, Art. 7(1).
create table agreement (
  tenant_id      varchar     not null,
  agreement_id   uuid        not null,
  institution_id uuid        not null,
  valid_from     date        not null,
  valid_to       date        not null check (valid_to >= valid_from),
  contents       jsonb       not null check (contents ?& array['purpose', 'dataTypes', 'period', 'legalBasis', 'protection', 'subjectRights', 'violations']),
  purposes       text[]      not null check (cardinality(purposes) > 0),
  fields         text[]      not null,
  signed_by      varchar     not null,
  signed_at      timestamptz not null,
  primary key (agreement_id, tenant_id),
  unique (agreement_id, institution_id, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);
create index agreement_institution on agreement (institution_id, valid_to, tenant_id);

-- Why a pupil's data may go to an institution. A: child and representative both agreed; C: a recorded instrument of law. (B is the relay.)
create table legal_basis (
  tenant_id         varchar     not null,
  basis_id          uuid        not null,
  mode              varchar     not null check (mode in ('A', 'B', 'C')),
  purpose           varchar     not null,
  school_year       int         not null,
  pupil_id          uuid        null,
  scope             varchar     null,
  institutions      uuid[]      not null default '{}',
  child_agreed      boolean     null,
  guardian_agreed   boolean     null,
  text_version      varchar     null,
  evidence          varchar     null,
  instrument_number varchar     null,
  instrument_date   date        null,
  instrument_article varchar    null,
  instrument_scope  varchar     null,
  expires_on        date        null,
  proposed_by       varchar     null,
  approved_by       varchar[]   not null default '{}',
  given_at          timestamptz not null,
  ended_at          timestamptz null,
  primary key (basis_id, tenant_id),
  constraint both_agreed check (mode <> 'A' or coalesce(pupil_id is not null and child_agreed and guardian_agreed and scope in ('all', 'chosen')
    and (scope = 'all' or cardinality(institutions) > 0) and text_version is not null and evidence is not null, false)),
  constraint instrument_recorded check (mode <> 'C' or (pupil_id is null and instrument_number is not null and instrument_date is not null
    and instrument_article is not null and instrument_scope is not null and expires_on is not null and proposed_by is not null
    and cardinality(approved_by) <= 2 and not proposed_by = any (approved_by)))
);
create unique index legal_basis_of_pupil on legal_basis (pupil_id, purpose, school_year, tenant_id) where mode = 'A' and ended_at is null;
create index legal_basis_statutory on legal_basis (school_year, tenant_id) where mode = 'C';

-- The last word of each family, whatever order the messages came in.
create table consent (
  tenant_id   varchar     not null,
  school_year int         not null,
  pupil_id    uuid        not null,
  purpose     varchar     not null,
  scope       varchar     not null check (scope in ('all', 'chosen', 'none')),
  objected    boolean     not null,
  at          timestamptz not null,
  primary key (pupil_id, purpose, school_year, tenant_id)
);

-- A pupil with a final result. The contact is kept sealed, as it came.
create table candidate (
  tenant_id      varchar     not null,
  school_year    int         not null,
  pupil_id       uuid        not null,
  school_id      uuid        null,
  residence      varchar     null,
  family_key     varchar     null,
  wished_trade   varchar     null,
  wished_level   varchar     null,
  sealed_contact text        null,
  outcome        varchar     not null check (outcome in ('without_place', 'admitted', 'absent')),
  outcome_at     timestamptz not null,
  primary key (pupil_id, school_year, tenant_id),
  check (outcome <> 'without_place' or (sealed_contact is not null and family_key is not null and residence is not null))
);
-- Where a pupil was last heard to be: a place elsewhere stops the lead, whichever message comes first.
create table placement (
  tenant_id varchar     not null,
  pupil_id  uuid        not null,
  placed    boolean     not null,
  at        timestamptz not null,
  primary key (pupil_id, tenant_id)
);

create table lead (
  tenant_id    varchar     not null,
  lead_id      uuid        not null,
  school_year  int         not null,
  pupil_id     uuid        not null,
  basis_id     uuid        not null,
  status       varchar     not null check (status in ('open', 'enrolled', 'withdrawn')),
  reason       varchar     null,
  opened_at    timestamptz not null,
  changed_at   timestamptz not null,
  primary key (lead_id, tenant_id),
  unique (pupil_id, school_year, tenant_id),
  foreign key (tenant_id, basis_id) references legal_basis (tenant_id, basis_id),
  foreign key (tenant_id, school_year, pupil_id) references candidate (tenant_id, school_year, pupil_id)
);
create index lead_basis on lead (basis_id, tenant_id) where status = 'open';

-- The at most two institutions a family hears from; brothers and sisters share them.
create table family_place (
  tenant_id      varchar  not null,
  school_year    int      not null,
  family_key     varchar  not null,
  slot           smallint not null check (slot in (1, 2)),
  institution_id uuid     not null,
  primary key (family_key, slot, school_year, tenant_id),
  constraint family_place_once unique (family_key, institution_id, slot, school_year, tenant_id)
);

create table lead_grant (
  tenant_id      varchar     not null,
  grant_id       uuid        not null,
  lead_id        uuid        not null,
  institution_id uuid        not null,
  agreement_id   uuid        not null,
  basis_id       uuid        not null,
  school_year    int         not null,
  family_key     varchar     not null,
  slot           smallint    null,
  state          varchar     not null check (state in ('offered', 'contacted', 'refused', 'applied', 'enrolled', 'left', 'withdrawn', 'expired')),
  reasons        varchar[]   not null,
  granted_at     timestamptz not null,
  expires_at     timestamptz not null,
  ended_at       timestamptz null,
  end_reason     varchar     null,
  primary key (grant_id, tenant_id),
  foreign key (tenant_id, lead_id) references lead (tenant_id, lead_id),
  foreign key (tenant_id, basis_id) references legal_basis (tenant_id, basis_id),
  foreign key (tenant_id, agreement_id, institution_id) references agreement (tenant_id, agreement_id, institution_id),
  foreign key (tenant_id, school_year, family_key, institution_id, slot) references family_place (tenant_id, school_year, family_key, institution_id, slot),
  check (slot is not null or state in ('withdrawn', 'expired', 'left'))
);
create unique index lead_grant_once on lead_grant (lead_id, institution_id, tenant_id) where state not in ('withdrawn', 'expired');
create index lead_grant_lead on lead_grant (lead_id, tenant_id);
create index lead_grant_family on lead_grant (family_key, institution_id, school_year, tenant_id) where slot is not null;
create index lead_grant_expiry on lead_grant (expires_at, tenant_id) where state in ('offered', 'contacted', 'refused', 'applied');

-- Default closed: no grant without a basis in force for this pupil and this institution and an agreement in force, whatever the code does.
create function lead_grant_needs_basis() returns trigger language plpgsql as $f$
begin
  if (select count(*) from new_rows) <> (
    select count(*)
    from new_rows g
    join lead l using (tenant_id, lead_id)
    join legal_basis b on b.tenant_id = g.tenant_id and b.basis_id = g.basis_id
    join agreement a on a.tenant_id = g.tenant_id and a.agreement_id = g.agreement_id
    cross join lateral (select (g.granted_at at time zone 'Asia/Ho_Chi_Minh')::date as today) d
    where d.today between a.valid_from and a.valid_to and b.purpose = any (a.purposes) and b.ended_at is null and b.school_year = l.school_year
      and ((b.mode = 'A' and b.pupil_id = l.pupil_id and (b.scope = 'all' or g.institution_id = any (b.institutions)))
        or (b.mode = 'C' and cardinality(b.approved_by) = 2 and d.today <= b.expires_on and not exists (
          select from consent o where o.tenant_id = l.tenant_id and o.school_year = l.school_year and o.pupil_id = l.pupil_id and o.purpose = b.purpose and o.objected)))) then
    raise exception 'A grant needs a legal basis and an agreement in force for this pupil and this institution.'
      using errcode = 'check_violation', constraint = 'grant_needs_basis';
  end if;
  return null;
end $f$;
create trigger lead_grant_needs_basis after insert on lead_grant referencing new table as new_rows
  for each statement execute function lead_grant_needs_basis();

-- Offers not yet answered, per institution and intake; kept by the database so that no path can forget it.
create table intake (
  tenant_id      varchar not null,
  institution_id uuid    not null,
  school_year    int     not null,
  open_offers    int     not null check (open_offers >= 0),
  primary key (institution_id, school_year, tenant_id)
);
create function offer_is_open(state varchar) returns boolean language sql immutable as $f$ select state in ('offered', 'contacted', 'applied') $f$;
create function count_new_offers() returns trigger language plpgsql as $f$
begin
  insert into intake (tenant_id, institution_id, school_year, open_offers)
  select tenant_id, institution_id, school_year, count(*) from new_rows where offer_is_open(state) group by 1, 2, 3 order by 1, 2, 3
  on conflict (tenant_id, institution_id, school_year) do update set open_offers = intake.open_offers + excluded.open_offers;
  return null;
end $f$;
create function count_changed_offers() returns trigger language plpgsql as $f$
begin
  update intake i set open_offers = i.open_offers + d.n
  from (select n.tenant_id, n.institution_id, n.school_year, sum(offer_is_open(n.state)::int - offer_is_open(o.state)::int) as n
        from new_rows n join old_rows o using (tenant_id, grant_id) where offer_is_open(n.state) <> offer_is_open(o.state) group by 1, 2, 3) d
  where i.tenant_id = d.tenant_id and i.institution_id = d.institution_id and i.school_year = d.school_year;
  return null;
end $f$;
create trigger count_new_offers after insert on lead_grant referencing new table as new_rows
  for each statement execute function count_new_offers();
create trigger count_changed_offers after update on lead_grant referencing old table as old_rows new table as new_rows
  for each statement execute function count_changed_offers();

-- One feed per institution with positions 1, 2, 3 … given in the transaction of the grant or withdrawal.
create table institution_feed_head (
  tenant_id      varchar not null,
  institution_id uuid    not null,
  pos            bigint  not null default 0,
  kept_from      bigint  not null default 1,
  primary key (institution_id, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);
create table institution_feed (
  tenant_id      varchar     not null,
  institution_id uuid        not null,
  pos            bigint      not null,
  kind           varchar     not null check (kind in ('offered', 'withdrawn', 'corrected', 'expired')),
  lead_id        uuid        not null,
  grant_id       uuid        not null,
  reason         varchar     null,
  at             timestamptz not null,
  primary key (institution_id, pos, tenant_id)
);
create index institution_feed_grant on institution_feed (grant_id, tenant_id);

create table contact_log (
  tenant_id      varchar     not null,
  contact_id     uuid        not null,
  lead_id        uuid        not null,
  grant_id       uuid        not null,
  institution_id uuid        not null,
  channel        varchar     not null check (channel in ('call', 'message', 'visit', 'letter')),
  outcome        varchar     not null check (outcome in ('reached', 'no_answer', 'wrong_number', 'refused', 'interested', 'will_enrol')),
  next_step      varchar     null,
  contacted_at   timestamptz not null,
  logged_at      timestamptz not null,
  primary key (contact_id, tenant_id),
  foreign key (tenant_id, grant_id) references lead_grant (tenant_id, grant_id)
);
create index contact_log_lead on contact_log (lead_id, contacted_at, tenant_id);

create table application (
  tenant_id      varchar     not null,
  application_id uuid        not null,
  lead_id        uuid        not null,
  grant_id       uuid        not null,
  institution_id uuid        not null,
  programme_id   uuid        not null,
  applied_on     date        not null,
  recorded_at    timestamptz not null,
  primary key (application_id, tenant_id),
  unique (grant_id, programme_id, tenant_id),
  foreign key (tenant_id, grant_id) references lead_grant (tenant_id, grant_id),
  foreign key (tenant_id, programme_id) references programme (tenant_id, programme_id)
);

create table enrolment (
  tenant_id       varchar     not null,
  enrolment_id    uuid        not null,
  pupil_id        uuid        not null,
  lead_id         uuid        null,
  institution_id  uuid        not null,
  programme_id    uuid        null,
  track           varchar     not null check (track in ('trade', 'culture')),
  level           varchar     not null,
  linked          uuid        null,
  out_of_province boolean     not null,
  started_on      date        not null,
  confirmed_at    timestamptz not null,
  left_on         date        null,
  left_reason     varchar     null,
  primary key (enrolment_id, tenant_id),
  check ((track = 'trade') = (programme_id is not null)),
  check (left_on is null or left_on >= started_on),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id),
  foreign key (tenant_id, programme_id) references programme (tenant_id, programme_id)
);
create unique index enrolment_once on enrolment (pupil_id, institution_id, track, level, tenant_id) where left_on is null;
create index enrolment_lead on enrolment (lead_id, tenant_id) where lead_id is not null;

-- Second level of row security: a transaction works for one institution (its id) or for the province ('*'). Unset means nothing is seen.
create policy institution on institution_feed as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on lead_grant as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on contact_log as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on application as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on enrolment as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on agreement as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on lead as restrictive
  using (current_setting('app.institution', true) = '*' or exists (
    select 1 from lead_grant g where g.tenant_id = lead.tenant_id and g.lead_id = lead.lead_id and g.institution_id::text = current_setting('app.institution', true)));
create policy institution on candidate as restrictive
  using (current_setting('app.institution', true) = '*' or exists (
    select 1 from lead l join lead_grant g using (tenant_id, lead_id) where l.tenant_id = candidate.tenant_id and l.school_year = candidate.school_year
      and l.pupil_id = candidate.pupil_id and g.institution_id::text = current_setting('app.institution', true)));
create policy province on legal_basis as restrictive using (current_setting('app.institution', true) = '*');
create policy province on consent as restrictive using (current_setting('app.institution', true) = '*');
create policy province on placement as restrictive using (current_setting('app.institution', true) = '*');
create policy province on family_place as restrictive using (current_setting('app.institution', true) = '*');
