-- Which database this is, so that one restored from a backup is seen to be another, and how often that was.
create table feed_epoch (
  one      boolean primary key default true check (one),
  restores int     not null default 0,
  database varchar not null
);
