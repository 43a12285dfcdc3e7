-- What a decision used, for whom, and how it ended; all optional. tags: a JSON array of texts.
ALTER TABLE routing_decision
  ADD COLUMN input_tokens     bigint CHECK (input_tokens >= 0),
  ADD COLUMN output_tokens    bigint CHECK (output_tokens >= 0),
  ADD COLUMN cached_tokens    bigint CHECK (cached_tokens >= 0),
  ADD COLUMN reasoning_tokens bigint CHECK (reasoning_tokens >= 0),
  ADD COLUMN latency_ms       bigint CHECK (latency_ms >= 0),
  ADD COLUMN status           text,
  ADD COLUMN user_id          text,
  ADD COLUMN team             text,
  ADD COLUMN api_key          text,
  ADD COLUMN tags             text;

ALTER TABLE routing_rollup
  ADD COLUMN input_tokens     bigint NOT NULL DEFAULT 0,
  ADD COLUMN output_tokens    bigint NOT NULL DEFAULT 0,
  ADD COLUMN cached_tokens    bigint NOT NULL DEFAULT 0,
  ADD COLUMN reasoning_tokens bigint NOT NULL DEFAULT 0,
  ADD COLUMN ended            bigint NOT NULL DEFAULT 0,
  ADD COLUMN errors           bigint NOT NULL DEFAULT 0,
  ADD COLUMN timed            bigint NOT NULL DEFAULT 0,
  ADD COLUMN latency_sum      bigint NOT NULL DEFAULT 0;

-- Decisions by user, team, key, status and tag, by hour and, with bucket -infinity, of all time. The empty name is
-- that of decisions without one, so that of each dimension but the tags the rows add up to all decisions.
CREATE TABLE routing_usage (
  dimension text COLLATE "C" NOT NULL,
  name      text COLLATE "C" NOT NULL,
  bucket    timestamptz NOT NULL,
  decisions bigint NOT NULL,
  cost_sum  numeric NOT NULL,
  PRIMARY KEY (dimension, name, bucket)
) WITH (fillfactor = 70);
CREATE INDEX routing_usage_by_time ON routing_usage (bucket, dimension);
CREATE INDEX routing_usage_largest ON routing_usage (dimension, cost_sum DESC, name)
  WHERE bucket = '-infinity';

INSERT INTO routing_usage
SELECT d.dimension, '', bucket, sum(decisions), sum(cost_sum)
FROM routing_rollup CROSS JOIN (VALUES ('user'), ('team'), ('key'), ('status')) AS d (dimension)
GROUP BY 1, 3;

-- Latencies by the middle of their bin, within 1 %: at most some 1200 bins per provider, however many decisions.
CREATE TABLE routing_latency (
  bucket    timestamptz NOT NULL,
  provider  text NOT NULL,
  bin       numeric NOT NULL,
  decisions bigint NOT NULL,
  PRIMARY KEY (bucket, provider, bin)
) WITH (fillfactor = 70);

-- What a model costs from a time on, in US dollars per million tokens of a kind.
CREATE TABLE routing_price (
  provider   text COLLATE "C" NOT NULL,
  model      text COLLATE "C" NOT NULL,
  valid_from timestamptz NOT NULL,
  input      numeric NOT NULL CHECK (input >= 0),
  output     numeric NOT NULL CHECK (output >= 0),
  cached     numeric NOT NULL CHECK (cached >= 0),
  reasoning  numeric NOT NULL CHECK (reasoning >= 0),
  PRIMARY KEY (provider, model, valid_from)
);

-- What a team or a key may spend in a day or month (UTC), and which shares of it are told.
CREATE TABLE routing_budget (
  scope      text NOT NULL CHECK (scope IN ('team', 'key')),
  name       text COLLATE "C" NOT NULL,
  period     text NOT NULL CHECK (period IN ('day', 'month')),
  amount     numeric NOT NULL CHECK (amount > 0),
  thresholds integer[] NOT NULL,
  PRIMARY KEY (scope, name, period)
);

-- Which thresholds were told in which period: each once.
CREATE TABLE routing_budget_told (
  scope     text NOT NULL,
  name      text COLLATE "C" NOT NULL,
  period    text NOT NULL,
  starts    timestamptz NOT NULL,
  threshold integer NOT NULL,
  PRIMARY KEY (scope, name, period, starts, threshold)
);
