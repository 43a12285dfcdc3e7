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

-- What the last audit of each board found, for rules for operators: a node that takes over a board
-- has audited nothing yet.
CREATE TABLE board_audit (
  board      text PRIMARY KEY,
  wrong_rows bigint NOT NULL,
  failed     boolean NOT NULL,
  audited_at timestamptz NOT NULL
);
