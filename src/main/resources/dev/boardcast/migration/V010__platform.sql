-- What is known of each transaction now: one row, changed by each report that says something new.
CREATE TABLE platform_transaction (
  transaction_id text PRIMARY KEY,
  user_id        text COLLATE "C",
  content_id     text,
  amount         numeric NOT NULL,
  status         text NOT NULL CHECK (status IN ('pending', 'completed', 'failed')),
  occurred_at    timestamptz NOT NULL,
  -- Whether the sender said when; otherwise it is when the report came.
  is_timed       boolean NOT NULL
) WITH (fillfactor = 80);

-- The facts: each change of a transaction takes back what was (-1) and adds what is (1), and is
-- never changed itself.
CREATE TABLE platform_transaction_change (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction_id text NOT NULL,
  sign           smallint NOT NULL CHECK (sign IN (-1, 1)),
  user_id        text COLLATE "C",
  amount         numeric NOT NULL,
  status         text NOT NULL,
  at             timestamptz NOT NULL,
  tx             xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX platform_transaction_change_tx ON platform_transaction_change (tx);

-- A trigger sees the very rows that were replaced, however many writers there are: what is taken
-- back is what was added, whoever writes.
CREATE FUNCTION platform_transaction_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO platform_transaction_change
      (transaction_id, sign, user_id, amount, status, at)
    SELECT transaction_id, -1, user_id, amount, status, occurred_at FROM was;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO platform_transaction_change
      (transaction_id, sign, user_id, amount, status, at)
    SELECT transaction_id, 1, user_id, amount, status, occurred_at FROM becomes;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER inserted AFTER INSERT ON platform_transaction
  REFERENCING NEW TABLE AS becomes
  FOR EACH STATEMENT EXECUTE FUNCTION platform_transaction_changed();
CREATE TRIGGER updated AFTER UPDATE ON platform_transaction
  REFERENCING OLD TABLE AS was NEW TABLE AS becomes
  FOR EACH STATEMENT EXECUTE FUNCTION platform_transaction_changed();
CREATE TRIGGER deleted AFTER DELETE ON platform_transaction
  REFERENCING OLD TABLE AS was
  FOR EACH STATEMENT EXECUTE FUNCTION platform_transaction_changed();

-- One row per view of content, never changed.
CREATE TABLE platform_view (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id   text UNIQUE,
  content_id text NOT NULL,
  user_id    text COLLATE "C",
  at         timestamptz NOT NULL,
  tx         xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX platform_view_tx ON platform_view (tx);

-- One row per sign of life of a user, never changed.
CREATE TABLE platform_activity (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id text UNIQUE,
  user_id  text COLLATE "C" NOT NULL,
  at       timestamptz NOT NULL,
  tx       xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX platform_activity_tx ON platform_activity (tx);

-- Sums by quarter of an hour, where the days of every time zone begin; by UTC day, so that long
-- ranges stay cheap; and of all time.
CREATE TABLE platform_rollup (
  span       text NOT NULL CHECK (span IN ('all', 'day', 'quarter')),
  bucket     timestamptz NOT NULL,
  revenue    numeric NOT NULL,
  pending    bigint NOT NULL,
  completed  bigint NOT NULL,
  failed     bigint NOT NULL,
  views      bigint NOT NULL,
  activities bigint NOT NULL,
  PRIMARY KEY (span, bucket)
) WITH (fillfactor = 70);

-- From when on it is kept who was there: four days before the latest fact. Facts come at most a day
-- ahead of time, and no more than the last 26 hours are asked for.
CREATE FUNCTION platform_horizon() RETURNS timestamptz LANGUAGE sql STABLE
  AS $$ SELECT max(bucket) - interval '96 hours' FROM platform_rollup WHERE span = 'quarter' $$;

-- In which seconds a user was active, and how many facts say so. Users are looked up and sorted a
-- lot, never shown in order: hence the plain collation of all user ids here.
CREATE TABLE platform_presence (
  user_id text COLLATE "C" NOT NULL,
  at      timestamptz NOT NULL,
  facts   bigint NOT NULL,
  PRIMARY KEY (user_id, at)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
-- For what is behind the horizon. Not by second: a look-up of one user's second must not be tempted
-- to go through all users of that second.
CREATE INDEX platform_presence_quarter
  ON platform_presence (date_bin('15 minutes', at, timestamptz 'epoch'));
CREATE INDEX platform_presence_none ON platform_presence (user_id) WHERE facts = 0;

-- How many more users are active from this second on than before: each is for five minutes.
CREATE TABLE platform_presence_step (
  at  timestamptz PRIMARY KEY,
  net integer NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX platform_presence_step_none ON platform_presence_step (at) WHERE net = 0;

-- The steps of each minute: their sum, and the highest sum on the way; null where it is out of date.
CREATE TABLE platform_presence_minute (
  minute timestamptz PRIMARY KEY,
  net    integer NOT NULL DEFAULT 0,
  top    integer
) WITH (fillfactor = 70);
CREATE INDEX platform_presence_minute_due ON platform_presence_minute (minute) WHERE top IS NULL;

-- How many users were there in a quarter of an hour who had been there last in the one before
-- (-infinity: none in the last 26 hours). Users between two times are those who came in between and
-- had been there last before: counted without knowing who they are, in any time zone.
CREATE TABLE platform_return (
  bucket timestamptz NOT NULL,
  before timestamptz NOT NULL,
  users  integer NOT NULL,
  PRIMARY KEY (bucket, before)
) WITH (fillfactor = 70);
CREATE INDEX platform_return_none ON platform_return (bucket) WHERE users = 0;
