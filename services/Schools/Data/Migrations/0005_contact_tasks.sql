-- Numbers that proved wrong: the school that knows the family is asked for the right one. One open task per pupil.
create table contact_task (
  tenant_id   varchar     not null,
  task_id     uuid        primary key,
  pupil_id    uuid        not null,
  school_id   uuid        not null,
  school_year int         not null,
  raised_at   timestamptz not null,
  closed_at   timestamptz null,
  closed_by   varchar     null
);
create unique index contact_task_open on contact_task (pupil_id) where closed_at is null;
create index contact_task_school on contact_task (tenant_id, school_id, raised_at) where closed_at is null;
