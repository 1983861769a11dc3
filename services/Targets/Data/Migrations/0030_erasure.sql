-- What is recorded as attendance of a session counts while the session stands as held.
alter table reach_people add session_id uuid null;
create index reach_people_session on reach_people (tenant_id, session_id) where session_id is not null;

-- Not yet heard of counts as held: attendance is only recorded of a session that was.
create function session_stands(province varchar, session uuid) returns boolean
language sql stable as $f$
  select session is null or not exists (select from school_facts f where f.tenant_id = province and f.kind = 'session' and f.id = session and f.body->>'state' <> 'held')
$f$;

-- Whose family is forgotten: no list that arrives later brings it back.
create table erased_pupils (
  tenant_id varchar not null,
  pupil_id  uuid    not null,
  primary key (tenant_id, pupil_id)
);

-- Grades of children who were erased, for guardians who have other children at the school: they stand with the grades of all. Says nothing about whose they were.
create table erased_grades (
  tenant_id   varchar not null,
  school_year int     not null,
  school      uuid    not null,
  family      varchar not null,
  grade       int     not null,
  primary key (tenant_id, school_year, school, family, grade)
);

-- The key of a family that is made of the pupil alone, as Schools makes it where no guardian is known (the contract PupilsListed says how).
create function own_family(pupil uuid, school uuid, school_year int) returns varchar
language sql immutable as $f$
  select left(encode(sha256(convert_to(pupil || '|' || school || '|' || school_year, 'UTF8')), 'hex'), 32)
$f$;

-- Forgets which family a pupil belongs to; every figure stays what it was. Returns the schools that are to be counted again.
create function forget_family(province varchar, pupil uuid) returns table (school_year int, school uuid)
language plpgsql as $f$
declare e enrolled;
begin
  insert into erased_pupils (tenant_id, pupil_id) values (province, pupil) on conflict do nothing;
  for e in select * from enrolled x where x.tenant_id = province and x.pupil_id = pupil and x.family not in ('', own_family(x.pupil_id, x.school, x.school_year)) for update loop
    if exists (select from enrolled o where o.tenant_id = province and o.school_year = e.school_year and o.school = e.school and o.family = e.family and o.pupil_id <> pupil) then
      -- Brothers and sisters stay: the guardian goes on with them.
      insert into erased_grades (tenant_id, school_year, school, family, grade) values (province, e.school_year, e.school, e.family, e.grade) on conflict do nothing;
      update enrolled x set family = '' where x.tenant_id = province and x.school_year = e.school_year and x.pupil_id = pupil;
    else
      -- The last child: the guardian goes on under a key of the pupil's own.
      update erased_grades g set family = own_family(pupil, e.school, e.school_year) where g.tenant_id = province and g.school_year = e.school_year and g.school = e.school and g.family = e.family;
      insert into reach_people (tenant_id, record_id, school_year, school, who, key, on_date, reached, session_id)
        select r.tenant_id, r.record_id, r.school_year, r.school, r.who, own_family(pupil, e.school, e.school_year), r.on_date, r.reached, r.session_id
        from reach_people r where r.tenant_id = province and r.school_year = e.school_year and r.school = e.school and r.who = 'guardian' and r.key = e.family on conflict do nothing;
      delete from reach_people r where r.tenant_id = province and r.school_year = e.school_year and r.school = e.school and r.who = 'guardian' and r.key = e.family;
      update enrolled x set family = own_family(pupil, e.school, e.school_year) where x.tenant_id = province and x.school_year = e.school_year and x.pupil_id = pupil;
    end if;
    school_year := e.school_year;
    school := e.school;
    return next;
  end loop;
end $f$;

-- Counts these schools again.
create or replace function count_informed(province varchar, years int[], schools uuid[]) returns void
language plpgsql as $f$
begin
  delete from informed i using unnest(years, schools) t(year, school) where i.tenant_id = province and i.school_year = t.year and i.school = t.school;
  insert into informed (tenant_id, school_year, school, who, grades, first_on, only_sent, n)
  select province, p.school_year, p.school, p.who, p.grades, coalesce(p.first_on, 'infinity'), p.first_on is null and p.sent, count(*)
  from (
    select e.school_year, e.school, 'pupil' as who, array[e.grade] as grades, f.first_on, f.sent
    from (select distinct year, school from unnest(years, schools) t(year, school)) t
    join enrolled e on e.tenant_id = province and e.school_year = t.year and e.school = t.school
    cross join lateral (select min(r.on_date) filter (where r.reached and session_stands(province, r.session_id)) as first_on, coalesce(bool_or(not r.reached), false) as sent
      from reach_people r where r.tenant_id = province and r.school_year = e.school_year and r.who = 'pupil' and r.key = e.pupil_id::text) f
    union all
    select e.school_year, e.school, 'guardian', e.grades, f.first_on, f.sent
    from (select c.school_year, c.school, c.family, array_agg(distinct c.grade order by c.grade) as grades
      from (select distinct year, school from unnest(years, schools) t(year, school)) t
      cross join lateral (
        select e.school_year, e.school, e.family, e.grade from enrolled e where e.tenant_id = province and e.school_year = t.year and e.school = t.school and e.family <> ''
        union all
        select g.school_year, g.school, g.family, g.grade from erased_grades g where g.tenant_id = province and g.school_year = t.year and g.school = t.school) c group by 1, 2, 3) e
    cross join lateral (select min(r.on_date) filter (where r.reached and session_stands(province, r.session_id)) as first_on, coalesce(bool_or(not r.reached), false) as sent
      from reach_people r where r.tenant_id = province and r.school_year = e.school_year and r.who = 'guardian' and r.key = e.family and r.school = e.school) f) p
  group by 1, 2, 3, 4, 5, 6, 7;
end $f$;
