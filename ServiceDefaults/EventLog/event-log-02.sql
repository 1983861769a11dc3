-- A parked message belongs to its province like everything else; what came without an address (null) only the system's own work sees.
alter table parked_event rename column tenant to tenant_id;
