-- The label that a person gave to a message in place of the one that came with it. replaced: the one before, for the
-- facts of a change.
CREATE TABLE analysis_label (
  message_id       bigint PRIMARY KEY,
  true_label       text NOT NULL,
  correct          boolean NOT NULL,
  replaced         text,
  replaced_correct boolean,
  corrected_by     text NOT NULL,
  corrected_at     timestamptz(3) NOT NULL
) WITH (fillfactor = 80);

-- What a correction changes, as facts: -1 for the label that counted, 1 for the one that counts. at, topic_id and
-- predicted are those of the message.
CREATE TABLE analysis_correction (
  sign         smallint NOT NULL CHECK (sign IN (-1, 1)),
  message_id   bigint NOT NULL,
  topic_id     text,
  predicted    text NOT NULL,
  actual       text NOT NULL,
  correct      boolean NOT NULL,
  is_corrected boolean NOT NULL,
  at           timestamptz NOT NULL,
  tx           xid8 NOT NULL DEFAULT pg_current_xact_id()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX analysis_correction_tx ON analysis_correction (tx);
CREATE INDEX analysis_correction_by_time ON analysis_correction
  USING brin (at timestamptz_minmax_multi_ops) WITH (autosummarize = on);

-- corrected: messages whose label a person gave. confirmed: those of them that were classified correctly.
ALTER TABLE analysis_rollup
  ADD COLUMN corrected bigint NOT NULL DEFAULT 0,
  ADD COLUMN confirmed bigint NOT NULL DEFAULT 0;

-- Messages with both labels by the predicted and the true one. Beside the buckets of analysis_rollup there are those of
-- six hours: there are many pairs of labels, and so a range is fewer rows of each.
CREATE TABLE analysis_confusion (
  grain     smallint NOT NULL,
  bucket    timestamptz NOT NULL,
  predicted text COLLATE "C" NOT NULL,
  actual    text COLLATE "C" NOT NULL,
  messages  bigint NOT NULL,
  PRIMARY KEY (grain, bucket, predicted, actual)
) WITH (fillfactor = 70);

-- Of the messages that are folded; the next fold adds the others.
INSERT INTO analysis_confusion
SELECT g.grain, date_bin(make_interval(mins => g.grain), m.at, '1900-01-01 00:00:00+00'),
       m.predicted_label, CASE WHEN m.correct THEN m.predicted_label ELSE m.true_label END, count(*)
FROM board_state s
  JOIN analysis_message m ON pg_visible_in_snapshot(m.tx, s.watermark)
  CROSS JOIN (VALUES (15::smallint), (60::smallint), (360::smallint), (1440::smallint)) AS g (grain)
WHERE s.board = 'analysis' AND m.correct IS NOT NULL
GROUP BY 1, 2, 3, 4;
