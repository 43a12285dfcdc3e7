-- What each node reports of itself to rules for operators: see OperatorReport.
CREATE TABLE operator_fault (
  node      text NOT NULL,
  condition text NOT NULL,
  -- The node or the board that it is about.
  subject   text NOT NULL,
  value     bigint NOT NULL,
  seen_at   timestamptz NOT NULL,
  PRIMARY KEY (node, condition, subject)
);
CREATE INDEX alert_delivery_dead ON alert_delivery (finished_at) WHERE state = 'dead';
