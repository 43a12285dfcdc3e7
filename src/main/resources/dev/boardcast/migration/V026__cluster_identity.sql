-- The name by which the members of a closed cluster find each other. Nobody can guess it, and it does not
-- change when the cluster's secret does.
CREATE TABLE cluster_identity (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  name text NOT NULL
);

INSERT INTO cluster_identity (name)
VALUES (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
