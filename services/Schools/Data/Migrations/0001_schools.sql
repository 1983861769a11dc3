-- Areas, organisations, pupils, contacts, consents, rounds, graduates. Codes are text; validity is inclusive on both sides.

create table area (
  tenant_id  varchar not null,
  kind       varchar not null check (kind in ('province', 'district', 'commune')),
  code       varchar not null,
  valid_from date    not null,
  valid_to   date    null check (valid_to >= valid_from),
  name       varchar not null check (name is nfc normalized),
  parent     varchar null,
  province   varchar not null,
  published  varchar null,              -- digest of what the other services were last told of it
  primary key (tenant_id, kind, code, valid_from)
);

-- Which area went into which on a day; suspect rows are kept for people to look at, never followed automatically.
create table area_succession (
  tenant_id varchar not null,
  old_kind  varchar not null,
  old_code  varchar not null,
  new_kind  varchar not null,
  new_code  varchar not null,
  on_date   date    not null,
  whole     boolean not null,
  suspect   varchar null,
  primary key (tenant_id, new_kind, new_code, old_kind, old_code, on_date)
);
create index area_succession_old on area_succession (tenant_id, old_kind, old_code);

-- Specially disadvantaged areas: a dated list of its own.
create table area_disadvantaged (
  tenant_id  varchar not null,
  kind       varchar not null,
  code       varchar not null,
  valid_from date    not null,
  valid_to   date    null check (valid_to >= valid_from),
  primary key (tenant_id, kind, code, valid_from)
);

-- One row per school and period: name, levels and commune as they stood then.
create table school (
  tenant_id  varchar   not null,
  school_id  uuid      not null,
  code       varchar   not null,
  valid_from date      not null,
  valid_to   date      null check (valid_to >= valid_from),
  name       varchar   not null check (name is nfc normalized),
  name_key   varchar   not null,
  levels     varchar[] not null,
  kind       varchar   null,
  commune    varchar   not null,
  commune_on date      not null,
  primary key (school_id, valid_from)
);
create unique index school_code on school (tenant_id, code, valid_from);

create table school_predecessor (
  tenant_id     varchar not null,
  school_id     uuid    not null,
  old_school_id uuid    not null,
  on_date       date    not null,
  primary key (school_id, old_school_id)
);

create table pupil (
  tenant_id  varchar not null,
  pupil_id   uuid    primary key,
  sealed_name  bytea null,             -- equal for equal names of a province (NameSeal); null when erased
  name_key     bytea null,             -- index of the name as it is compared, and of its letters without marks
  name_fold    bytea null,
  sealed_birth bytea not null,         -- equal for equal dates of a province (ContactSeal.SealDate)
  gender     varchar null check (gender in ('male', 'female')),
  ethnicity  varchar null
);

-- From here on pupil_id has no foreign key: whole files are inserted from the staging table that has just fed pupil, and checking row by row would double their time.
-- Ids of one person: ministry id (10 or 12 digits) and citizen id (12 digits), as text.
create table pupil_alias (
  tenant_id varchar not null,
  alias     varchar not null,
  pupil_id  uuid    not null,
  derived   boolean not null,           -- the pupil's own id was derived from this one
  primary key (tenant_id, alias)
);
create index pupil_alias_pupil on pupil_alias (pupil_id);

create table roster (
  tenant_id   varchar not null,
  pupil_id    uuid    not null,
  school_year int     not null,
  grade       int     not null,
  school_id   uuid    not null,
  commune     varchar not null,
  commune_on  date    not null,
  old_commune varchar null,
  wish_trade  varchar null,
  wish_level  varchar null check (wish_level in ('elementary', 'intermediate', 'college')),
  primary key (pupil_id, school_year)
);
create index roster_school on roster (school_id, school_year);

-- Each contact with where it comes from and when; the newest is current. Readable only with the sealing key.
create table contact (
  tenant_id      varchar not null,
  pupil_id       uuid    not null,
  collected_on   date    not null,
  source         varchar not null,
  sealed_contact varchar not null,
  family_key     varchar null,
  print          varchar not null,      -- keyed digest of the contact, to see whether a re-import changes it
  current        boolean not null,
  primary key (pupil_id, collected_on, source)
);
create unique index contact_current on contact (pupil_id) where current;
create index contact_family on contact (tenant_id, family_key) where current;

create table consent (
  tenant_id       varchar     not null,
  pupil_id        uuid        not null,
  purpose         varchar     not null,
  school_id       uuid        not null,
  school_year     int         not null,
  scope           varchar     not null check (scope in ('all', 'chosen', 'none')),
  institutions    uuid[]      not null default '{}',
  child_agreed    boolean     not null,
  guardian_agreed boolean     not null,
  objected        boolean     not null default false,
  text_version    varchar     not null,
  evidence        varchar     not null check (evidence in ('paper', 'web', 'phone_desk', 'school_record')),
  at              timestamptz not null,
  primary key (pupil_id, purpose),
  check (scope = 'none' or (child_agreed and guardian_agreed and not objected))
);

-- The last file of each list, so that sending it again does nothing.
create table list_import (
  tenant_id   varchar     not null,
  list        varchar     not null,
  scope       varchar     not null,
  sha256      bytea       not null,
  imported_at timestamptz not null,
  imported_by varchar     not null,
  rows        int         not null,
  primary key (tenant_id, list, scope)
);

create table round (
  tenant_id       varchar     not null,
  round_id        uuid        primary key,
  school_year     int         not null,
  number          int         not null,
  name            varchar     not null,
  status          varchar     not null check (status in ('open', 'checked', 'finalized')),
  opened_by       varchar     not null,
  opened_at       timestamptz not null,
  accepted_upload uuid        null,
  checked_by      varchar     null,
  checked_at      timestamptz null,
  finalized_by    varchar     null,
  finalized_at    timestamptz null,
  version         int         not null default 0,
  result_count    int         null,
  unique (tenant_id, school_year, number),
  check (status <> 'finalized' or finalized_by is not null and finalized_by <> checked_by)
);

create table upload (
  tenant_id    varchar     not null,
  upload_id    uuid        primary key,
  round_id     uuid        not null references round,
  sha256       bytea       not null,
  bytes        bigint      not null,
  uploaded_by  varchar     not null,
  uploaded_at  timestamptz not null,
  has_outcomes boolean     not null,
  mapping      jsonb       not null,
  counts       jsonb       not null,
  accepted_at  timestamptz null
);
create index upload_round on upload (round_id, uploaded_at);

-- Rows as a file states them, with the verdict on each; nothing counts before the upload is accepted.
create table upload_row (
  tenant_id        varchar       not null,
  upload_id        uuid          not null,
  row_no           int           not null,
  verdict          varchar       not null,
  matched_by       varchar       null,
  pupil_id         uuid          null,
  candidates       uuid[]        null,
  candidate_number varchar       null,
  ministry_id      varchar       null,
  citizen_id       varchar       null,
  sealed_name      bytea         null,
  name_fold        bytea         null,
  sealed_birth     bytea         null,
  school           varchar       null,
  council          varchar       null,
  literature       numeric(5, 2) null,
  mathematics      numeric(5, 2) null,
  foreign_language numeric(5, 2) null,
  total            numeric(6, 2) null,
  absent           boolean       not null,
  outcome          varchar       null,
  admitted_to      varchar       null,
  wish             int           null,
  print            bigint        not null,
  difference       varchar       null,
  notes            jsonb         null,
  decided_by       varchar       null,
  primary key (upload_id, row_no)
);
create index upload_row_shown on upload_row (upload_id, verdict, row_no) where verdict <> 'matched';

create table round_place (
  tenant_id varchar not null,
  round_id  uuid    not null references round,
  council   varchar not null,
  places    int     not null check (places >= 0),
  primary key (round_id, council)
);

-- Results per frozen version: finalising writes version 1, each amendment one more; rows never change.
create table result (
  tenant_id      varchar     not null,
  round_id       uuid        not null,
  pupil_id       uuid        not null,
  version        int         not null,
  outcome        varchar     not null check (outcome in ('admitted', 'without_place', 'absent')),
  admitted_to    uuid        null,
  programme      varchar     null,
  school_id      uuid        not null,
  area           varchar     not null,
  residence_area varchar     not null,
  reason         varchar     null check (reason in ('review_upheld', 'extra_round', 'private_school', 'error', 'opted_out')),
  at             timestamptz not null,
  primary key (round_id, pupil_id, version)
);
create index result_pupil on result (pupil_id);

create table graduation (
  tenant_id               varchar     not null,
  pupil_id                uuid        not null,
  level                   varchar     not null check (level in ('lower_secondary', 'upper_secondary')),
  cohort                  int         not null,
  programme               varchar     not null check (programme in ('general', 'continuing_education')),
  school_id               uuid        not null,
  school_area             varchar     not null,
  school_disadvantaged    boolean     not null,
  residence_area          varchar     not null,
  residence_before        varchar     null,
  residence_disadvantaged boolean     not null,
  recognised_at           timestamptz not null,
  primary key (pupil_id, level)
);
create index graduation_cohort on graduation (tenant_id, cohort, level, school_id);
