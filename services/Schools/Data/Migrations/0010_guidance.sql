-- What schools do for career guidance. Every table keeps in `published` the digest of what the other services were last told of a row.

-- Whether a school is an ethnic boarding one is part of its kind; the digest is of one period.
alter table school add published varchar null;

-- Who counts as the guardian of a pupil in a school year: the blind index of the phone known first, or the pupil's own id where none was. It stays when a number is corrected, so that who was reached stays reached.
alter table roster add guardian varchar null;

create table career_programme (
  tenant_id    varchar     not null,
  programme_id uuid        not null,
  school_id    uuid        not null,
  school_year  int         not null,
  code         varchar     not null,
  approved_on  date        null,
  approval     varchar     null,      -- number of the approval
  partners     varchar[]   not null,
  trades       varchar[]   not null,
  activities   jsonb       not null,  -- delivered ones: day and title
  file_hash    varchar     null,
  reported_by  varchar     not null,
  reported_at  timestamptz not null,
  published    varchar     null,
  primary key (programme_id, tenant_id)
);
create index career_programme_year on career_programme (tenant_id, school_year, school_id);

-- A teacher is known by the code of the staff register alone.
create table counsellor (
  tenant_id     varchar not null,
  counsellor_id uuid    not null,
  code          varchar not null,
  published     varchar null,
  primary key (counsellor_id, tenant_id)
);
create table counsellor_record (
  tenant_id     varchar     not null,
  counsellor_id uuid        not null,
  record        varchar     not null check (record in ('assignment', 'certificate', 'training', 'leave')),
  school_id     uuid        not null,  -- zero where it is not about one school
  from_on       date        not null,
  to_on         date        null check (to_on >= from_on),
  decided_on    date        null,
  recognised    boolean     not null,
  reported_by   varchar     not null,
  reported_at   timestamptz not null,
  primary key (counsellor_id, record, school_id, from_on, tenant_id)
);

create table guidance_session (
  tenant_id   varchar     not null,
  session_id  uuid        not null,
  code        varchar     not null,
  cluster     varchar     not null,
  on_date     date        not null,
  state       varchar     not null check (state in ('planned', 'held', 'cancelled', 'merged')),
  merged_into uuid        null check ((merged_into is not null) = (state = 'merged')),
  schools     uuid[]      not null,
  reported_by varchar     not null,
  reported_at timestamptz not null,
  published   varchar     null,
  primary key (session_id, tenant_id)
);

-- One record per school, kind, day and session; one row per pupil and who of the family was reached.
create table guidance_reach (
  tenant_id   varchar     not null,
  record_id   uuid        not null,
  school_id   uuid        not null,
  school_year int         not null,
  kind        varchar     not null check (kind in ('attended_session', 'read_receipt', 'signed_minutes', 'sent')),
  on_date     date        not null,
  session_id  uuid        null,
  published   varchar     null,
  primary key (record_id, tenant_id)
);
create table guidance_reach_person (
  tenant_id varchar not null,
  record_id uuid    not null,
  pupil_id  uuid    not null,
  pupil     boolean not null,
  guardian  boolean not null,
  primary key (record_id, pupil_id, tenant_id)
);

create table guidance_facility (
  tenant_id   varchar     not null,
  facility_id uuid        not null,
  school_id   uuid        not null,
  kind        varchar     not null check (kind in ('counselling_room', 'information_corner', 'trade_workshop', 'stem_room', 'equipment_set')),
  count       int         not null check (count >= 0),
  from_on     date        not null,
  to_on       date        null check (to_on >= from_on),
  reported_by varchar     not null,
  reported_at timestamptz not null,
  published   varchar     null,
  primary key (facility_id, tenant_id)
);

-- Families who declared that their child will not sit the exam. The wording is kept as a keyed digest only.
create table exam_withdrawal (
  tenant_id   varchar     not null,
  school_year int         not null,
  pupil_id    uuid        not null,
  school_id   uuid        not null,
  closes_on   date        not null,
  signed_on   date        not null,
  wording     varchar     not null,
  taken_back  boolean     not null,
  received_by varchar     not null,
  received_at timestamptz not null,
  primary key (pupil_id, school_year, tenant_id)
);
