-- The log in ranges of sequences, so that what is too old is dropped and not deleted row by row. See
-- LogPartitions. A range that nobody has made falls into the "rest", which is otherwise empty.
ALTER TABLE event_log RENAME TO event_log_before;
ALTER TABLE event_stream RENAME TO event_stream_before;

CREATE TABLE event_log (
  shard    smallint NOT NULL,
  sequence bigint NOT NULL,
  event_id uuid NOT NULL,
  type     text NOT NULL,
  streams  text[] NOT NULL,
  data     json NOT NULL,
  at       timestamptz NOT NULL,
  CONSTRAINT event_log_key PRIMARY KEY (shard, sequence)
) PARTITION BY RANGE (shard, sequence);

-- The shard follows from the stream; it is here to put an entry beside its event.
CREATE TABLE event_stream (
  shard    smallint NOT NULL,
  stream   text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  CONSTRAINT event_stream_key PRIMARY KEY (stream, sequence, shard)
) PARTITION BY RANGE (shard, sequence);

CREATE TABLE event_log_rest PARTITION OF event_log DEFAULT;
CREATE TABLE event_stream_rest PARTITION OF event_stream DEFAULT;

-- One row is one partition of each of the two, named event_log_<shard>_<starts>.
CREATE TABLE event_part (
  shard   smallint NOT NULL,
  starts  bigint NOT NULL,
  ends    bigint NOT NULL CHECK (ends > starts),
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (shard, starts)
);

-- Who looks after the partitions holds this row.
CREATE TABLE event_retention (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one));
INSERT INTO event_retention DEFAULT VALUES;

DO $$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT shard, head + 1 AS past, greatest(head + 1, 100001) AS ends FROM event_shard LOOP
    EXECUTE format('CREATE TABLE event_log_%s_1 PARTITION OF event_log FOR VALUES FROM (%s, 1) TO (%s, %s)',
                   one.shard, one.shard, one.shard, one.ends);
    EXECUTE format('CREATE TABLE event_stream_%s_1 PARTITION OF event_stream FOR VALUES FROM (%s, 1) TO (%s, %s)',
                   one.shard, one.shard, one.shard, one.ends);
    INSERT INTO event_part (shard, starts, ends) VALUES (one.shard, 1, one.ends);
  END LOOP;
END $$;

INSERT INTO event_log SELECT shard, sequence, event_id, type, streams, data, at FROM event_log_before;
INSERT INTO event_stream (shard, stream, sequence)
SELECT DISTINCT l.shard, name, l.sequence FROM event_log_before l, unnest(l.streams) AS name;

DROP TABLE event_log_before;
DROP TABLE event_stream_before;
