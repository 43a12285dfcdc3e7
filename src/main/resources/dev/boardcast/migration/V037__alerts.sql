-- Rules that watch metrics of boards, and what became of them: see the package dev.boardcast.alerts.
CREATE TABLE alert_rule (
  id         uuid PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  board      text NOT NULL,
  -- api, or board for the rules that a board declares.
  source     text NOT NULL,
  definition jsonb NOT NULL,
  version    bigint NOT NULL DEFAULT 1,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- When the rule is evaluated without a fold, since it is new or was changed.
  check_at   timestamptz
);
CREATE INDEX alert_rule_of_board ON alert_rule (board);
CREATE INDEX alert_rule_due ON alert_rule (check_at) WHERE check_at IS NOT NULL;

-- One row for each value that a rule watches. Written by folds and by the clock, both in repeatable
-- read: the later one of two fails and is run again.
CREATE TABLE alert_state (
  rule            uuid NOT NULL REFERENCES alert_rule ON DELETE CASCADE,
  key             text NOT NULL,
  status          text NOT NULL CHECK (status IN ('ok', 'firing', 'no_data')),
  value           numeric,
  breach_since    timestamptz,
  clear_since     timestamptz,
  present_since   timestamptz,
  absent_since    timestamptz,
  -- When the clock evaluates it, since a hold time ends.
  due_at          timestamptz,
  -- From here on only for a status other than ok.
  alert           uuid,
  since           timestamptz,
  transition      uuid,
  repeat_at       timestamptz,
  acknowledged_by text,
  acknowledged_at timestamptz,
  note            text,
  PRIMARY KEY (rule, key)
) WITH (fillfactor = 70);
CREATE INDEX alert_state_due ON alert_state (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX alert_state_repeat ON alert_state (repeat_at) WHERE repeat_at IS NOT NULL;
CREATE INDEX alert_state_of_alert ON alert_state (alert) WHERE alert IS NOT NULL;

-- Each change of status, under the one id that its event and its messages have too.
CREATE TABLE alert_transition (
  id          uuid PRIMARY KEY,
  at          timestamptz NOT NULL,
  alert       uuid NOT NULL,
  rule        uuid NOT NULL,
  rule_name   text NOT NULL,
  board       text NOT NULL,
  metric      text NOT NULL,
  key         text NOT NULL,
  from_status text NOT NULL,
  to_status   text NOT NULL,
  value       numeric,
  condition   text NOT NULL,
  bound       numeric NOT NULL,
  severity    text NOT NULL,
  labels      jsonb NOT NULL
);
CREATE INDEX alert_transition_newest ON alert_transition (at DESC, id DESC);
