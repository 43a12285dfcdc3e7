-- Of a board file of version 2: its own fact table, its rollup tables, and from which minute on its
-- sums by the minute are kept. rollup is what its rollups depend on.
ALTER TABLE board_file
  ADD COLUMN facts   text,
  ADD COLUMN tables  text[] NOT NULL DEFAULT '{}',
  ADD COLUMN horizon timestamptz NOT NULL DEFAULT '-infinity';

-- A number that can be added up; NULL for others.
CREATE FUNCTION finite_number(x numeric) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN x NOT IN ('NaN', 'Infinity', '-Infinity') THEN x END $$;

-- A text that is equal for equal values and fits into an index: numbers have no zeros at the end, a
-- long text is cut, and told from others by its digest.
CREATE FUNCTION value_text(x anyelement) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  plain text := x::text;
BEGIN
  IF pg_typeof(x) = 'numeric'::regtype THEN RETURN trim_scale(plain::numeric)::text; END IF;
  IF length(plain) > 200 THEN RETURN left(plain, 100) || md5(plain); END IF;
  RETURN plain;
END $$;

-- The middle of the logarithmic bin of a number, within 1 % of it (DDSketch): bins are 1.8 % wide,
-- and their middles have four digits. Below 1e-9 it is 0, beyond 1e18 it is that of 1e18.
CREATE FUNCTION sketch_bin(x numeric) RETURNS numeric
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  gamma  CONSTANT float8 := 1.009 / 0.991;
  middle numeric;
BEGIN
  IF abs(x) < 1e-9 THEN RETURN 0; END IF;
  middle := 2 / (gamma + 1) * gamma ^ ceil(ln(least(abs(x), 1e18)::float8) / ln(gamma));
  RETURN sign(x) * round(middle, 3 - floor(log(middle))::integer);
END $$;
