-- One row per run of a scraper, never changed; at: when it finished. A failed run may not know how many records it got.
CREATE TABLE scrape_run (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id   text UNIQUE,
  source     text COLLATE "C" NOT NULL,
  status     text NOT NULL CHECK (status IN ('success', 'failure')),
  records    bigint CHECK (records >= 0),
  started_at timestamptz NOT NULL,
  at         timestamptz NOT NULL,
  error      text,
  tx         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  CHECK (at >= started_at),
  CHECK (status = 'failure' OR records IS NOT NULL)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX scrape_run_tx ON scrape_run (tx);
-- A success that is told late may split the failures that are counted in a row.
CREATE INDEX scrape_run_failures ON scrape_run (source, at, id) WHERE status = 'failure';

-- One row per look at what a source delivered, never changed.
CREATE TABLE quality_sample (
  id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id            text UNIQUE,
  source              text COLLATE "C" NOT NULL,
  geocoding_attempts  bigint NOT NULL,
  geocoding_successes bigint NOT NULL CHECK (geocoding_successes BETWEEN 0 AND geocoding_attempts),
  validation_attempts bigint NOT NULL,
  validation_passes   bigint NOT NULL CHECK (validation_passes BETWEEN 0 AND validation_attempts),
  at                  timestamptz NOT NULL,
  tx                  xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX quality_sample_tx ON quality_sample (tx);

-- Facts by source and hour (UTC) of at. records: of the runs that succeeded.
CREATE TABLE data_quality_metrics (
  hour                timestamptz NOT NULL,
  source              text COLLATE "C" NOT NULL,
  runs                bigint NOT NULL DEFAULT 0,
  failures            bigint NOT NULL DEFAULT 0,
  records             bigint NOT NULL DEFAULT 0,
  geocoding_attempts  bigint NOT NULL DEFAULT 0,
  geocoding_successes bigint NOT NULL DEFAULT 0,
  validation_attempts bigint NOT NULL DEFAULT 0,
  validation_passes   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (hour, source)
) WITH (fillfactor = 70);
CREATE INDEX data_quality_metrics_by_source ON data_quality_metrics (source, hour);

-- What is watched in an hour, each of so many attempts; the value of none is null. Inlined. Not of a
-- row of the table above: an audit has a table of the same name, but of another type.
CREATE FUNCTION measures(
    runs bigint, failures bigint, records bigint, geocoding_attempts bigint,
    geocoding_successes bigint, validation_attempts bigint, validation_passes bigint)
  RETURNS TABLE (metric text, value double precision, attempts bigint)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 4
  AS $$
    VALUES
      ('records', records::float8 / nullif(runs - failures, 0), runs - failures),
      ('success_rate', 100.0::float8 * (runs - failures) / nullif(runs, 0), runs),
      ('geocoding_success_rate',
       100.0::float8 * geocoding_successes / nullif(geocoding_attempts, 0), geocoding_attempts),
      ('validation_pass_rate',
       100.0::float8 * validation_passes / nullif(validation_attempts, 0), validation_attempts)
  $$;

-- The same by five minutes, for the edge of a window of 24 hours.
CREATE TABLE pipeline_slot (
  begins              timestamptz NOT NULL,
  source              text COLLATE "C" NOT NULL,
  runs                bigint NOT NULL DEFAULT 0,
  failures            bigint NOT NULL DEFAULT 0,
  geocoding_attempts  bigint NOT NULL DEFAULT 0,
  geocoding_successes bigint NOT NULL DEFAULT 0,
  validation_attempts bigint NOT NULL DEFAULT 0,
  validation_passes   bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (begins, source)
) WITH (fillfactor = 70);

-- Where each source stands. Runs are ordered by at and id; failures are those since the
-- last success.
CREATE TABLE pipeline_source (
  source     text COLLATE "C" PRIMARY KEY,
  run_at     timestamptz,
  run_id     bigint,
  status     text,
  records    bigint,
  success_at timestamptz,
  success_id bigint,
  failures   bigint NOT NULL DEFAULT 0,
  sample_at  timestamptz
) WITH (fillfactor = 70);

-- Each source's latest hour of a metric beside the median of the hours before it, and beside the
-- median of their distances from that. present: the source's latest hour of any metric, when they
-- were compared. attempts: what the value is made of.
CREATE TABLE pipeline_departure (
  source   text COLLATE "C" NOT NULL,
  metric   text NOT NULL,
  present  timestamptz NOT NULL,
  hour     timestamptz,
  value    double precision,
  attempts bigint,
  hours    bigint NOT NULL,
  median   double precision,
  mad      double precision,
  PRIMARY KEY (source, metric)
) WITH (fillfactor = 70);
CREATE INDEX pipeline_departure_by_hour ON pipeline_departure (hour);

-- Alerts that are raised now. Each change is also an event on the stream "alerts", written in the
-- same transaction; what was cleared is known from there.
CREATE TABLE pipeline_alert (
  id       uuid PRIMARY KEY,
  source   text COLLATE "C" NOT NULL,
  rule     text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('warning', 'error')),
  message  text NOT NULL,
  since    timestamptz NOT NULL,
  UNIQUE (source, rule)
);
