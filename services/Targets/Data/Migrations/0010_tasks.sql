-- Tasks, made from the plans' calendars: one row per task, period, holder and area. Made again when a plan, a succession or the register of areas changes; what people did to them stays.
create table task (
  tenant_id     varchar     not null,
  task_id       uuid        not null,   -- by name, so that the same task has the same id whenever it is made
  plan_id       varchar     not null,
  kind          varchar     not null check (kind in ('task', 'report', 'phase_item', 'conference')),
  code          varchar     not null,
  period        varchar     not null,
  first_year    int         not null,
  last_year     int         not null,
  owner         varchar     not null,   -- function whose holder does it; empty where the plan names nobody
  area          varchar     not null,   -- empty for the whole province
  title_vi      varchar     not null,
  title_en      varchar     not null,
  clause        varchar     not null,
  awaits        varchar     null,       -- the event that decides when it may begin
  not_before    date        null,       -- null while that event has not happened
  due           date        null,       -- as the plan says it; null where it says none
  last_day      date        not null,   -- the last day in time
  late_until    date        not null,
  locked_from   date        not null,
  depends_on    varchar[]   not null,

  state         varchar     not null default 'not_begun' check (state in ('not_begun', 'in_progress', 'submitted', 'accepted', 'returned')),
  submitted_on  date        null,       -- the submission that counts: the newest
  submitted_by  varchar     null,
  dropped_at    timestamptz null,       -- no longer asked for, but somebody had worked at it
  changed_at    timestamptz not null,
  version       int         not null default 1,
  primary key (tenant_id, task_id),
  unique (tenant_id, plan_id, code, period, owner, area)
);
create index task_years on task (tenant_id, first_year, last_year);

-- Who did what to a task, and why.
create table task_act (
  tenant_id varchar     not null,
  act_id    uuid        not null,
  place     bigint      not null generated always as identity,
  task_id   uuid        not null,
  at        timestamptz not null,
  act       varchar     not null,
  by        varchar     not null,
  note      varchar     null,
  primary key (tenant_id, act_id),
  foreign key (tenant_id, task_id) references task (tenant_id, task_id)
);
create index task_act_task on task_act (tenant_id, task_id);

create table task_evidence (
  tenant_id    varchar     not null,
  evidence_id  uuid        not null,
  task_id      uuid        not null,
  title        varchar     not null,
  content_type varchar     not null,   -- by the content, whatever the sender called it
  size         int         not null,
  sha256       bytea       not null,
  content      bytea       not null,
  personal     boolean     not null,
  added_by     varchar     not null,
  added_at     timestamptz not null,
  primary key (tenant_id, evidence_id),
  unique (tenant_id, task_id, sha256),
  foreign key (tenant_id, task_id) references task (tenant_id, task_id)
);

-- Who read evidence that holds personal data, for what; written in the transaction of the read.
create table task_evidence_read (
  tenant_id   varchar     not null,
  read_id     uuid        not null,
  evidence_id uuid        not null,
  at          timestamptz not null,
  subject     varchar     not null,
  purpose     varchar     not null,
  primary key (tenant_id, read_id)
);

-- Which organisation does the work of which function, where.
create table task_owner (
  tenant_id       varchar not null,
  organisation_id uuid    not null,
  owner           varchar not null,
  area            varchar not null,
  primary key (tenant_id, organisation_id, owner, area)
);

-- Days on which a year's events happened; what is due after one has no date before.
create table plan_event (
  tenant_id   varchar not null,
  year        int     not null,
  event       varchar not null,
  happened_on date    not null,
  primary key (tenant_id, year, event)
);

-- Reminders and escalations, each once per task and last day.
create table task_notice (
  tenant_id varchar     not null,
  notice_id uuid        not null,
  task_id   uuid        not null,
  code      varchar     not null,
  last_day  date        not null,
  at        timestamptz not null,
  primary key (tenant_id, notice_id),
  unique (tenant_id, task_id, last_day, code),
  foreign key (tenant_id, task_id) references task (tenant_id, task_id) on delete cascade
);

-- Calendar programs cannot sign in: a secret of one person, told once, kept as a hash, ended at any time.
create table calendar_key (
  tenant_id       varchar     not null,
  key_id          uuid        not null,
  hash            bytea       not null,
  subject         varchar     not null,
  organisation_id uuid        null,       -- null: the whole province
  created_at      timestamptz not null,
  used_on         date        null,
  revoked_at      timestamptz null,
  primary key (tenant_id, key_id),
  unique (hash)
);

-- Inspections: who goes where, what they found, and what became of it.
create table inspection (
  tenant_id     varchar     not null,
  inspection_id uuid        not null,
  year          int         not null,
  level         varchar     not null check (level in ('province', 'area')),
  area          varchar     not null,   -- of the team of an area; empty for the province's
  team          varchar     not null,
  members       varchar[]   not null,
  planned_on    date        not null,
  areas         varchar[]   not null,   -- to be visited
  held_on       date        null,
  made_by       varchar     not null,
  changed_at    timestamptz not null,
  primary key (tenant_id, inspection_id)
);

create table inspection_finding (
  tenant_id     varchar     not null,
  finding_id    uuid        not null,
  inspection_id uuid        not null,
  area          varchar     not null,
  severity      varchar     not null check (severity in ('minor', 'major', 'critical')),
  text          varchar     not null,
  follow_up     varchar     not null,
  follow_up_by  date        not null,
  found_on      date        not null,
  found_by      varchar     not null,
  closed_on     date        null,
  closed_by     varchar     null,
  result        varchar     null,
  primary key (tenant_id, finding_id),
  foreign key (tenant_id, inspection_id) references inspection (tenant_id, inspection_id)
);
create index inspection_finding_of on inspection_finding (tenant_id, inspection_id);
