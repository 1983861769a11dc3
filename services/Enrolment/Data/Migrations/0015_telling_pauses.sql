-- Families that could not be told that somebody wrote to them (mode B): how often it was tried, and from when on again. Written before each attempt, gone with success.
create table family_telling (
  tenant_id varchar     not null,
  pupil_id  uuid        not null,
  attempts  int         not null check (attempts > 0),
  next_at   timestamptz not null,
  primary key (pupil_id, tenant_id)
);
-- The message gateway, or the way to it, is away: nobody of the province is told before.
create table telling_pause (
  tenant_id varchar     not null,
  failures  int         not null check (failures > 0),
  next_at   timestamptz not null,
  primary key (tenant_id)
);
create policy province on family_telling as restrictive using (current_setting('app.institution', true) = '*');
create policy province on telling_pause as restrictive using (current_setting('app.institution', true) = '*');
