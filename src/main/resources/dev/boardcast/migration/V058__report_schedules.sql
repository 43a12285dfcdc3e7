-- When reports of boards are drawn, and by which channels of alerts they are sent.
CREATE TABLE report_schedule (
  id         uuid PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  board      text NOT NULL,
  definition jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  -- Moved on by the transaction that writes the messages, so each report is sent once.
  next_at    timestamptz NOT NULL,
  -- Set by each attempt before it begins; NULL before the first one of a report.
  retry_at   timestamptz,
  last_at    timestamptz
);
CREATE INDEX report_schedule_due ON report_schedule (coalesce(retry_at, next_at));

-- What messages of the same id carry.
CREATE TABLE report_document (
  id         uuid PRIMARY KEY,
  subject    text NOT NULL,
  file       text NOT NULL,
  type       text NOT NULL,
  content    bytea NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX report_document_age ON report_document (created_at);

ALTER TABLE alert_delivery DROP CONSTRAINT alert_delivery_kind_check;
ALTER TABLE alert_delivery ADD CONSTRAINT alert_delivery_kind_check
  CHECK (kind IN ('transition', 'repeat', 'test', 'report', 'notice'));
