-- Erasing a pupil finds its rows in every file that was ever read.
create index upload_row_pupil on upload_row (pupil_id) where pupil_id is not null;
