-- Of the reads that put a child on an incident's list: those of the journal of Schools.
alter table breach_affected add column schools_reads bigint not null default 0;
