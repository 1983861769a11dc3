-- Money of a plan by year, spending line and source: estimated, approved by a second person, committed, paid. Lines and sources are those of the plan, counted from 1.
create table budget_estimate (
  tenant_id varchar     not null,
  plan_id   varchar     not null,
  year      int         not null,
  line      int         not null,
  source    int         not null,
  amount    numeric(18) not null check (amount >= 0),
  set_by    varchar     not null,
  set_at    timestamptz not null,
  primary key (tenant_id, plan_id, year, line, source)
);

create table budget_approval (
  tenant_id   varchar     not null,
  plan_id     varchar     not null,
  year        int         not null,
  amount      numeric(18) not null,
  document    varchar     not null,   -- the decision that gives the money
  approved_by varchar     not null,
  approved_at timestamptz not null,
  primary key (tenant_id, plan_id, year)
);

-- Commitments, and payments on them. Never changed; one that was wrong is cancelled with a reason and entered anew.
create table budget_entry (
  tenant_id     varchar     not null,
  entry_id      uuid        not null,
  plan_id       varchar     not null,
  year          int         not null,
  line          int         not null,
  source        int         not null,
  commitment_id uuid        null,       -- of a payment: what it pays
  amount        numeric(18) not null check (amount > 0),
  on_day        date        not null,
  document      varchar     not null,
  made_by       varchar     not null,
  made_at       timestamptz not null,
  cancelled_at  timestamptz null,
  cancelled_by  varchar     null,
  cancel_reason varchar     null,
  primary key (tenant_id, entry_id),
  foreign key (tenant_id, commitment_id) references budget_entry (tenant_id, entry_id)
);
create index budget_entry_year on budget_entry (tenant_id, plan_id, year);

-- Who is proposed for an award, on which results; judged by another person.
create table award_nomination (
  tenant_id     varchar     not null,
  nomination_id uuid        not null,
  year          int         not null,
  area          varchar     not null,   -- whose results speak for it
  nominee       varchar     not null,
  reason        varchar     not null,
  results       text        not null,   -- JSON, as they stood
  state         varchar     not null default 'nominated' check (state in ('nominated', 'awarded', 'declined')),
  nominated_by  varchar     not null,
  nominated_at  timestamptz not null,
  judged_by     varchar     null,
  judged_at     timestamptz null,
  note          varchar     null,
  primary key (tenant_id, nomination_id)
);

-- Warnings that pupils were not left free to choose: seen by inspectors only, they block an award and score nothing.
create table voluntariness_warning (
  tenant_id  varchar     not null,
  warning_id uuid        not null,
  year       int         not null,
  area       varchar     not null,
  reason     varchar     not null,
  raised_by  varchar     not null,
  raised_at  timestamptz not null,
  closed_by  varchar     null,
  closed_at  timestamptz null,
  outcome    varchar     null,
  primary key (tenant_id, warning_id)
);
create index voluntariness_warning_open on voluntariness_warning (tenant_id, area) where closed_at is null;
