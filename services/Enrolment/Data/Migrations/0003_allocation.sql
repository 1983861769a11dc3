-- How well a grant fits (0 best, 3 worst; see Domain/Allocation.cs) and when the institution last turned to the family.
alter table lead_grant
  add wish            smallint    not null default 0 check (wish between 0 and 3),
  add area            smallint    not null default 0 check (area between 0 and 3),
  add last_contact_at timestamptz null;
-- What the clocks of the allocation look for.
create index lead_grant_silent on lead_grant (granted_at, tenant_id) where state = 'offered';
create index lead_grant_left_alone on lead_grant (coalesce(last_contact_at, granted_at), tenant_id) where state in ('contacted', 'refused', 'applied');

-- One round of the allocation, and per lead one letter for each of its institutions (Domain/Verdict.cs). A lead that still waits gets a row only when something changed.
create table allocation_run (
  tenant_id    varchar     not null,
  run_id       uuid        not null,
  school_year  int         not null,
  rule_version varchar     not null,
  seed         varchar     not null,
  institutions uuid[]      not null,
  decided_at   timestamptz not null,
  leads        int         not null,
  grants       int         not null,
  primary key (run_id, tenant_id)
);
create table allocation_verdict (
  tenant_id varchar not null,
  lead_id   uuid    not null,
  run_id    uuid    not null,
  verdicts  varchar not null,
  primary key (lead_id, run_id, tenant_id),
  foreign key (tenant_id, run_id) references allocation_run (tenant_id, run_id),
  foreign key (tenant_id, lead_id) references lead (tenant_id, lead_id)
);

-- The area office's tasks: leads that have no suitable offer when the escalation day has come.
create table escalation (
  tenant_id    varchar     not null,
  lead_id      uuid        not null,
  school_year  int         not null,
  raised_at    timestamptz not null,
  closed_at    timestamptz null,
  close_reason varchar     null check (close_reason in ('offered', 'enrolled', 'withdrawn')),
  primary key (lead_id, tenant_id),
  foreign key (tenant_id, lead_id) references lead (tenant_id, lead_id),
  check ((closed_at is null) = (close_reason is null))
);
create index escalation_open on escalation (school_year, tenant_id) where closed_at is null;

create policy province on allocation_run as restrictive using (current_setting('app.institution', true) = '*');
create policy province on allocation_verdict as restrictive using (current_setting('app.institution', true) = '*');
create policy province on escalation as restrictive using (current_setting('app.institution', true) = '*');
