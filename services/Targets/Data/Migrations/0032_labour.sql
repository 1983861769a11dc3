-- Numbers of a quarter about training capacity, employment and the labour market, as institutions and areas enter them.
create table labour_number (
  tenant_id  varchar     not null,
  year       int         not null,
  quarter    int         not null check (quarter between 1 and 4),
  reporter   varchar     not null,   -- id of an institution, or code of an area
  is_area    boolean     not null,
  measure    varchar     not null,
  level      varchar     not null,
  number     int         not null check (number >= 0),
  entered_by varchar     not null,
  entered_at timestamptz not null,
  primary key (tenant_id, year, quarter, reporter, measure, level)
);
