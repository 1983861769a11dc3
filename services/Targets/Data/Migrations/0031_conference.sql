-- The preparation of a plan's conference: what people did about each of its items. The items themselves are the plan's.
create table conference_item (
  tenant_id   varchar     not null,
  plan_id     varchar     not null,
  item        varchar     not null,   -- speech-1, invitees-3, programme-2, award-1, budget; counted from 1 as the plan lists them
  state       varchar     not null,
  due         date        null,       -- null: the last day of the conference's week
  responsible varchar     null,
  invited     int         null check (invited >= 0),
  confirmed   int         null check (confirmed >= 0),
  attended    int         null check (attended >= 0),
  version     int         not null default 1,
  changed_at  timestamptz not null,
  primary key (tenant_id, plan_id, item)
);

create table conference_act (
  tenant_id varchar     not null,
  act_id    uuid        not null,
  place     bigint      not null generated always as identity,
  plan_id   varchar     not null,
  item      varchar     not null,
  at        timestamptz not null,
  state     varchar     not null,
  by        varchar     not null,
  note      varchar     null,
  primary key (tenant_id, act_id)
);
create index conference_act_item on conference_act (tenant_id, plan_id, item);

create table conference_held (
  tenant_id varchar     not null,
  plan_id   varchar     not null,
  held_on   date        not null,
  sessions  int         not null check (sessions > 0),
  attended  int         not null check (attended >= 0),
  noted_by  varchar     not null,
  noted_at  timestamptz not null,
  primary key (tenant_id, plan_id)
);
