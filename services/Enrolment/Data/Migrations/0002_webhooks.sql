-- An institution is verified once by the department, on paper of its own (decision of establishment, licence).
create table institution_verification (
  tenant_id      varchar     not null,
  institution_id uuid        not null,
  evidence       varchar     not null,
  verified_by    varchar     not null,
  verified_at    timestamptz not null,
  primary key (institution_id, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);

-- Host names an institution has proved to be its own: the allow-list of its endpoints.
create table institution_domain (
  tenant_id      varchar     not null,
  institution_id uuid        not null,
  domain         varchar     not null,
  token          varchar     not null,
  requested_at   timestamptz not null,
  verified_at    timestamptz null,
  primary key (institution_id, domain, tenant_id),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);

-- How an institution is told of its feed. Delivery state lies beside it, so that any replica can go on: the poke and the withdrawals told so far, the retry schedule, who is delivering.
create table subscription (
  tenant_id       varchar     not null,
  subscription_id uuid        not null,
  institution_id  uuid        not null,
  endpoint        varchar     null check (length(endpoint) <= 2048),   -- null: pull only
  purposes        varchar[]   not null,
  sealed_contacts text        not null,
  state           varchar     not null check (state in ('pending', 'active', 'failing', 'suspended', 'closed')),
  suspended_for   varchar     null check (suspended_for in ('auto', 'manual', 'agreement', 'leak')),
  requested_by    varchar     not null,
  requested_at    timestamptz not null,
  client_id       varchar     null,   -- the institution's machine client, as its token named itself
  approved_by     varchar[]   not null default '{}',
  tested_at       timestamptz null,   -- a signed test was answered with its challenge
  changed_at      timestamptz not null,
  told_pos        bigint      not null default 0,   -- the endpoint knows of the feed up to here
  withdrawn_pos   bigint      not null default 0,   -- withdrawals up to here were told one by one
  announce        varchar     null check (announce in ('subscription.suspended', 'report.due')),   -- what it is still to be told beside its feed
  announce_id     uuid        null,
  announce_at     timestamptz null,
  reported_on     date        null,   -- the last day it was reminded of offers that will be released
  replays         int         not null default 0,
  attempts        int         not null default 0,   -- failures since the last success
  failing_since   timestamptz null,
  next_at         timestamptz null,
  claim           uuid        null,
  claimed_until   timestamptz null,
  primary key (subscription_id, tenant_id),
  check ((state = 'suspended') = (suspended_for is not null)),
  check (cardinality(approved_by) <= 2 and not requested_by = any (approved_by)),
  check (state not in ('active', 'failing') or (cardinality(approved_by) = 2 and (endpoint is null or tested_at is not null))),
  foreign key (tenant_id, institution_id) references institution (tenant_id, institution_id)
);
create unique index subscription_open on subscription (institution_id, tenant_id) where state <> 'closed';

create table subscription_secret (
  tenant_id       varchar     not null,
  secret_id       uuid        not null,
  subscription_id uuid        not null,
  institution_id  uuid        not null,
  sealed          text        not null,
  made_at         timestamptz not null,
  expires_at      timestamptz null,   -- null: the current one
  primary key (secret_id, tenant_id),
  foreign key (tenant_id, subscription_id) references subscription (tenant_id, subscription_id)
);
create index subscription_secret_of on subscription_secret (subscription_id, tenant_id);
create unique index subscription_secret_current on subscription_secret (subscription_id, tenant_id) where expires_at is null;

-- Who did what with a subscription: approvals, suspensions, rotations, reveals, replays.
create table subscription_journal (
  tenant_id       varchar     not null,
  entry_id        uuid        not null,
  subscription_id uuid        not null,
  institution_id  uuid        not null,
  at              timestamptz not null,
  actor           varchar     not null,
  act             varchar     not null,
  detail          varchar     null,
  primary key (entry_id, tenant_id)
);
create index subscription_journal_of on subscription_journal (subscription_id, entry_id, tenant_id);

-- Every attempt, without personal data, for 90 days.
create table webhook_attempt (
  tenant_id       varchar     not null,
  attempt_id      uuid        not null,
  subscription_id uuid        not null,
  institution_id  uuid        not null,
  message_id      uuid        not null,
  type            varchar     not null,
  feed_position   bigint      null,
  number          int         not null,
  at              timestamptz not null,
  duration_ms     int         null,
  status          int         null,
  outcome         varchar     not null default 'unfinished',   -- until the answer is noted; stays so when the process dies meanwhile
  response        varchar     not null default '' check (octet_length(response) <= 1024),
  primary key (attempt_id, tenant_id)
);
create index webhook_attempt_of on webhook_attempt (subscription_id, attempt_id, tenant_id);
create index webhook_attempt_age on webhook_attempt (at);

-- What an institution must know beside its feed: on its dashboard, and by e-mail to the contacts of its subscription.
create table institution_notice (
  tenant_id      varchar     not null,
  notice_id      uuid        not null,
  institution_id uuid        not null,
  at             timestamptz not null,
  code           varchar     not null,
  detail         varchar     null,
  mailed_at      timestamptz null,
  primary key (notice_id, tenant_id)
);
create index institution_notice_of on institution_notice (institution_id, notice_id, tenant_id);
create index institution_notice_unmailed on institution_notice (notice_id) where mailed_at is null;

-- Withdrawals told one by one: when each reached each endpoint.
create table withdrawal_told (
  tenant_id       varchar     not null,
  subscription_id uuid        not null,
  institution_id  uuid        not null,
  pos             bigint      not null,
  lead_id         uuid        not null,
  message_id      uuid        not null,
  attempts        int         not null,
  told_at         timestamptz not null,
  primary key (subscription_id, pos, tenant_id)
);
create index institution_feed_withdrawn on institution_feed (institution_id, pos, tenant_id) where kind = 'withdrawn';

create policy institution on institution_verification as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on institution_domain as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on subscription as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on subscription_secret as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on subscription_journal as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on webhook_attempt as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on institution_notice as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
create policy institution on withdrawal_told as restrictive
  using (current_setting('app.institution', true) = '*' or institution_id::text = current_setting('app.institution', true));
