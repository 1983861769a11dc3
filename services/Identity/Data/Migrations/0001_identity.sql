-- Keys for signing tokens, shared by all replicas. A key signs from signs_from until the next key does,
-- and stays published for a while after, so that tokens it signed live out their ten minutes.
create table signing_key (
  kid        text        primary key,
  sealed     bytea       not null,   -- PKCS#8, AES-256-GCM under Identity__KeyEncryptionKey
  created_at timestamptz not null,
  signs_from timestamptz not null unique
);

-- Keys that protect cookies and antiforgery tokens, sealed in the same way.
create table data_protection_key (
  name   text  primary key,
  sealed bytea not null
);

create table organisation (
  organisation_id uuid    not null,
  tenant_id       varchar not null,
  kind            text    not null check (kind in ('operator', 'department', 'area_office', 'school', 'institution')),
  name            text    not null check (name is nfc normalized),
  parent_id       uuid    null,
  primary key (tenant_id, organisation_id),
  foreign key (tenant_id, parent_id) references organisation (tenant_id, organisation_id),
  check (parent_id is distinct from organisation_id),
  check ((parent_id is null) = (kind = 'operator'))
);
create unique index organisation_one_operator on organisation (tenant_id) where kind = 'operator';
create unique index organisation_one_department on organisation (tenant_id) where kind = 'department';

create table person (
  person_id       uuid        primary key,
  tenant_id       varchar     not null,
  organisation_id uuid        not null,
  username        text        not null check (username = lower(username) and username is nfc normalized),
  password_hash   text        not null,
  created_at      timestamptz not null,
  foreign key (tenant_id, organisation_id) references organisation (tenant_id, organisation_id)
);
create unique index person_username on person (username);

create table role_grant (
  tenant_id       varchar     not null,
  person_id       uuid        not null references person,
  organisation_id uuid        not null,
  role            text        not null,
  granted_by      text        not null,
  granted_at      timestamptz not null,
  primary key (tenant_id, person_id, organisation_id, role),
  foreign key (tenant_id, organisation_id) references organisation (tenant_id, organisation_id)
);

create table session (
  session_id uuid        primary key,
  tenant_id  varchar     not null,
  person_id  uuid        not null references person,
  started_at timestamptz not null,
  ends_at    timestamptz not null
);
create index session_person on session (person_id);

create table client (
  client_id       text        primary key,
  tenant_id       varchar     not null,
  organisation_id uuid        not null,
  role            text        not null,
  name            text        not null check (name is nfc normalized),
  scopes          text[]      not null,
  public_keys     text        null,   -- JWKS for private_key_jwt
  created_at      timestamptz not null,
  foreign key (tenant_id, organisation_id) references organisation (tenant_id, organisation_id)
);

create table client_secret (
  secret_id  uuid        primary key,
  tenant_id  varchar     not null,
  client_id  text        not null references client,
  hash       bytea       not null,
  created_at timestamptz not null,
  expires_at timestamptz null,
  leaked_at  timestamptz null
);
create index client_secret_client on client_secret (client_id);

-- Assertions of private_key_jwt already used; each is good once.
create table client_assertion (
  client_id  text        not null,
  jti        text        not null,
  expires_at timestamptz not null,
  primary key (client_id, jti)
);

-- Whose access is stopped now: nothing is issued to them.
create table access_stop (
  tenant_id  varchar     not null,
  kind       text        not null check (kind in ('person', 'client', 'organisation')),
  subject    text        not null,
  stopped_by text        not null,
  stopped_at timestamptz not null,
  primary key (tenant_id, kind, subject)
);

-- When the next try is due, per hashed client id or username. Loss in a crash is harmless.
create unlogged table throttle (
  key      bytea       primary key,
  next_at  timestamptz not null,
  failures int         not null default 0
);
