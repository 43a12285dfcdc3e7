-- What refuses the tokens of an erased user: salt and digest in place of the name.
ALTER TABLE revocation ADD COLUMN user_digest text;

ALTER TABLE erasure
  -- Whether a node is changing rows: facts and rollups may have different names then.
  ADD COLUMN running  boolean NOT NULL DEFAULT false,
  -- Boards whose facts have changed since their last recomputation was requested.
  ADD COLUMN stale    text[] NOT NULL DEFAULT '{}',
  -- What it waits for, and why.
  ADD COLUMN waits    jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN retry_at timestamptz,
  -- Tables of a dry run that were not read to the end.
  ADD COLUMN at_least text[] NOT NULL DEFAULT '{}';

-- Whether the rollups of a board have the same names as its facts.
CREATE FUNCTION is_auditable(of_board text) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT NOT EXISTS (
          SELECT FROM erasure
          WHERE finished_at IS NULL AND NOT dry_run
            AND (running OR of_board = ANY (stale) OR waits ? of_board)) $$;

-- Triggers that turn changes into facts say themselves that the changes of an erasure are none: their functions are again those of
-- V067, V022 and V049.
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
DROP TRIGGER updated ON platform_transaction;
CREATE TRIGGER updated AFTER UPDATE ON platform_transaction
  REFERENCING OLD TABLE AS was NEW TABLE AS becomes
  FOR EACH STATEMENT WHEN (NOT is_erasing()) EXECUTE FUNCTION platform_transaction_changed();

CREATE OR REPLACE FUNCTION task_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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
DROP TRIGGER changed ON task;
CREATE TRIGGER changed AFTER UPDATE ON task FOR EACH ROW
  WHEN (NOT is_erasing() AND
    (OLD.owner_id, OLD.team_id, OLD.shared_with, OLD.reopened, OLD.created_at, OLD.completed_at)
    IS DISTINCT FROM
    (NEW.owner_id, NEW.team_id, NEW.shared_with, NEW.reopened, NEW.created_at, NEW.completed_at))
  EXECUTE FUNCTION task_changed();

CREATE OR REPLACE FUNCTION task_fact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO task_fact VALUES
    (-1, OLD.id, OLD.created_at, OLD.completed_at, OLD.due_at, OLD.priority, OLD.assignee, false);
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO task_fact VALUES
      (1, NEW.id, NEW.created_at, NEW.completed_at, NEW.due_at, NEW.priority, NEW.assignee,
       NEW.completed_at IS NOT NULL AND NEW.completed_at IS DISTINCT FROM OLD.completed_at);
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER fact_changed ON task;
CREATE TRIGGER fact_changed AFTER UPDATE ON task FOR EACH ROW
  WHEN (NOT is_erasing() AND
    (OLD.created_at, OLD.completed_at, OLD.due_at, OLD.priority, OLD.assignee)
    IS DISTINCT FROM (NEW.created_at, NEW.completed_at, NEW.due_at, NEW.priority, NEW.assignee))
  EXECUTE FUNCTION task_fact_changed();

-- The kind of values that a key of JSON has: terms has a regular expression of keys for each kind but the last.
CREATE FUNCTION erasure_kind(key text, terms jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN key ~* (terms #>> '{keys,metric}') THEN 'metric'
                    WHEN key ~* (terms #>> '{keys,stream}') THEN 'stream'
                    WHEN key ~* (terms #>> '{keys,target}') THEN 'target'
                    WHEN key ~* (terms #>> '{keys,part}') THEN 'part'
                    WHEN key ~* (terms #>> '{keys,other}') THEN 'other'
                    ELSE 'value' END $$;

-- JSON in which a pseudonym takes the place of a user, in strings and, where they can be users, in keys; all else stays, also the
-- order of keys. NULL if nothing changes. terms has a regular expression of the name for each kind of values; those of a kind
-- without one stay. is_numbers: objects within are numbers by user, provider and the like. within: the nearest key around.
CREATE FUNCTION erased_json(doc json, terms jsonb, pseudonym text, is_numbers boolean, within text DEFAULT NULL) RETURNS text
  LANGUAGE plpgsql STABLE PARALLEL SAFE
  AS $$
DECLARE
  kind CONSTANT text := erasure_kind(within, terms);
  keys_are_users boolean;
  value    text;
  replaced text;
  changed  boolean;
BEGIN
  CASE json_typeof(doc)
  WHEN 'string' THEN
    value := doc #>> '{}';
    replaced := regexp_replace(value, terms ->> kind, pseudonym, 'g');
    RETURN CASE WHEN replaced <> value THEN to_json(replaced)::text END;
  WHEN 'array' THEN
    SELECT bool_or(e.new IS NOT NULL), '[' || string_agg(coalesce(e.new, e.old::text), ',' ORDER BY e.n) || ']'
    INTO changed, replaced
    FROM (SELECT a.old, a.n, erased_json(a.old, terms, pseudonym, is_numbers, within) AS new
          FROM json_array_elements(doc) WITH ORDINALITY AS a (old, n)) AS e;
  WHEN 'object' THEN
    keys_are_users := kind = 'value' AND within IS NOT NULL
      AND (is_numbers OR terms ? 'text' OR within ~* (terms #>> '{keys,user}'));
    SELECT bool_or(e.new IS NOT NULL OR e.new_key <> e.key),
           '{' || string_agg(to_json(e.new_key)::text || ':' || coalesce(e.new, e.old::text), ',' ORDER BY e.n) || '}'
    INTO changed, replaced
    FROM (SELECT m.key, m.old, m.n, erased_json(m.old, terms, pseudonym, is_numbers, m.key) AS new,
                 CASE WHEN keys_are_users THEN regexp_replace(m.key, terms ->> 'value', pseudonym, 'g')
                      ELSE m.key END AS new_key
          FROM json_each(doc) WITH ORDINALITY AS m (key, old, n)) AS e;
  ELSE
    RETURN NULL;
  END CASE;
  RETURN CASE WHEN changed THEN replaced END;
END $$;

-- As erased_json, of a text that should be JSON. In one that PostgreSQL cannot read as such, quoted strings are replaced.
CREATE FUNCTION erased_document(doc text, terms jsonb, pseudonym text, is_numbers boolean) RETURNS text
  LANGUAGE plpgsql STABLE
  AS $$
DECLARE
  replaced text;
BEGIN
  RETURN erased_json(doc::json, terms, pseudonym, is_numbers);
EXCEPTION WHEN data_exception OR statement_too_complex THEN
  replaced := regexp_replace(doc, terms ->> 'quoted', pseudonym, 'g');
  RETURN CASE WHEN replaced <> doc THEN replaced END;
END $$;
