-- Who may no longer call although their token still lives.
create table if not exists revoked_access (
  tenant_id varchar     not null,
  kind      varchar     not null,
  subject   varchar     not null,
  revoked   boolean     not null,
  at        timestamptz not null,
  primary key (tenant_id, kind, subject)
);

-- One effect for one Idempotency-Key: key, request hash and answer commit with the effect.
create table if not exists idempotency (
  tenant_id    varchar     not null,
  caller       varchar     not null,
  route        varchar     not null,
  key          varchar     not null,
  request_hash bytea       not null,
  answer       text        null,
  at           timestamptz not null default now(),
  primary key (tenant_id, caller, route, key)
);
create index if not exists idempotency_at on idempotency (at);

-- Every read of personal data, written in the same transaction as the read, or the read does not happen.
create table if not exists pii_access (
  tenant_id    varchar     not null,
  access_id    uuid        not null,
  at           timestamptz not null,
  subject      varchar     not null,
  client_id    varchar     null,
  organisation uuid        null,
  purpose      varchar     not null,
  route        varchar     not null,
  primary key (tenant_id, access_id)
);
create table if not exists pii_access_item (
  tenant_id varchar not null,
  access_id uuid    not null,
  pupil_id  uuid    not null,
  fields    varchar not null,
  primary key (tenant_id, pupil_id, access_id),
  foreign key (tenant_id, access_id) references pii_access (tenant_id, access_id)
);
