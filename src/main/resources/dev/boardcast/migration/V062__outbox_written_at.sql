-- When a row was written, by the clock of the database: how long it waits is measured by one clock.
-- Two statements, since the default of a new column would be written to every row. Rows of before
-- have none.
ALTER TABLE outbox ADD COLUMN written_at timestamptz;
ALTER TABLE outbox ALTER COLUMN written_at SET DEFAULT clock_timestamp();
