-- Which areas an area's office manages; it sees the pupils of their schools and no others.
create table area_office (
  tenant_id       varchar not null,
  organisation_id uuid    not null,
  area            varchar not null,   -- a commune, or a district of before July 2025
  primary key (organisation_id, area, tenant_id)
);
