-- Keys of the pupils whose leads somebody may read, carried here from Schools; wrapped under the province's, that under the master key. Deleting a pupil's rows erases what was sealed under them.
create table province_key (
  tenant_id varchar     not null,
  version   int         not null,
  wrapped   bytea       not null,
  made_at   timestamptz not null,
  primary key (tenant_id, version)
);
create table pupil_key (
  tenant_id        varchar not null,
  pupil_id         uuid    not null,
  version          uuid    not null,
  province_version int     not null,
  wrapped          bytea   not null,
  primary key (pupil_id, version, tenant_id)
);
-- How far this database knows the ledger of withdrawals, in bytes of its file.
create table ledger_head (one boolean primary key default true check (one), pos bigint not null default 0);
insert into ledger_head values (true);

-- A pupil who was erased is still counted; nothing says who it was.
alter table candidate add erased_at timestamptz null;
alter table candidate drop constraint candidate_check;
alter table candidate add constraint contact_unless_erased check (outcome <> 'without_place' or erased_at is not null or (sealed_contact is not null and family_key is not null and residence is not null));

-- What a family said on its page: contact is to rest until a day; the child is at school elsewhere already.
create table family_pause (
  tenant_id varchar     not null,
  pupil_id  uuid        not null,
  until     timestamptz not null,
  said_at   timestamptz not null,
  primary key (pupil_id, tenant_id)
);
create table family_elsewhere (
  tenant_id   varchar     not null,
  pupil_id    uuid        not null,
  institution uuid        null,
  place       varchar     not null,
  said_at     timestamptz not null,
  primary key (pupil_id, tenant_id)
);
create policy province on family_pause as restrictive using (current_setting('app.institution', true) = '*');
create policy province on family_elsewhere as restrictive using (current_setting('app.institution', true) = '*');
