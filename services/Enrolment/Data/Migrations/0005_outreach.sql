-- Decoys: people who do not exist, one institution each, so that whoever turns to one shows from where the data went out (reliability.md, P13).
-- They lie among the leads and behave like them; what is counted, published or reported leaves them out by this mark.
alter table candidate  add decoy boolean not null default false;
alter table lead       add decoy boolean not null default false;
alter table lead_grant add decoy boolean not null default false;
create index lead_decoy on lead (school_year, tenant_id) where decoy;

-- A number the province holds and a name made up for it, each used for one institution ever. Without an institution it waits for a round of the allocation to lie in.
create table decoy (
  tenant_id      varchar     not null,
  decoy_id       uuid        not null,          -- its pupil id
  school_year    int         not null,
  sealed_contact varchar     not null,
  phone_key      varchar     not null,
  name_key       varchar     not null,
  added_by       varchar     not null,
  added_at       timestamptz not null,
  institution_id uuid        null,
  lead_id        uuid        null,
  planted_at     timestamptz null,
  primary key (decoy_id, tenant_id),
  constraint decoy_phone_once unique (phone_key, tenant_id),
  constraint decoy_name_once unique (name_key, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id),
  foreign key (tenant_id, lead_id) references lead (tenant_id, lead_id),
  check ((institution_id is null) = (lead_id is null) and (lead_id is null) = (planted_at is null))
);
create index decoy_of_institution on decoy (institution_id, school_year, tenant_id);

-- Somebody turned to a decoy: what came in on its number, or an institution that says it enrolled it.
create table decoy_report (
  tenant_id   varchar     not null,
  report_id   uuid        not null,
  decoy_id    uuid        not null,
  kind        varchar     not null check (kind in ('call', 'message', 'visit', 'letter', 'enrolment', 'listed')),
  happened_at timestamptz not null,
  note        varchar     null,
  reported_by varchar     not null,
  reported_at timestamptz not null,
  primary key (report_id, tenant_id),
  foreign key (tenant_id, decoy_id) references decoy (tenant_id, decoy_id)
);
create index decoy_report_decoy on decoy_report (decoy_id, tenant_id);
create policy province on decoy as restrictive using (current_setting('app.institution', true) = '*');
create policy province on decoy_report as restrictive using (current_setting('app.institution', true) = '*');

-- Decoys take no seat: they are not among the open offers.
create or replace function count_new_offers() returns trigger language plpgsql as $f$
begin
  insert into intake (tenant_id, institution_id, school_year, open_offers)
  select tenant_id, institution_id, school_year, count(*) from new_rows where offer_is_open(state) and not decoy group by 1, 2, 3 order by 1, 2, 3
  on conflict (tenant_id, institution_id, school_year) do update set open_offers = intake.open_offers + excluded.open_offers;
  return null;
end $f$;
create or replace function count_changed_offers() returns trigger language plpgsql as $f$
begin
  update intake i set open_offers = i.open_offers + d.n
  from (select n.tenant_id, n.institution_id, n.school_year, sum(offer_is_open(n.state)::int - offer_is_open(o.state)::int) as n
        from new_rows n join old_rows o using (tenant_id, grant_id) where offer_is_open(n.state) <> offer_is_open(o.state) and not n.decoy group by 1, 2, 3) d
  where i.tenant_id = d.tenant_id and i.institution_id = d.institution_id and i.school_year = d.school_year;
  return null;
end $f$;

-- A number that proved wrong is asked of the school once; what the school corrects holds against older results, whatever comes first.
alter table candidate add number_wrong_at timestamptz null;
create table contact_correction (
  tenant_id      varchar     not null,
  pupil_id       uuid        not null,
  sealed_contact varchar     not null,
  family_key     varchar     null,
  at             timestamptz not null,
  primary key (pupil_id, tenant_id)
);
create policy province on contact_correction as restrictive using (current_setting('app.institution', true) = '*');

-- A call an institution announces: the caller must be able to say the code that the family sees.
create table announced_call (
  tenant_id      varchar     not null,
  call_id        uuid        not null,
  lead_id        uuid        not null,
  grant_id       uuid        not null,
  institution_id uuid        not null,
  code           varchar     not null check (code ~ '^[0-9]{6}$'),
  announced_at   timestamptz not null,
  valid_until    timestamptz not null,
  called_at      timestamptz null,
  primary key (call_id, tenant_id),
  foreign key (tenant_id, grant_id) references lead_grant (tenant_id, grant_id)
);
create index announced_call_lead on announced_call (lead_id, valid_until, tenant_id);
create policy institution on announced_call as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));

-- Who was recognised as a graduate of lower-secondary school, and in which year.
create table cohort_member (
  tenant_id varchar not null,
  pupil_id  uuid    not null,
  cohort    int     not null,
  primary key (pupil_id, tenant_id)
);
create policy province on cohort_member as restrictive using (current_setting('app.institution', true) = '*');

-- An institution's own enrolled list, compared with leads and cohort: a verdict for every row, nothing of the list itself.
create table enrolled_list (
  tenant_id      varchar     not null,
  list_id        uuid        not null,
  institution_id uuid        not null,
  school_year    int         not null,
  sha256         bytea       not null,
  rows           int         not null,
  not_listed     int         not null,
  sent_by        varchar     not null,
  sent_at        timestamptz not null,
  primary key (list_id, tenant_id),
  unique (institution_id, school_year, sha256, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);
create table enrolled_list_row (
  tenant_id      varchar not null,
  list_id        uuid    not null,
  institution_id uuid    not null,
  row_no         int     not null,
  verdict        varchar not null,
  detail         varchar null,                  -- codes and columns of what cannot be read, or the row that is repeated
  lead_id        uuid    null,
  pupil_id       uuid    null,
  primary key (list_id, row_no, tenant_id),
  foreign key (tenant_id, list_id) references enrolled_list (tenant_id, list_id)
);
create policy institution on enrolled_list as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on enrolled_list_row as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));

-- A family that asks to be left alone says so to whoever reaches it (P14, stop words).
alter table contact_log drop constraint contact_log_outcome_check;
alter table contact_log add constraint contact_log_outcome_check check (outcome in ('reached', 'no_answer', 'wrong_number', 'refused', 'interested', 'will_enrol', 'asked_to_stop'));
