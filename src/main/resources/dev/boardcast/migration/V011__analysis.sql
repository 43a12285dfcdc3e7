-- What messages are about. Never removed: messages name topics without a foreign key.
CREATE TABLE analysis_topic (
  id          text COLLATE "C" PRIMARY KEY,
  name        text NOT NULL UNIQUE,
  description text NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  updated_at  timestamptz(3) NOT NULL
);
CREATE INDEX analysis_topic_by_age ON analysis_topic (created_at DESC, id DESC);

-- One row per message, never changed. Where a topic was predicted, predicted_label is the name that
-- this topic had then: a later rename does not change what was right. at is when it was sent.
CREATE TABLE analysis_message (
  id                 bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id           text UNIQUE,
  topic_id           text,
  predicted_topic_id text,
  predicted_label    text,
  true_label         text,
  correct            boolean GENERATED ALWAYS AS (
    CASE WHEN true_label IS NOT NULL AND predicted_label IS NOT NULL
         THEN true_label = predicted_label OR coalesce(true_label = predicted_topic_id, false)
    END) STORED,
  confidence         numeric CHECK (confidence BETWEEN 0 AND 1),
  noise              boolean NOT NULL,
  at                 timestamptz NOT NULL,
  tx                 xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX analysis_message_tx ON analysis_message (tx);

CREATE TABLE analysis_run (
  id                text COLLATE "C" PRIMARY KEY,
  time_window_start timestamptz NOT NULL,
  time_window_end   timestamptz NOT NULL CHECK (time_window_end > time_window_start),
  trigger_type      text NOT NULL CHECK (trigger_type IN ('manual', 'scheduled')),
  opened_at         timestamptz(3) NOT NULL,
  closed_at         timestamptz(3)
) WITH (fillfactor = 80);
CREATE INDEX analysis_run_by_age ON analysis_run (opened_at DESC, id DESC);
CREATE INDEX analysis_run_open ON analysis_run (opened_at DESC, id DESC) WHERE closed_at IS NULL;

-- Each user's standing verdict on a proposal, and the one it replaced.
CREATE TABLE analysis_feedback (
  proposal_id text COLLATE "C" NOT NULL,
  user_id     text NOT NULL,
  verdict     text NOT NULL CHECK (verdict IN ('approved', 'rejected')),
  replaced    text,
  given_at    timestamptz(3) NOT NULL,
  PRIMARY KEY (proposal_id, user_id)
) WITH (fillfactor = 80);

-- What became of topics, runs and verdicts, as facts that only add up: written in the statement of
-- the change itself. A delta of 0 changes no number, but is news.
CREATE TABLE analysis_change (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  counter text COLLATE "C" NOT NULL CHECK (counter IN ('topics', 'open_runs', 'approved', 'rejected')),
  delta   smallint NOT NULL CHECK (delta BETWEEN -1 AND 1),
  at      timestamptz NOT NULL,
  tx      xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX analysis_change_tx ON analysis_change (tx);

-- Messages by topic ('' for none) and time, in buckets of a quarter hour, an hour and a day (grain:
-- minutes): any span that begins at a quarter hour is a few rows of each. confident and
-- confidence_sum count those that have a confidence and are not noise.
CREATE TABLE analysis_rollup (
  grain          smallint NOT NULL,
  bucket         timestamptz NOT NULL,
  topic_id       text COLLATE "C" NOT NULL,
  messages       bigint NOT NULL,
  noise          bigint NOT NULL,
  labelled       bigint NOT NULL,
  correct        bigint NOT NULL,
  confident      bigint NOT NULL,
  confidence_sum numeric NOT NULL,
  PRIMARY KEY (grain, bucket, topic_id)
) WITH (fillfactor = 70);

-- Changes in the same buckets, and with grain 0 and bucket -infinity those of all time.
CREATE TABLE analysis_count (
  counter text COLLATE "C" NOT NULL,
  grain   smallint NOT NULL,
  bucket  timestamptz NOT NULL,
  changes bigint NOT NULL,
  total   bigint NOT NULL,
  PRIMARY KEY (counter, grain, bucket)
) WITH (fillfactor = 70);
