-- An institution was shown items without their ids because no agreement was in force: when one is again, it is told anew what it holds.
alter table institution_feed_head add withheld boolean not null default false;

-- Up to which day changes of areas that begin on a day of their own were told to the institutions.
create table feed_day (
  tenant_id    varchar not null,
  areas_told   date    not null,
  primary key (tenant_id)
);

-- The name of a commune on a day; of one that went into another as a whole, that one's name.
create index area_predecessor_old on area_predecessor (old_code, old_kind, tenant_id);
create function commune_name(tenant varchar, commune varchar, day date) returns varchar language sql stable as $f$
  select coalesce(
    (select n.name from area n where n.tenant_id = tenant and n.kind = 'commune' and n.code = commune and n.valid_from <= day and (n.valid_to is null or n.valid_to >= day) limit 1),
    (select min(n.name) from area_predecessor p join area n using (tenant_id, kind, code, valid_from)
     where p.tenant_id = tenant and p.old_kind = 'commune' and p.old_code = commune and p.whole and n.kind = 'commune' and n.valid_from <= day and (n.valid_to is null or n.valid_to >= day)
     having count(*) = 1))
$f$;
create function district_name(tenant varchar, commune varchar) returns varchar language sql stable as $f$
  select (select o.name from commune_district d join area o on o.tenant_id = d.tenant_id and o.kind = 'district' and o.code = d.district
          where d.tenant_id = tenant and d.commune = district_name.commune order by o.code limit 1)
$f$;
