-- The parts of boards with parameters that somebody follows or has asked for lately: the latest
-- numbers of each, as board_state has those of the whole board. part has the values in the order of
-- the parameters, NULL for each that is left open. is_new: made outside of a fold, so the next fold
-- computes it whether or not it has changed.
CREATE TABLE board_part (
  name        text PRIMARY KEY,
  board       text NOT NULL,
  part        text[] COLLATE "C" NOT NULL,
  version     bigint NOT NULL,
  data        json NOT NULL,
  computed_at timestamptz NOT NULL,
  changed_at  timestamptz NOT NULL,
  is_new      boolean NOT NULL DEFAULT true
) WITH (fillfactor = 50);
CREATE INDEX board_part_part ON board_part (board, part);
CREATE INDEX board_part_new ON board_part (board) WHERE is_new;

-- Until when each is kept up to date. Apart, since a fold must not meet rows that nodes renew.
CREATE TABLE board_part_use (
  name         text PRIMARY KEY,
  board        text NOT NULL,
  wanted_until timestamptz NOT NULL
);
CREATE INDEX board_part_use_until ON board_part_use (board, wanted_until);

-- The latest numbers of whole boards and of parts, since when they hold.
CREATE VIEW board_latest AS
  SELECT board, changed_at, data FROM board_state
  UNION ALL SELECT name, changed_at, data FROM board_part;
