-- Requests to erase a user: see the package dev.boardcast.erasure. user_id and pseudonym are empty when it is finished;
-- what remains is a receipt with a digest of salt and user.
CREATE TABLE erasure (
  id           uuid PRIMARY KEY,
  user_id      text,
  pseudonym    text,
  salt         text NOT NULL,
  user_digest  text NOT NULL,
  -- Whether rows are only counted.
  dry_run      boolean NOT NULL,
  -- Whether the name is also replaced where it is a word of a longer text.
  texts        boolean NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  finished_at  timestamptz(3),
  error        text,
  -- Changed rows by table; of a dry run those that would be.
  rows         jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX erasure_newest ON erasure (requested_at DESC, id DESC);
CREATE INDEX erasure_open ON erasure (requested_at) WHERE finished_at IS NULL;

-- An erasure renames a user in facts and in what follows from them: the changes of that are no facts.
CREATE FUNCTION is_erasing() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('boardcast.erasing', true), '') = 'on' $$;

CREATE OR REPLACE FUNCTION platform_transaction_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF is_erasing() THEN RETURN NULL; END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO platform_transaction_change
      (transaction_id, sign, user_id, amount, status, at)
    SELECT transaction_id, -1, user_id, amount, status, occurred_at FROM was;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO platform_transaction_change
      (transaction_id, sign, user_id, amount, status, at)
    SELECT transaction_id, 1, user_id, amount, status, occurred_at FROM becomes;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF is_erasing() THEN RETURN NULL; END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO task_change VALUES
      (-1, OLD.owner_id, coalesce(OLD.team_id, ''), OLD.shared_with, OLD.reopened, OLD.created_at,
       OLD.completed_at);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO task_change VALUES
      (1, NEW.owner_id, coalesce(NEW.team_id, ''), NEW.shared_with, NEW.reopened, NEW.created_at,
       NEW.completed_at);
  END IF;
  RETURN NULL;
END $$;
