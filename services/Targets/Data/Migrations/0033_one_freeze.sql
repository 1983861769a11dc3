-- Approving a report freezes its indicators where all frozen figures are: of one area, where the report is an area's, within the borders it was counted in.
alter table frozen_figures add area varchar not null default '', add border varchar not null default 'new';

-- What a submitted report counted, year by year, until it is approved or returned.
create table report_items (
  tenant_id varchar not null,
  report_id uuid    not null,
  year      int     not null,
  plan_id   varchar null,
  border    varchar not null,
  body      text    not null,   -- in the words of GET /v1/indicators
  sha256    bytea   not null,
  primary key (tenant_id, report_id, year),
  foreign key (tenant_id, report_id) references report (tenant_id, report_id)
);

-- The frozen figures of a frozen report.
create table report_freeze (
  tenant_id varchar not null,
  report_id uuid    not null,
  version   int     not null,
  year      int     not null,
  freeze_id uuid    not null,
  primary key (tenant_id, report_id, version, year),
  foreign key (tenant_id, report_id, version) references report_frozen (tenant_id, report_id, version),
  foreign key (freeze_id, tenant_id) references frozen_figures (freeze_id, tenant_id)
);
create trigger frozen_stays before update or delete on report_freeze for each row execute function frozen_stays();
