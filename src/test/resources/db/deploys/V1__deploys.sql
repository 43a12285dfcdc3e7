-- One row per deployment, never changed. tx says which of them are new to a fold.
CREATE TABLE deploy (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id  text UNIQUE,
  service   text NOT NULL,
  succeeded boolean NOT NULL,
  seconds   numeric NOT NULL,
  tx        xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX deploy_tx ON deploy (tx);

-- What the numbers are read from: as many rows as there are services, however many deployments.
CREATE TABLE deploy_rollup (
  service  text PRIMARY KEY,
  deploys  bigint NOT NULL,
  failures bigint NOT NULL,
  seconds  numeric NOT NULL
) WITH (fillfactor = 70);
