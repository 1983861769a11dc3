-- Plans loaded by the API, every version; the newest of an id holds, in place of a file with that id.
create table plans (
  tenant_id varchar     not null,
  plan_id   varchar     not null,
  version   int         not null,
  body      text        not null,   -- as it was given, so that a fault has its line
  loaded_by varchar     null,
  loaded_at timestamptz not null,
  primary key (tenant_id, plan_id, version)
);
