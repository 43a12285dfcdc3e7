-- Where transitions of alerts are told. Secrets are not here: a channel names one of the settings.
CREATE TABLE alert_channel (
  id         text PRIMARY KEY,
  definition jsonb NOT NULL,
  -- rule, board or channel: which transitions share a message.
  group_by   text NOT NULL,
  group_wait interval NOT NULL,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL
);

-- Messages, written with the transition that they tell, and claimed by the node that sends them.
CREATE TABLE alert_delivery (
  id            uuid NOT NULL,
  channel       text NOT NULL,
  seq           bigint GENERATED ALWAYS AS IDENTITY,
  kind          text NOT NULL CHECK (kind IN ('transition', 'repeat', 'test')),
  group_key     text NOT NULL,
  transitions   uuid[] NOT NULL,
  state         text NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'sent', 'muted', 'dead')),
  created_at    timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  attempts      integer NOT NULL DEFAULT 0,
  claimed_by    text,
  claimed_until timestamptz,
  -- How often a claim expired: each may have been sent though it does not say so.
  expired       integer NOT NULL DEFAULT 0,
  error         text,
  finished_at   timestamptz,
  PRIMARY KEY (id, channel)
) WITH (fillfactor = 70);
CREATE INDEX alert_delivery_due ON alert_delivery (due_at) WHERE state = 'waiting';
CREATE INDEX alert_delivery_order ON alert_delivery (channel, group_key, seq) WHERE state = 'waiting';
CREATE INDEX alert_delivery_newest ON alert_delivery (created_at DESC, seq DESC);

-- Transitions that it fits are not told until its end. A criterion that is null fits all.
CREATE TABLE alert_silence (
  id         uuid PRIMARY KEY,
  alert      uuid,
  rule       uuid,
  board      text,
  severity   text,
  labels     jsonb NOT NULL,
  starts_at  timestamptz NOT NULL,
  ends_at    timestamptz NOT NULL,
  note       text,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX alert_silence_end ON alert_silence (ends_at);

-- Signs the links by which alerts are acknowledged.
CREATE TABLE alert_link_key (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  key text NOT NULL
);
INSERT INTO alert_link_key (key)
  SELECT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
