-- Reports on their way up: one per kind, time and area. What was accepted or approved is kept beside, frozen.
create table report (
  tenant_id    varchar     not null,
  report_id    uuid        not null,   -- by name
  kind         varchar     not null,
  from_year    int         not null,
  year         int         not null,
  part         int         null,
  area         varchar     not null,   -- empty for the province
  state        varchar     not null check (state in ('draft', 'submitted', 'returned', 'accepted', 'approved')),
  version      int         not null default 1,
  texts        text        not null default '{}',   -- JSON: part -> what people wrote
  letterhead   text        null,       -- fixed when submitted
  figures      text        null,       -- fixed when submitted, as JSON
  sha256       bytea       null,       -- over figures and texts
  submitted_by varchar     null,
  submitted_at timestamptz null,
  changed_at   timestamptz not null,
  revision     int         not null default 1,
  primary key (tenant_id, report_id),
  unique nulls not distinct (tenant_id, kind, from_year, year, part, area)
);

create table report_frozen (
  tenant_id  varchar     not null,
  report_id  uuid        not null,
  version    int         not null,
  figures    text        not null,
  texts      text        not null,
  letterhead text        not null,
  number     varchar     not null,
  issued_on  date        not null,
  sha256     bytea       not null,
  frozen_by  varchar     not null,
  frozen_at  timestamptz not null,
  primary key (tenant_id, report_id, version),
  foreign key (tenant_id, report_id) references report (tenant_id, report_id)
);

create function frozen_reports_never_change() returns trigger language plpgsql as $f$
begin
  raise exception 'a frozen report never changes' using errcode = 'restrict_violation';
end $f$;
create trigger frozen_reports_never_change before update or delete on report_frozen for each row execute function frozen_reports_never_change();
create trigger frozen_reports_stay before truncate on report_frozen for each statement execute function frozen_reports_never_change();

create table report_act (
  tenant_id varchar     not null,
  act_id    uuid        not null,
  place     bigint      not null generated always as identity,
  report_id uuid        not null,
  version   int         not null,
  at        timestamptz not null,
  act       varchar     not null,
  by        varchar     not null,
  note      varchar     null,
  primary key (tenant_id, act_id),
  foreign key (tenant_id, report_id) references report (tenant_id, report_id)
);
create index report_act_report on report_act (tenant_id, report_id);

-- What became known after a report was frozen: why, and each number as it stood and as it is.
create table report_restatement (
  tenant_id      varchar     not null,
  restatement_id uuid        not null,
  report_id      uuid        not null,
  version        int         not null,
  at             timestamptz not null,
  by             varchar     not null,
  reason         varchar     not null,
  differences    text        not null,   -- JSON
  primary key (tenant_id, restatement_id),
  foreign key (tenant_id, report_id, version) references report_frozen (tenant_id, report_id, version)
);

create table report_letterhead (
  tenant_id  varchar     not null,
  area       varchar     not null,   -- empty for the province
  body       text        not null,
  set_by     varchar     not null,
  set_at     timestamptz not null,
  primary key (tenant_id, area)
);
