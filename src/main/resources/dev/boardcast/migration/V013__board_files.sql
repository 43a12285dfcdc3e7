-- Which file of a board's name is computed: that of the node with role metrics which started last.
-- digest: of what it computes; rollup: of what its table of sums holds, null where it has none.
CREATE TABLE board_file (
  board  text PRIMARY KEY,
  digest text NOT NULL,
  rollup text,
  since  timestamptz NOT NULL DEFAULT clock_timestamp()
);
