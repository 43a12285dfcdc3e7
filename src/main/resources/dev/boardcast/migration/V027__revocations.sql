-- Who may no longer act, and until when. Each change takes the next version while it holds the row
-- of revocation_version: versions are committed in their order, so readers can follow them. A
-- lifted revocation stays until it would have ended. See RevocationStore.
CREATE TABLE revocation_version (
  id      boolean PRIMARY KEY DEFAULT true CHECK (id),
  version bigint NOT NULL
) WITH (fillfactor = 50);

INSERT INTO revocation_version (version) VALUES (0);

CREATE TABLE revocation (
  id            uuid PRIMARY KEY,
  version       bigint NOT NULL UNIQUE,
  user_id       text,
  session       text,
  token_id      text,
  key_id        text,
  issued_before timestamptz,
  reason        text NOT NULL,
  created_by    text NOT NULL,
  created_at    timestamptz NOT NULL,
  until         timestamptz NOT NULL,
  lifted_by     text,
  lifted_at     timestamptz,
  -- Whether a user has signed out of all sessions: one row per user, the latest counts.
  own           boolean NOT NULL
);

CREATE INDEX revocation_until ON revocation (until);

CREATE UNIQUE INDEX revocation_of_own ON revocation (user_id) WHERE own;
