-- Where letters about tasks go: an organisation's mailbox, the department's (what nobody else does) and the leaders' (what was escalated). Offices, not persons.
create table task_mailbox (
  tenant_id varchar     not null,
  whose     varchar     not null,   -- id of an organisation, `department` or `leaders`
  addresses varchar[]   not null,
  set_by    varchar     not null,
  set_at    timestamptz not null,
  primary key (tenant_id, whose)
);

-- Which notice went to whom.
create table task_mail (
  tenant_id varchar     not null,
  notice_id uuid        not null,
  whose     varchar     not null,
  mailed_at timestamptz not null,
  primary key (tenant_id, notice_id, whose),
  foreign key (tenant_id, notice_id) references task_notice (tenant_id, notice_id) on delete cascade
);
