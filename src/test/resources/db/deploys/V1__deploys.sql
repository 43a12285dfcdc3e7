-- One row per deployment, never updated. tx marks the rows that are new to a fold.
CREATE TABLE deploy (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id    text UNIQUE,
  service     text NOT NULL,
  succeeded   boolean NOT NULL,
  seconds     numeric NOT NULL,
  finished_at timestamptz NOT NULL,
  tx          xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX deploy_tx ON deploy (tx);
CREATE INDEX deploy_finished_at ON deploy USING brin (finished_at);

-- Sums by service and hour (UTC), and with bucket -infinity those of all time.
CREATE TABLE deploy_rollup (
  bucket   timestamptz NOT NULL,
  service  text NOT NULL,
  deploys  bigint NOT NULL,
  failures bigint NOT NULL,
  seconds  numeric NOT NULL,
  PRIMARY KEY (bucket, service)
) WITH (fillfactor = 70);
