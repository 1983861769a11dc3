-- Codes with which a family signs in, sent by letter or message to the address that the school knows. Of the code only a hash is kept; the pupil's id is what the token names.
create table family_code (
  tenant_id  varchar     not null,
  pupil_id   uuid        not null,
  lookup     varchar     not null,
  secret     bytea       not null,
  made_at    timestamptz not null,
  expires_at timestamptz not null,
  primary key (pupil_id, tenant_id)
);
create unique index family_code_lookup on family_code (lookup);
