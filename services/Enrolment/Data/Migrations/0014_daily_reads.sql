-- How many children's details an institution reads on one day at most (reliability.md, S5), as its agreement says; null is the platform's number.
alter table agreement add column daily_reads int null check (daily_reads > 0);

-- Which leads an institution was shown on a day, each once, and how many these are. The journal has every read; this only counts.
create table lead_shown (
  tenant_id      varchar not null,
  institution_id uuid    not null,
  day            date    not null,
  lead_id        uuid    not null,
  primary key (institution_id, day, lead_id, tenant_id)
);
create table daily_reads (
  tenant_id      varchar not null,
  institution_id uuid    not null,
  day            date    not null,
  leads          int     not null check (leads >= 0),
  primary key (institution_id, day, tenant_id)
);
-- Alarms that rang, each once a day.
create table daily_reads_alarm (
  tenant_id      varchar     not null,
  institution_id uuid        not null,
  day            date        not null,
  percent        int         not null,
  raised_at      timestamptz not null,
  primary key (institution_id, day, percent, tenant_id)
);
create policy institution on lead_shown as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on daily_reads as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on daily_reads_alarm as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
