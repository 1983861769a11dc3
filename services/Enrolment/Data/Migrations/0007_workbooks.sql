-- Workbooks for institutions without developers: who may open one, until when it can be fetched and sent back. The file itself is never stored; it is made at each download.
create table workbook (
  tenant_id       varchar     not null,
  workbook_id     uuid        not null,
  institution_id  uuid        not null,
  purpose         varchar     not null,
  made_by         varchar     not null,
  made_at         timestamptz not null,
  file_until      timestamptz not null,
  returns_until   timestamptz not null,
  sealed_password varchar     not null,
  told_at         timestamptz null,   -- the password was told, once
  told_to         varchar     null,
  primary key (workbook_id, tenant_id),
  check ((told_at is null) = (told_to is null)),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);
create index workbook_of on workbook (institution_id, tenant_id);

-- One lead in one workbook. The token is all that comes back; what was taken from the row is remembered, so that the same file changes nothing the second time.
create table workbook_row (
  tenant_id      varchar     not null,
  token          varchar     not null,
  workbook_id    uuid        not null,
  institution_id uuid        not null,
  lead_id        uuid        not null,
  contact_at     timestamptz null,
  contact_hash   bytea       null,
  enrolled_hash  bytea       null,
  primary key (token, tenant_id),
  foreign key (tenant_id, workbook_id) references workbook (tenant_id, workbook_id)
);
create index workbook_row_of on workbook_row (workbook_id, tenant_id);

create policy institution on workbook as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on workbook_row as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
