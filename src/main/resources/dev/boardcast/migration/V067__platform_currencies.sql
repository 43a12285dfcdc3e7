-- A transaction may be in another currency than the board's. Null where the sender named none, empty where it named the
-- board's: both are the board's. In the facts, null is the board's.
ALTER TABLE platform_transaction ADD COLUMN currency text;
ALTER TABLE platform_transaction_change ADD COLUMN currency text;
-- Where all amounts are in the board's currency, a fold reads nothing for the others.
CREATE INDEX platform_transaction_change_foreign ON platform_transaction_change (tx)
  WHERE currency IS NOT NULL;

CREATE OR REPLACE FUNCTION platform_transaction_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO platform_transaction_change
      (transaction_id, sign, user_id, amount, status, at, currency)
    SELECT transaction_id, -1, user_id, amount, status, occurred_at, nullif(currency, '') FROM was;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO platform_transaction_change
      (transaction_id, sign, user_id, amount, status, at, currency)
    SELECT transaction_id, 1, user_id, amount, status, occurred_at, nullif(currency, '') FROM becomes;
  END IF;
  RETURN NULL;
END $$;

-- What one unit of a currency is worth in another, from the start of a day (UTC) until that of the next rate.
CREATE TABLE platform_rate (
  currency   text COLLATE "C" NOT NULL,
  target     text COLLATE "C" NOT NULL,
  valid_from date NOT NULL,
  rate       numeric NOT NULL CHECK (rate > 0),
  PRIMARY KEY (currency, target, valid_from)
);

-- Rates are facts too: each change takes back what was (-1) and adds what is (1).
CREATE TABLE platform_rate_change (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  currency text COLLATE "C" NOT NULL,
  target   text COLLATE "C" NOT NULL,
  sign     smallint NOT NULL CHECK (sign IN (-1, 1)),
  rate     numeric NOT NULL,
  at       timestamptz NOT NULL,
  tx       xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX platform_rate_change_tx ON platform_rate_change (tx);

CREATE FUNCTION platform_rate_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO platform_rate_change (currency, target, sign, rate, at)
    SELECT currency, target, -1, rate, valid_from::timestamp AT TIME ZONE 'UTC' FROM was;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO platform_rate_change (currency, target, sign, rate, at)
    SELECT currency, target, 1, rate, valid_from::timestamp AT TIME ZONE 'UTC' FROM becomes;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER inserted AFTER INSERT ON platform_rate
  REFERENCING NEW TABLE AS becomes
  FOR EACH STATEMENT EXECUTE FUNCTION platform_rate_changed();
CREATE TRIGGER updated AFTER UPDATE ON platform_rate
  REFERENCING OLD TABLE AS was NEW TABLE AS becomes
  FOR EACH STATEMENT WHEN (NOT is_erasing()) EXECUTE FUNCTION platform_rate_changed();
CREATE TRIGGER deleted AFTER DELETE ON platform_rate
  REFERENCING OLD TABLE AS was
  FOR EACH STATEMENT EXECUTE FUNCTION platform_rate_changed();

-- Completed transactions in other currencies than the board's, by the spans of platform_rollup.
CREATE TABLE platform_currency_rollup (
  span      text COLLATE "C" NOT NULL CHECK (span IN ('all', 'day', 'quarter')),
  bucket    timestamptz NOT NULL,
  currency  text COLLATE "C" NOT NULL,
  revenue   numeric NOT NULL,
  completed bigint NOT NULL,
  PRIMARY KEY (span, bucket, currency)
) WITH (fillfactor = 70);

-- The rates that are folded. rates: 1.
CREATE TABLE platform_known_rate (
  currency text COLLATE "C" NOT NULL,
  target   text COLLATE "C" NOT NULL,
  at       timestamptz NOT NULL,
  rate     numeric NOT NULL,
  rates    bigint NOT NULL,
  PRIMARY KEY (currency, target, at)
);

-- Of all time: completed transactions that have a rate, and their sum in the other currency. rates: how many are known.
CREATE TABLE platform_converted (
  currency  text COLLATE "C" NOT NULL,
  target    text COLLATE "C" NOT NULL,
  rates     bigint NOT NULL,
  revenue   numeric NOT NULL,
  completed bigint NOT NULL,
  converted numeric NOT NULL,
  PRIMARY KEY (currency, target)
) WITH (fillfactor = 70);
