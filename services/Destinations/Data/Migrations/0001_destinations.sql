-- One row per person of whom anything was heard. Taking its lock first makes two facts about one person wait for each other.
create table people (
  tenant_id varchar not null,
  pupil_id  uuid    not null,
  primary key (tenant_id, pupil_id)
);

-- Everything known about a person, also before they are recognised as a graduate. Rows are never changed or removed.
create table facts (
  tenant_id       varchar     not null,
  pupil_id        uuid        not null,
  id              uuid        not null,
  kind            varchar     not null check (kind in ('admission', 'enrolment', 'departure', 'situation', 'retraction')),
  source          uuid        not null,
  version         int         not null,
  status          varchar     null,
  since           date        not null,
  institution     uuid        null,
  culture         boolean     not null,
  out_of_province boolean     not null,
  reason          varchar     null,
  reported_by     varchar     not null,
  recorded_at     timestamptz not null,
  primary key (tenant_id, pupil_id, id),
  foreign key (tenant_id, pupil_id) references people (tenant_id, pupil_id)
);

-- One row per graduate and level: membership of a cohort, the status now and every status so far.
create table graduates (
  tenant_id               varchar     not null,
  pupil_id                uuid        not null,
  level                   varchar     not null check (level in ('lower_secondary', 'upper_secondary')),
  cohort                  int         not null,
  school                  uuid        not null,
  school_area             varchar     not null,
  school_disadvantaged    boolean     not null,
  programme               varchar     not null,
  residence_area          varchar     not null,
  residence_area_before   varchar     null,
  residence_disadvantaged boolean     not null,
  recognised_at           timestamptz not null,
  status                  varchar     not null,
  since                   date        null,       -- null while nothing is known
  institution             uuid        null,
  dual_track              boolean     not null,
  periods                 jsonb       not null,
  primary key (tenant_id, pupil_id, level),
  foreign key (tenant_id, pupil_id) references people (tenant_id, pupil_id)
);
create index graduates_by_school on graduates (tenant_id, cohort, level, school, pupil_id);

-- Where a graduate was on a day: the last period that had begun, or not known before the first.
create function status_on(periods jsonb, day date) returns varchar
language sql immutable parallel safe as $f$
  select coalesce(
    (select p.value ->> 'status' from jsonb_array_elements(periods) with ordinality p(value, nr)
     where (p.value ->> 'since')::date <= day order by p.nr desc limit 1),
    'not_known')
$f$;

create function dual_track_on(periods jsonb, day date) returns boolean
language sql immutable parallel safe as $f$
  select coalesce(
    (select (p.value ->> 'dual_track')::boolean from jsonb_array_elements(periods) with ordinality p(value, nr)
     where (p.value ->> 'since')::date <= day order by p.nr desc limit 1),
    false)
$f$;

-- Sums by school and by area, so that no request counts graduates. Changed in the statement that changes a graduate, by the difference it makes.
create table counts (
  tenant_id  varchar not null,
  cohort     int     not null,
  level      varchar not null,
  scope      varchar not null check (scope in ('school', 'school_area', 'residence_area', 'residence_area_before')),
  key        varchar not null,
  status     varchar not null,
  dual_track boolean not null,
  n          int     not null,
  primary key (tenant_id, cohort, level, scope, key, status, dual_track)
);

-- The sums one graduate is part of.
create function counted_in(g graduates) returns table (scope varchar, key varchar)
language sql immutable as $f$
  values ('school', g.school::varchar), ('school_area', g.school_area), ('residence_area', g.residence_area),
         ('residence_area_before', coalesce(g.residence_area_before, ''))
$f$;

create function counts_follow_graduates() returns trigger
language plpgsql as $f$
begin
  if tg_op = 'INSERT' then
    insert into counts as c (tenant_id, cohort, level, scope, key, status, dual_track, n)
    select a.tenant_id, a.cohort, a.level, i.scope, i.key, a.status, a.dual_track, count(*)
    from after a cross join lateral counted_in(a) i
    group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
    on conflict (tenant_id, cohort, level, scope, key, status, dual_track) do update set n = c.n + excluded.n;
  elsif tg_op = 'UPDATE' then
    insert into counts as c (tenant_id, cohort, level, scope, key, status, dual_track, n)
    select m.tenant_id, m.cohort, m.level, m.scope, m.key, m.status, m.dual_track, sum(m.d)
    from (select -1 as d, b.tenant_id, b.cohort, b.level, b.status, b.dual_track, i.* from before b cross join lateral counted_in(b) i
          union all
          select 1, a.tenant_id, a.cohort, a.level, a.status, a.dual_track, i.* from after a cross join lateral counted_in(a) i) m
    group by 1, 2, 3, 4, 5, 6, 7 having sum(m.d) <> 0 order by 1, 2, 3, 4, 5, 6, 7
    on conflict (tenant_id, cohort, level, scope, key, status, dual_track) do update set n = c.n + excluded.n;
  else
    insert into counts as c (tenant_id, cohort, level, scope, key, status, dual_track, n)
    select b.tenant_id, b.cohort, b.level, i.scope, i.key, b.status, b.dual_track, -count(*)
    from before b cross join lateral counted_in(b) i
    group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7
    on conflict (tenant_id, cohort, level, scope, key, status, dual_track) do update set n = c.n + excluded.n;
  end if;
  return null;
end $f$;

create trigger counts_follow_new_graduates after insert on graduates
  referencing new table as after for each statement execute function counts_follow_graduates();
create trigger counts_follow_changed_graduates after update on graduates
  referencing old table as before new table as after for each statement execute function counts_follow_graduates();
create trigger counts_follow_removed_graduates after delete on graduates   -- a rebuild empties the table before it replays the log
  referencing old table as before for each statement execute function counts_follow_graduates();

-- Several writers (two consumers, people over HTTP) change many people in a transaction, each in its own order. One of them at a time per province,
-- taken before any row is locked, so they can never deadlock over people or sums.
create function people_one_writer() returns trigger
language plpgsql as $f$
begin
  perform pg_advisory_xact_lock(hashtextextended('people:' || current_setting('app.tenant'), 0));
  return null;
end $f$;
create trigger people_one_writer before insert on people for each statement execute function people_one_writer();
