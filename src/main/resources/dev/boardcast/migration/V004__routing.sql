-- One row per decision of the router, never changed.
CREATE TABLE routing_decision (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id   text UNIQUE,
  strategy   text NOT NULL,
  provider   text NOT NULL,
  model      text,
  confidence numeric CHECK (confidence BETWEEN 0 AND 1),
  cost       numeric NOT NULL CHECK (cost >= 0),
  decided_at timestamptz NOT NULL,
  tx         xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX routing_decision_tx ON routing_decision (tx);

-- Decisions by hour, and with bucket -infinity those of all time, from which the snapshot is read.
CREATE TABLE routing_rollup (
  bucket         timestamptz NOT NULL,
  strategy       text NOT NULL,
  provider       text NOT NULL,
  model          text NOT NULL,
  confidence     text NOT NULL CHECK (confidence IN ('high', 'medium', 'low', 'none')),
  decisions      bigint NOT NULL,
  cost_sum       numeric NOT NULL,
  confidence_sum numeric NOT NULL,
  PRIMARY KEY (bucket, strategy, provider, model, confidence)
) WITH (fillfactor = 70);
