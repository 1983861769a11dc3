-- Who contacted whom when, for the one question whether a family was called by too many at once.
create table guidance_contacts (
  tenant_id    varchar     not null,
  school_year  int         not null,
  pupil_id     uuid        not null,
  institution  uuid        not null,
  contacted_at timestamptz not null,
  primary key (tenant_id, school_year, pupil_id, institution, contacted_at)
);
