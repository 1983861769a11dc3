-- What schools do for career guidance, each thing as it was last told: schools by period, programmes, counsellors, sessions, facilities, participation in exams, declarations not to sit one.
-- A few thousand rows a province; figures are counted from them by Domain/GuidanceFacts.cs for any day. `recorded_at` is the producer's, so that hearing again gives the same rows.
create table school_facts (
  tenant_id   varchar     not null,
  kind        varchar     not null,
  id          uuid        not null,
  school_year int         null,
  version     bigint      not null,   -- an older version never replaces a newer
  body        jsonb       not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, kind, id)
);
create index school_facts_year on school_facts (tenant_id, kind, school_year);

-- Who is on which roster: of two words about one pupil and year the later stands.
create table enrolled (
  tenant_id   varchar     not null,
  school_year int         not null,
  pupil_id    uuid        not null,
  school      uuid        not null,
  grade       int         not null,
  family      varchar     not null,
  listed_at   timestamptz not null,
  primary key (tenant_id, school_year, pupil_id)
);
create index enrolled_school on enrolled (tenant_id, school_year, school);

-- Whom guidance reached, by record: a later version of a record takes the place of an earlier.
create table reach_records (
  tenant_id   varchar     not null,
  record_id   uuid        not null,
  version     bigint      not null,
  school_year int         not null,
  school      uuid        not null,
  kind        varchar     not null,
  on_date     date        not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, record_id)
);
create table reach_people (
  tenant_id   varchar not null,
  record_id   uuid    not null,
  school_year int     not null,
  school      uuid    not null,
  who         varchar not null check (who in ('pupil', 'guardian')),
  key         varchar not null,
  on_date     date    not null,
  reached     boolean not null,   -- false: only sent
  primary key (tenant_id, record_id, who, key)
);
create index reach_people_key on reach_people (tenant_id, school_year, key, who);

-- Their sums by school, and by the day on which each was first reached (infinity: not yet), so that no query counts people. A guardian stands with the grades of all their children at the school.
create table informed (
  tenant_id   varchar not null,
  school_year int     not null,
  school      uuid    not null,
  who         varchar not null,
  grades      int[]   not null,
  first_on    date    not null,
  only_sent   boolean not null,
  n           int     not null,
  primary key (tenant_id, school_year, school, who, grades, first_on, only_sent)
);

-- Counts these schools again.
create function count_informed(province varchar, years int[], schools uuid[]) returns void
language plpgsql as $f$
begin
  delete from informed i using unnest(years, schools) t(year, school) where i.tenant_id = province and i.school_year = t.year and i.school = t.school;
  insert into informed (tenant_id, school_year, school, who, grades, first_on, only_sent, n)
  select province, p.school_year, p.school, p.who, p.grades, coalesce(p.first_on, 'infinity'), p.first_on is null and p.sent, count(*)
  from (
    select e.school_year, e.school, 'pupil' as who, array[e.grade] as grades, f.first_on, f.sent
    from (select distinct year, school from unnest(years, schools) t(year, school)) t
    join enrolled e on e.tenant_id = province and e.school_year = t.year and e.school = t.school
    cross join lateral (select min(r.on_date) filter (where r.reached) as first_on, coalesce(bool_or(not r.reached), false) as sent
      from reach_people r where r.tenant_id = province and r.school_year = e.school_year and r.who = 'pupil' and r.key = e.pupil_id::text) f
    union all
    select e.school_year, e.school, 'guardian', e.grades, f.first_on, f.sent
    from (select e.school_year, e.school, e.family, array_agg(distinct e.grade order by e.grade) as grades
      from (select distinct year, school from unnest(years, schools) t(year, school)) t
      join enrolled e on e.tenant_id = province and e.school_year = t.year and e.school = t.school group by 1, 2, 3) e
    cross join lateral (select min(r.on_date) filter (where r.reached) as first_on, coalesce(bool_or(not r.reached), false) as sent
      from reach_people r where r.tenant_id = province and r.school_year = e.school_year and r.who = 'guardian' and r.key = e.family and r.school = e.school) f) p
  group by 1, 2, 3, 4, 5, 6, 7;
end $f$;
