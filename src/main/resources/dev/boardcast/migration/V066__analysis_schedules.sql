-- When analysis runs are opened. next_at is moved on by the transaction that opens the run, so each is opened once.
CREATE TABLE analysis_schedule (
  id         uuid PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  definition jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  next_at    timestamptz NOT NULL,
  -- When the last run was due, and when one was left out because that one was still open.
  last_at    timestamptz,
  skipped_at timestamptz,
  -- The fold that moved it on last.
  moved_at   timestamptz
);
CREATE INDEX analysis_schedule_due ON analysis_schedule (next_at);

ALTER TABLE analysis_run ADD COLUMN schedule_id uuid;
CREATE INDEX analysis_run_of_schedule ON analysis_run (schedule_id) WHERE closed_at IS NULL;

ALTER TABLE analysis_change DROP CONSTRAINT analysis_change_counter_check;
ALTER TABLE analysis_change ADD CONSTRAINT analysis_change_counter_check
  CHECK (counter IN ('topics', 'open_runs', 'approved', 'rejected', 'schedules'));
