-- Figures as they were when a report was approved, and what later facts made of them; rows never change and never go.
create table frozen_figures (
  tenant_id varchar     not null,
  freeze_id uuid        not null,
  year      int         not null,
  plan_id   varchar     null,
  purpose   varchar     not null,
  frozen_by varchar     not null,
  frozen_at timestamptz not null,
  body      text        not null,   -- the figures, in the words of GET /v1/indicators
  sha256    bytea       not null,
  primary key (freeze_id, tenant_id)
);
create index frozen_figures_year on frozen_figures (tenant_id, year, frozen_at);

create table restatements (
  tenant_id   varchar     not null,
  freeze_id   uuid        not null,
  number      int         not null,
  code        varchar     not null,
  variant     varchar     not null,
  levels      varchar     not null,
  reason      varchar     not null,
  note        varchar     null,
  before      text        not null,
  after       text        not null,
  restated_by varchar     not null,
  restated_at timestamptz not null,
  primary key (freeze_id, number, tenant_id)
);

create function frozen_stays() returns trigger language plpgsql as $f$
begin
  raise exception 'frozen figures never change' using errcode = 'integrity_constraint_violation';
end $f$;
create trigger frozen_stays before update or delete on frozen_figures for each row execute function frozen_stays();
create trigger frozen_stays before update or delete on restatements for each row execute function frozen_stays();

-- What inspectors found about a school whose figures called for an inspection.
create table guard_findings (
  tenant_id   varchar     not null,
  school_year int         not null,
  school      uuid        not null,
  number      int         not null,
  outcome     varchar     not null check (outcome in ('explained', 'confirmed', 'open')),
  note        varchar     not null,
  found_by    varchar     not null,
  found_at    timestamptz not null,
  primary key (school, school_year, number, tenant_id)
);
