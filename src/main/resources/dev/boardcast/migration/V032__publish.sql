-- What an application's transaction may publish: the rules of streams as the nodes have them, in the order in which they count.
-- The node with the role api that started or read its rules last has written them; see PublishRules. Of the names that begin with
-- prefix, pattern matches those of the rule.
CREATE TABLE publish_rule (
  place     integer PRIMARY KEY,
  prefix    text COLLATE "C" NOT NULL,
  pattern   text COLLATE "C" NOT NULL,
  closed    boolean NOT NULL,
  durable   boolean NOT NULL,
  max_bytes integer NOT NULL CHECK (max_bytes > 0)
);

-- Names and types that are the product's own, and the digest of all that a node has written.
CREATE TABLE publish_own (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  streams  text[] NOT NULL,
  types    text[] NOT NULL,
  digest   text NOT NULL
);
INSERT INTO publish_own (streams, types, digest) VALUES ('{}', '{}', '');

-- The shard of an application's stream: the same as Shards.of in Java, for ASCII names.
CREATE FUNCTION shard_of(stream text) RETURNS smallint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  hash bigint := 0;
BEGIN
  FOR i IN 1 .. length(stream) LOOP
    hash := (hash * 31 + ascii(substr(stream, i, 1))) & 4294967295;
  END LOOP;
  IF hash > 2147483647 THEN hash := hash - 4294967296; END IF;
  RETURN 1 + (hash % 3 + 3) % 3;
END $$;

-- Writes an event in the transaction of the caller, who need not have any right to a table. Emitters listen to the channel: the
-- notification is sent at the commit, once per shard and transaction, as it says the same each time.
CREATE FUNCTION publish(stream text, type text, data jsonb) RETURNS uuid
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = "${flyway:defaultSchema}", pg_temp
  AS $$
DECLARE
  own    publish_own;
  rule   publish_rule;
  shard  smallint;
  id     uuid := gen_random_uuid();
  body   text := publish.data::text;
BEGIN
  SELECT * INTO own FROM publish_own;
  IF own.digest = '' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = 'publish: expected the rules of streams, which a node with the role api writes when it starts; none has';
  END IF;
  IF publish.stream IS NULL OR publish.stream !~ '^[A-Za-z0-9._:-]{1,100}$' OR publish.stream ~ '^(user|team)\.'
     OR publish.stream = ANY (own.streams) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'stream: expected 1 to 100 letters, digits and . _ : -, not starting with user. or team., and no board''s topic';
  END IF;
  IF publish.type IS NULL OR publish.type !~ '^[A-Za-z0-9._:-]{1,100}$' OR publish.type = ANY (own.types) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
      MESSAGE = 'type: expected 1 to 100 letters, digits and . _ : -, and no type of the product''s own';
  END IF;
  IF publish.data IS NULL OR jsonb_typeof(publish.data) <> 'object' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'data: expected a JSON object';
  END IF;
  SELECT * INTO rule FROM publish_rule r
  WHERE CASE WHEN starts_with(publish.stream, r.prefix) THEN publish.stream ~ r.pattern ELSE false END
  ORDER BY r.place LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('stream: expected a name that stream-rules declares, not %s', publish.stream);
  END IF;
  IF rule.closed THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('stream: expected one to which stream-rules lets somebody publish, not %s', publish.stream);
  END IF;
  IF NOT rule.durable THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
      MESSAGE = format('stream: expected one with durable messages, not %s', publish.stream);
  END IF;
  IF octet_length(body) > rule.max_bytes THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
      MESSAGE = format('data: expected at most %s bytes, not %s', rule.max_bytes, octet_length(body));
  END IF;
  -- The same bounds as HTTP's. Few objects come as far as the second half of each condition.
  IF length(body) - length(translate(body, '{[', '')) > 62
     AND jsonb_path_exists(publish.data, 'strict $.**{63 to last} ? (@.type() == "object" || @.type() == "array")') THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
      MESSAGE = 'data: expected objects and arrays in at most 63 levels';
  END IF;
  IF body ~ '[0-9.]{101}' AND EXISTS (
       SELECT FROM jsonb_path_query(publish.data, 'strict $.** ? (@.type() == "number")') AS number (value)
       WHERE length(number.value::text) > 100) THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded',
      MESSAGE = 'data: expected numbers of at most 100 characters';
  END IF;
  shard := shard_of(publish.stream);
  INSERT INTO outbox (shard, event_id, type, streams, data, at)
  VALUES (shard, id, publish.type, ARRAY[publish.stream], body::json, clock_timestamp());
  PERFORM pg_notify('boardcast_outbox', current_schema() || ' ' || shard);
  RETURN id;
END $$;

-- One role is given the right by the operator: see PROTOCOL, "From a transaction".
REVOKE ALL ON FUNCTION publish(text, text, jsonb) FROM PUBLIC;
