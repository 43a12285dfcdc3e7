-- Each board's watermark (the snapshot up to which facts are folded) and its latest numbers, with
-- the moment since which they are these.
CREATE TABLE board_state (
  board       text PRIMARY KEY,
  watermark   pg_snapshot NOT NULL,
  cluster     text,
  version     bigint NOT NULL,
  data        json NOT NULL,
  computed_at timestamptz NOT NULL,
  changed_at  timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- The transactions that were under way at a snapshot: they begin before it and end after it.
CREATE FUNCTION under_way(watermark pg_snapshot) RETURNS xid8[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT ARRAY(SELECT pg_snapshot_xip(watermark)) $$;

-- Whether a fact written by transaction tx was not yet visible at the watermark. A fact is fresh by
-- commit, not by number: one that commits late, with an early id, is found all the same. Inlined by
-- the planner when the watermark is a parameter or constant; each side of the OR then is a scan of
-- the index on tx that meets fresh facts only, however long a transaction has been open.
CREATE FUNCTION is_fresh(tx xid8, watermark pg_snapshot) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT tx >= pg_snapshot_xmax(watermark) OR tx = ANY (under_way(watermark)) $$;

-- Whether one of the facts tables has facts that are not folded yet. The planner would rather read a
-- whole table or index for a first match than trust in an OR: hence each side of is_fresh alone.
CREATE FUNCTION has_fresh(of_board text, facts text[]) RETURNS boolean
  LANGUAGE plpgsql STABLE SET enable_seqscan = off SET jit = off
  AS $$
DECLARE
  seen  pg_snapshot;
  tab   text;
  found boolean;
BEGIN
  SELECT watermark INTO seen FROM board_state WHERE board = of_board;
  IF seen IS NULL THEN RETURN true; END IF;
  FOREACH tab IN ARRAY facts LOOP
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM %1$I WHERE tx >= pg_snapshot_xmax($1))
             OR EXISTS (SELECT FROM %1$I WHERE tx = ANY (under_way($1)))', tab)
      INTO found USING seen;
    IF found THEN RETURN true; END IF;
  END LOOP;
  RETURN false;
END $$;

-- Which server's transaction numbers these are, where that may be read: a watermark means nothing
-- on another server, where a dump may have been restored.
CREATE FUNCTION cluster_id() RETURNS text
  LANGUAGE plpgsql STABLE
  AS $$
BEGIN
  RETURN (SELECT system_identifier::text FROM pg_control_system());
EXCEPTION WHEN insufficient_privilege THEN
  RETURN NULL;
END $$;
