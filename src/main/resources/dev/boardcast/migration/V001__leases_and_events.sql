-- The right to do one job for the whole cluster: see Lease.
CREATE TABLE lease (
  name       text PRIMARY KEY,
  holder     text NOT NULL,
  token      bigint NOT NULL,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Written in the transaction of the fact, after the fact's own row lock is held: id order is then
-- the order of one fact's changes, though not the order of commits. The ids must not be cached per
-- connection (no CACHE above 1), or that would no longer hold.
CREATE TABLE outbox (
  shard    smallint NOT NULL,
  id       bigint GENERATED ALWAYS AS IDENTITY,
  event_id uuid NOT NULL,
  type     text NOT NULL,
  streams  text[] NOT NULL CHECK (cardinality(streams) > 0 AND array_position(streams, NULL) IS NULL),
  data     json NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (shard, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000);

-- Where each shard's log stands. The epoch names a history: offsets of another one mean nothing
-- here.
CREATE TABLE event_shard (
  shard smallint PRIMARY KEY,
  epoch text NOT NULL DEFAULT substr(replace(gen_random_uuid()::text, '-', ''), 1, 8),
  head  bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
INSERT INTO event_shard (shard) SELECT generate_series(0, 3);

-- Every event in order; sequences of a shard have no holes.
CREATE TABLE event_log (
  shard    smallint NOT NULL,
  sequence bigint NOT NULL,
  event_id uuid NOT NULL,
  type     text NOT NULL,
  streams  text[] NOT NULL,
  data     json NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (shard, sequence)
);

-- Which events belong to a stream (its shard follows from its name). A plain index on (stream,
-- sequence) reads any page of any stream in the time of that page; a GIN index on event_log.streams
-- would be cheaper to write and as dear to read as the stream is long.
CREATE TABLE event_stream (
  stream   text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  PRIMARY KEY (stream, sequence)
);
