-- Each pupil's own keys, wrapped under the province's, that under the master key. Deleting a pupil's rows erases what was sealed under them, in events and backups too.
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

-- A pupil who was erased is still counted; nothing says who it was, and no later list brings it back.
alter table pupil add erased_at timestamptz null;
