-- Each time the impact assessment (reliability.md, P12) was filed with the ministry: when, under which number, and the file as it was.
create table impact_filing (
  tenant_id   varchar     not null,
  filing_id   uuid        not null,
  filed_on    date        not null,
  number      varchar     not null,
  digest      varchar     not null,          -- of flows, recipients and fees
  subjects    bigint      not null,
  file        jsonb       not null,
  recorded_by varchar     not null,
  recorded_at timestamptz not null,
  primary key (filing_id, tenant_id),
  unique (number, filed_on, tenant_id)
);
-- Alarms that rang, each once for the filing it is about.
create table impact_alarm (
  tenant_id varchar     not null,
  code      varchar     not null,
  percent   int         not null,
  filings   int         not null,
  raised_at timestamptz not null,
  primary key (code, percent, filings, tenant_id)
);
-- What is paid for a transfer, if anything is, in words (P15: no price of a lead is kept anywhere).
create table transfer_fee (
  tenant_id    varchar     not null,
  agreement_id uuid        not null,
  statement    varchar     not null check (statement <> ''),
  recorded_by  varchar     not null,
  recorded_at  timestamptz not null,
  primary key (agreement_id, tenant_id),
  foreign key (tenant_id, agreement_id) references agreement (tenant_id, agreement_id)
);
create policy province on impact_filing as restrictive using (current_setting('app.institution', true) = '*');
create policy province on impact_alarm as restrictive using (current_setting('app.institution', true) = '*');
create policy province on transfer_fee as restrictive using (current_setting('app.institution', true) = '*');

-- Mode C holds only when the impact assessment was filed (reliability.md, Legal position), whatever the code does.
create function statutory_basis_needs_filing() returns trigger language plpgsql as $f$
begin
  if new.mode = 'C' and cardinality(new.approved_by) = 2 and not exists (select from impact_filing f where f.tenant_id = new.tenant_id) then
    raise exception 'A statutory basis needs an impact assessment that was filed.' using errcode = 'check_violation', constraint = 'statutory_basis_needs_filing';
  end if;
  return new;
end $f$;
create trigger statutory_basis_needs_filing before insert or update of approved_by on legal_basis for each row execute function statutory_basis_needs_filing();

-- How child and representative were verified, and to which text they agreed, is on record, or there is no basis (P2).
alter table legal_basis add constraint verified check (mode = 'C' or (evidence <> '' and text_version <> ''));
