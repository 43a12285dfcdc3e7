-- What happened beside the numbers, which charts show. boards is empty for all of them.
CREATE TABLE annotation (
  id         uuid PRIMARY KEY,
  at         timestamptz NOT NULL,
  until      timestamptz,
  title      text NOT NULL,
  text       text,
  boards     text[] NOT NULL,
  tags       text[] NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX annotation_at ON annotation (at, id);
CREATE INDEX annotation_age ON annotation (created_at);
