-- The family was told that this message waits for it; null while it was not.
alter table relay_message add column told_at timestamptz null;
create index relay_message_untold on relay_message (lead_id, tenant_id) where told_at is null and read_at is null and not from_family;
