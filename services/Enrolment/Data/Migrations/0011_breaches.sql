-- Incidents with personal data (reliability.md, P11): opened by the department or reported by an institution, notified in time, closed, and kept.
create table breach (
  tenant_id          varchar     not null,
  breach_id          uuid        not null,
  kind               varchar     not null check (kind in ('disclosure', 'unauthorised_access', 'misuse', 'loss', 'alteration', 'cyber_attack')),
  sealed_description varchar     not null,
  institution_id     uuid        null,          -- whom it concerns
  reported           boolean     not null,      -- by that institution itself
  detected_at        timestamptz not null,
  opened_at          timestamptz not null,
  opened_by          varchar     not null,
  agency_alarm       smallint    not null default 0 check (agency_alarm in (0, 50, 80, 100)),
  cyber_alarm        smallint    not null default 0 check (cyber_alarm in (0, 50, 80, 100)),
  sealed_outcome     varchar     null,
  closed_at          timestamptz null,
  closed_by          varchar     null,
  primary key (breach_id, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id),
  check (num_nulls(sealed_outcome, closed_at, closed_by) in (0, 3)),
  check (detected_at <= opened_at)
);
create index breach_open on breach (detected_at, tenant_id) where closed_at is null;

-- What became of each clock: notified (when, under which number), or why no notice is due.
create table breach_notice (
  tenant_id       varchar     not null,
  breach_id       uuid        not null,
  clock           varchar     not null check (clock in ('agency', 'cyber')),
  notified_at     timestamptz null,
  number          varchar     null,
  not_due_because varchar     null,
  recorded_by     varchar     not null,
  recorded_at     timestamptz not null,
  primary key (breach_id, clock, tenant_id),
  foreign key (tenant_id, breach_id) references breach (tenant_id, breach_id),
  check ((notified_at is null) = (number is null) and (notified_at is null) <> (not_due_because is null))
);

-- Whose data was read by whom the incident is about, as the read journal tells it.
create table breach_affected (
  tenant_id varchar     not null,
  breach_id uuid        not null,
  pupil_id  uuid        not null,
  lead_id   uuid        null,
  fields    varchar     not null,
  reads     bigint      not null,
  first_at  timestamptz not null,
  last_at   timestamptz not null,
  primary key (breach_id, pupil_id, tenant_id),
  foreign key (tenant_id, breach_id) references breach (tenant_id, breach_id)
);

create policy province on breach as restrictive using (current_setting('app.institution', true) = '*');
create policy province on breach_notice as restrictive using (current_setting('app.institution', true) = '*');
create policy province on breach_affected as restrictive using (current_setting('app.institution', true) = '*');

create index pii_access_organisation on pii_access (organisation, at, tenant_id) where organisation is not null;
