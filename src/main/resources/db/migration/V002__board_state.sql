-- Each board's watermark (the snapshot up to which facts are folded) and its latest numbers.
CREATE TABLE board_state (
  board       text PRIMARY KEY,
  watermark   pg_snapshot NOT NULL DEFAULT '1:1:',
  version     bigint NOT NULL DEFAULT 0,
  data        json,
  computed_at timestamptz
) WITH (fillfactor = 50);

-- Whether a fact written by transaction tx was not yet visible at the watermark. A fact is fresh by
-- commit, not by number: one that commits late, with an early id, is found all the same. Inlined by
-- the planner, so the first condition uses the index on tx.
CREATE FUNCTION is_fresh(tx xid8, watermark pg_snapshot) RETURNS boolean
  LANGUAGE sql IMMUTABLE
  AS $$ SELECT tx >= pg_snapshot_xmin(watermark) AND NOT pg_visible_in_snapshot(tx, watermark) $$;
