-- How a source is read: by triggers, by a column that grows with each change, or as a whole on a
-- clock. The last two need no right but SELECT, and nothing in the source's database.
ALTER TABLE source
  ADD COLUMN mode             text NOT NULL DEFAULT 'triggers'
    CHECK (mode IN ('triggers', 'watermark', 'clock')),
  -- Of mode watermark: the column, and one that tells rows apart.
  ADD COLUMN watermark_column text,
  ADD COLUMN key_column       text,
  -- How long a row is left alone, since others with an earlier watermark may still be committed.
  ADD COLUMN lag_ms           bigint,
  -- How often it is read.
  ADD COLUMN every_ms         bigint,
  -- Watermark and key of the last row that was read.
  ADD COLUMN read_to          text[],
  -- Up to which time of the source's clock its rows are facts.
  ADD COLUMN as_of            timestamptz;
