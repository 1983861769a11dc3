-- Mode B: the family agrees to be contacted through the platform only; its number is never shown.
alter table consent add column relay boolean not null default false;
alter table consent add constraint relay_needs_agreement check (not relay or scope <> 'none');
