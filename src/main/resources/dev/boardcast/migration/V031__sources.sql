-- Tables of applications whose rows boards count. The table named by facts has a signed row for each
-- change: -1 takes back what was, +1 adds what is. The rows of a source are the sum of its facts.
CREATE TABLE source (
  name              text COLLATE "C" PRIMARY KEY,
  -- The connection to another database, null for this one.
  connection        text,
  relation_schema   text NOT NULL,
  relation          text NOT NULL,
  relation_oid      bigint NOT NULL,
  facts             text NOT NULL UNIQUE,
  -- The schema of the change table in the source's database.
  object_schema     text NOT NULL,
  columns           jsonb NOT NULL,
  -- The snapshot of the source's database up to which changes are in facts; null for this database,
  -- whose changes are facts at once.
  watermark         pg_snapshot,
  -- Server and timeline of the watermark.
  origin            text,
  -- Tables and triggers at the last count.
  structure         text NOT NULL DEFAULT '',
  recount_requested boolean NOT NULL DEFAULT true,
  -- The last count of all rows, how many facts it had to correct, and why.
  counted_at        timestamptz,
  drift             bigint NOT NULL DEFAULT 0,
  drift_cause       text,
  -- Pairs of facts that cancel each other may be deleted when they are older than this.
  horizon           pg_snapshot,
  horizon_at        timestamptz,
  -- Why the table is no source any more.
  problem           text,
  installed_at      timestamptz NOT NULL DEFAULT now()
);
