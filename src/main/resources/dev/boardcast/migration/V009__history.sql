-- What boards said before: a row is written when the numbers change and says what they were since
-- "at", but only the last of each slot of its tier (1: 5 s, 2: 1 min, 3: 1 h by default), so a tier
-- is exact at every multiple of its step. The newest numbers stand in board_state alone. jsonb, since
-- taking single metrics out of a year of rows is several times quicker than from json.
CREATE TABLE board_history (
  board text NOT NULL,
  at    timestamptz NOT NULL,
  tier  smallint NOT NULL,
  data  jsonb NOT NULL,
  PRIMARY KEY (board, at, tier)
) PARTITION BY LIST (tier);
CREATE TABLE board_history_1 PARTITION OF board_history FOR VALUES IN (1) PARTITION BY RANGE (at);
CREATE TABLE board_history_2 PARTITION OF board_history FOR VALUES IN (2) PARTITION BY RANGE (at);
CREATE TABLE board_history_3 PARTITION OF board_history FOR VALUES IN (3) PARTITION BY RANGE (at);

-- The partitions that are there: made ahead of time, dropped when all in them is too old. Where one
-- is missing, nothing is kept, but the fold goes on.
CREATE TABLE board_history_part (
  tier   smallint NOT NULL,
  starts timestamptz NOT NULL,
  ends   timestamptz NOT NULL,
  name   text NOT NULL UNIQUE,
  PRIMARY KEY (tier, starts)
);

-- Who asked for a board to be computed anew, and what came of it; one request per board at a time.
CREATE TABLE board_recompute (
  board        text PRIMARY KEY,
  requested_at timestamptz NOT NULL,
  finished_at  timestamptz,
  wrong_rows   bigint,
  error        text
);
