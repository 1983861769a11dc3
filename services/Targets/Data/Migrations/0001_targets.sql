-- One row per graduate and level. Recognition (Schools) and whereabouts (Destinations) come from two services in any order, so each may be missing for a while.
-- The status at each maturity is made by the database from the timeline, so that it can never disagree with it.
create table graduates (
  tenant_id             varchar     not null,
  graduate_id           uuid        not null,
  level                 varchar     not null check (level in ('lower_secondary', 'upper_secondary')),
  cohort                int         not null,
  census_on             date        not null,   -- by the plan in force for the province and year
  sustained_on          date        not null,

  recognised_at         timestamptz null,       -- null: heard of by Destinations only, counted nowhere yet
  school                uuid        null,
  school_area           varchar     null,
  residence_area        varchar     null,
  residence_area_before varchar     null,
  disadvantaged         boolean     null,       -- commune of residence on the list when recognised
  programme             varchar     null,

  version               bigint      not null default 0,   -- of Destinations' stream: an older version never replaces a newer
  sinces                date[]      not null default '{}',
  statuses              varchar[]   not null default '{}',
  duals                 boolean[]   not null default '{}',

  started        varchar generated always as (case
      when statuses[cardinality(statuses)] = 'out_of_cohort' then 'out_of_cohort'
      when 'gdnn_college' = any (statuses) then 'gdnn_college'
      when 'gdnn_intermediate' = any (statuses) then 'gdnn_intermediate'
      when 'gdnn_elementary' = any (statuses) then 'gdnn_elementary'
      when 'vocational_upper_secondary' = any (statuses) then 'vocational_upper_secondary'
      when 'upper_secondary' = any (statuses) then 'upper_secondary'
      when 'continuing_education' = any (statuses) then 'continuing_education'
      when 'other_training' = any (statuses) then 'other_training'
      when 'work' = any (statuses) then 'work'
      when 'abroad' = any (statuses) then 'abroad'
      when 'not_in_education' = any (statuses) then 'not_in_education'
      when 'declined' = any (statuses) then 'declined'
      else 'not_known' end) stored,
  started_dual   boolean generated always as (true = any (duals)) stored,
  census         varchar generated always as (coalesce(statuses[width_bucket(census_on, sinces)], 'not_known')) stored,
  census_dual    boolean generated always as (coalesce(duals[width_bucket(census_on, sinces)], false)) stored,
  sustained      varchar generated always as (coalesce(statuses[width_bucket(sustained_on, sinces)], 'not_known')) stored,
  sustained_dual boolean generated always as (coalesce(duals[width_bucket(sustained_on, sinces)], false)) stored,
  primary key (tenant_id, graduate_id, level)
);

-- Sums by area of the school and by area of residence, so that no query counts graduates. Changed in the statement that changes a graduate, by the difference it makes.
create table counts (
  tenant_id     varchar     not null,
  cohort        int         not null,
  level         varchar     not null,
  area_of       varchar     not null check (area_of in ('school', 'residence')),
  maturity      varchar     not null check (maturity in ('started', 'census', 'sustained')),
  area          varchar     not null,
  area_before   varchar     not null,   -- empty where unknown, and for schools: their old area follows from the succession of areas
  disadvantaged boolean     not null,
  programme     varchar     not null,
  status        varchar     not null,
  dual_track    boolean     not null,
  n             int         not null,
  changed_at    timestamptz not null default now(),
  primary key (tenant_id, cohort, level, area_of, maturity, area, area_before, disadvantaged, programme, status, dual_track)
);

-- The sums one graduate is part of: none while not recognised.
create function counted_in(g graduates) returns table (area_of varchar, maturity varchar, area varchar, area_before varchar, status varchar, dual_track boolean)
language sql immutable as $f$
  select a.area_of, m.maturity, a.area, a.area_before, m.status, m.dual_track
  from (values ('school'::varchar, g.school_area, ''::varchar), ('residence', g.residence_area, coalesce(g.residence_area_before, ''))) a(area_of, area, area_before)
  cross join (values ('started'::varchar, g.started, g.started_dual), ('census', g.census, g.census_dual), ('sustained', g.sustained, g.sustained_dual)) m(maturity, status, dual_track)
  where g.recognised_at is not null
$f$;

create function counts_follow_graduates() returns trigger
language plpgsql as $f$
begin
  if tg_op = 'INSERT' then
    insert into counts as c (tenant_id, cohort, level, area_of, maturity, area, area_before, disadvantaged, programme, status, dual_track, n)
    select a.tenant_id, a.cohort, a.level, i.area_of, i.maturity, i.area, i.area_before, a.disadvantaged, a.programme, i.status, i.dual_track, count(*)
    from after a cross join lateral counted_in(a) i
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    on conflict (tenant_id, cohort, level, area_of, maturity, area, area_before, disadvantaged, programme, status, dual_track)
    do update set n = c.n + excluded.n, changed_at = excluded.changed_at;
  else
    insert into counts as c (tenant_id, cohort, level, area_of, maturity, area, area_before, disadvantaged, programme, status, dual_track, n)
    select m.tenant_id, m.cohort, m.level, m.area_of, m.maturity, m.area, m.area_before, m.disadvantaged, m.programme, m.status, m.dual_track, sum(m.d)
    from (select -1 as d, b.tenant_id, b.cohort, b.level, b.disadvantaged, b.programme, i.* from before b cross join lateral counted_in(b) i
          union all
          select 1, a.tenant_id, a.cohort, a.level, a.disadvantaged, a.programme, i.* from after a cross join lateral counted_in(a) i) m
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 having sum(m.d) <> 0 order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    on conflict (tenant_id, cohort, level, area_of, maturity, area, area_before, disadvantaged, programme, status, dual_track)
    do update set n = c.n + excluded.n, changed_at = excluded.changed_at;
  end if;
  return null;
end $f$;

create trigger counts_follow_new_graduates after insert on graduates
  referencing new table as after for each statement execute function counts_follow_graduates();
create trigger counts_follow_changed_graduates after update on graduates
  referencing old table as before new table as after for each statement execute function counts_follow_graduates();

-- The register of areas with their dates and predecessors; a code names an area only together with its dates.
create table areas (
  tenant_id     varchar not null,
  kind          varchar not null,
  code          varchar not null,
  valid_from    date    not null,
  valid_to      date    null,
  name          varchar not null,
  parent        varchar null,
  disadvantaged boolean not null,
  predecessors  jsonb   not null,
  version       bigint  not null,
  primary key (tenant_id, kind, code, valid_from)
);

-- Outreach to the pupils of one school year: one row per pupil, every column only ever moved one way, so order and repeats do not matter.
create table guidance (
  tenant_id        varchar     not null,
  school_year      int         not null,
  pupil_id         uuid        not null,
  granted_at       timestamptz null,
  withdrawn_at     timestamptz null,
  first_contact_at timestamptz null,
  reached          boolean     not null default false,
  started_on       date        null,
  primary key (tenant_id, school_year, pupil_id)
);

-- Their sums, in 16 slots by pupil so that pupils of one province do not wait for each other.
create table guidance_counts (
  tenant_id         varchar     not null,
  school_year       int         not null,
  slot              int         not null,
  leads             int         not null default 0,
  withdrawn         int         not null default 0,
  contacted         int         not null default 0,
  contacted_in_time int         not null default 0,
  reached           int         not null default 0,
  started           int         not null default 0,
  changed_at        timestamptz not null default now(),
  primary key (tenant_id, school_year, slot)
);

create function guidance_counts_follow() returns trigger
language plpgsql as $f$
begin
  insert into guidance_counts as c (tenant_id, school_year, slot, leads, withdrawn, contacted, contacted_in_time, reached, started)
  select g.tenant_id, g.school_year, get_byte(uuid_send(g.pupil_id), 15) & 15,
    sum(d), sum(d * (withdrawn_at is not null)::int), sum(d * (first_contact_at is not null)::int),
    sum(d * coalesce(first_contact_at <= granted_at + interval '7 days', false)::int), sum(d * reached::int), sum(d * (started_on is not null)::int)
  from (select 1 as d, (new).* union all select -1, (old).* where tg_op = 'UPDATE') g
  where granted_at is not null
  group by 1, 2, 3
  on conflict (tenant_id, school_year, slot) do update set
    leads = c.leads + excluded.leads, withdrawn = c.withdrawn + excluded.withdrawn, contacted = c.contacted + excluded.contacted,
    contacted_in_time = c.contacted_in_time + excluded.contacted_in_time, reached = c.reached + excluded.reached, started = c.started + excluded.started,
    changed_at = excluded.changed_at;
  return null;
end $f$;

create trigger guidance_counts_follow after insert or update on guidance for each row execute function guidance_counts_follow();

-- Two consumers write graduates (Schools' and Destinations' facts), each many in a transaction and in its own order. One of them at a time per province,
-- taken before any row is locked, so they can never deadlock over the sums.
create function graduates_one_writer() returns trigger
language plpgsql as $f$
begin
  perform pg_advisory_xact_lock(hashtextextended('graduates:' || current_setting('app.tenant'), 0));
  return null;
end $f$;
create trigger graduates_one_writer before insert or update on graduates for each statement execute function graduates_one_writer();
