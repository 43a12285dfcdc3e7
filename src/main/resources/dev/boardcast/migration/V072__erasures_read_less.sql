-- Quick, and true of all texts in which an erasure may find the name. Characters may be escaped.
CREATE FUNCTION erasure_may_name(doc text, terms jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  AS $$
BEGIN
  RETURN strpos(doc, terms ->> 'name') > 0 OR strpos(doc, terms ->> 'encoded') > 0
    OR strpos(doc, terms ->> 'json') > 0 OR strpos(doc, '\') > 0;
END $$;

-- As in V071, but what cannot name the user is not walked: of a hundred numbers few are of the user.
CREATE OR REPLACE FUNCTION erased_json(doc json, terms jsonb, pseudonym text, is_numbers boolean, within text DEFAULT NULL) RETURNS text
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
    FROM (SELECT a.old, a.n,
                 CASE WHEN erasure_may_name(a.old::text, terms)
                      THEN erased_json(a.old, terms, pseudonym, is_numbers, within) END AS new
          FROM json_array_elements(doc) WITH ORDINALITY AS a (old, n)) AS e;
  WHEN 'object' THEN
    keys_are_users := kind = 'value' AND within IS NOT NULL
      AND (is_numbers OR terms ? 'text' OR within ~* (terms #>> '{keys,user}'));
    SELECT bool_or(e.new IS NOT NULL OR e.new_key <> e.key),
           '{' || string_agg(to_json(e.new_key)::text || ':' || coalesce(e.new, e.old::text), ',' ORDER BY e.n) || '}'
    INTO changed, replaced
    FROM (SELECT m.key, m.old, m.n,
                 CASE WHEN json_typeof(m.old) IN ('string', 'array', 'object') AND erasure_may_name(m.old::text, terms)
                      THEN erased_json(m.old, terms, pseudonym, is_numbers, m.key) END AS new,
                 CASE WHEN keys_are_users AND erasure_may_name(m.key, terms)
                      THEN regexp_replace(m.key, terms ->> 'value', pseudonym, 'g')
                      ELSE m.key END AS new_key
          FROM json_each(doc) WITH ORDINALITY AS m (key, old, n)) AS e;
  ELSE
    RETURN NULL;
  END CASE;
  RETURN CASE WHEN changed THEN replaced END;
END $$;
