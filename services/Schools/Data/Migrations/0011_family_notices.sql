-- The family was told on this day that somebody wrote to it: once a day at most (mode B).
create table family_notice (
  tenant_id varchar     not null,
  pupil_id  uuid        not null,
  day       date        not null,
  sent_at   timestamptz not null,
  primary key (pupil_id, day, tenant_id)
);
