-- Texts that families agree to: registered once, never changed; a consent keeps the digest of what was agreed to.
create table consent_text (
  tenant_id     varchar     not null,
  version       varchar     not null,
  purpose       varchar     not null,
  body          varchar     not null,
  sha256        bytea       not null,
  registered_by varchar     not null,
  registered_at timestamptz not null,
  primary key (version, tenant_id)
);
alter table consent add text_sha256 bytea null;

-- A child who turns 16 or 18 while the consent holds: the rule is looked at again, and that is on record.
create table consent_review (
  tenant_id   varchar     not null,
  pupil_id    uuid        not null,
  purpose     varchar     not null,
  age         int         not null check (age in (16, 18)),
  turned_on   date        not null,
  rule        varchar     not null,
  holds       boolean     not null,
  reviewed_at timestamptz not null,
  primary key (pupil_id, purpose, age, tenant_id)
);

-- Requests about one's own data, with their clocks (Domain/RequestClock.cs).
create table data_request (
  tenant_id        varchar     not null,
  request_id       uuid        not null,
  pupil_id         uuid        not null,
  kind             varchar     not null,
  channel          varchar     not null,
  asked_by         varchar     not null check (asked_by in ('child', 'guardian')),
  proven_by        varchar     not null,
  third_party      boolean     not null,
  received_at      timestamptz not null,
  received_by      varchar     not null,
  answer_by        timestamptz not null,
  due_at           timestamptz not null,
  answered_at      timestamptz null,
  extended_by_days int         null,
  extension_reason varchar     null,
  answer_alarm     int         not null default 0,
  due_alarm        int         not null default 0,
  outcome          varchar     null check (outcome in ('done', 'refused')),
  outcome_reason   varchar     null,
  closed_at        timestamptz null,
  closed_by        varchar     null,
  primary key (request_id, tenant_id),
  check ((extended_by_days is null) = (extension_reason is null)),
  check ((outcome is null) = (closed_at is null)),
  check (outcome <> 'refused' or outcome_reason is not null)
);
create index data_request_open on data_request (tenant_id, due_at) where closed_at is null;
create index data_request_pupil on data_request (pupil_id, tenant_id);

-- Data that must not be erased for now: a complaint, a court, an inspection.
create table legal_hold (
  tenant_id varchar     not null,
  pupil_id  uuid        not null,
  reason    varchar     not null,
  ends_on   date        not null,
  set_by    varchar     not null,
  set_at    timestamptz not null,
  primary key (pupil_id, tenant_id)
);
