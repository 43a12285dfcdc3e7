-- The answer to a request with an Idempotency-Key, written in the transaction of its fact. The row
-- is claimed first: whoever comes with the same key meanwhile waits for its end.
CREATE TABLE idempotency (
  principal  text NOT NULL,
  key        text NOT NULL,
  request    bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  status     smallint,
  etag       text,
  location   text,
  body       text,
  PRIMARY KEY (principal, key)
) WITH (fillfactor = 50);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Which events of application streams were taken in, so that a repeated one is known.
CREATE TABLE published_event (
  stream   text NOT NULL,
  event_id uuid NOT NULL,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (stream, event_id)
);
CREATE INDEX published_event_by_age ON published_event (at);
