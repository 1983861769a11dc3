-- How far an agreement reaches: communes or former districts where pupils live, and the programmes it is about. Null is all of the province, all programmes.
alter table agreement add column areas varchar[] null check (cardinality(areas) > 0);
alter table agreement add column training_codes varchar[] null check (cardinality(training_codes) > 0);
