-- HyperLogLog with 2,048 registers. The cell of a value is 64 * register + rank, the rank from 1 to
-- 32. How many values have each cell is a row, so a value can be taken back, as no maximum allows:
-- the register is the greatest rank that is left. SHA-256, since the hash functions of PostgreSQL
-- may differ between versions and machines.
CREATE FUNCTION distinct_cell(x text) RETURNS numeric
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  bits CONSTANT bit(48) :=
    ('x' || encode(substr(sha256(convert_to(x, 'UTF8')), 1, 6), 'hex'))::bit(48);
  rank CONSTANT integer := position(B'1' IN substring(bits FROM 12 FOR 31));
BEGIN
  RETURN 64 * substring(bits FROM 1 FOR 11)::integer + CASE rank WHEN 0 THEN 32 ELSE rank END;
END $$;

-- How many different values there are, of the registers that are not empty: how many these are, and
-- the sum of 2^-rank. The estimator is Ertl's, "New cardinality estimation algorithms for
-- HyperLogLog sketches" (2017), which needs no tables of bias; the standard error is 2.3 %.
CREATE FUNCTION distinct_estimate(registers bigint, powers double precision) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
  AS $$
DECLARE
  m     CONSTANT float8 := 2048;
  x     float8 := (m - registers) / m;
  y     float8 := 1;
  sigma float8 := x;
  last  float8;
BEGIN
  IF registers = 0 THEN RETURN 0; END IF;
  LOOP
    -- float8 has no underflow in PostgreSQL, but an error.
    EXIT WHEN x < 1e-100;
    x := x * x;
    last := sigma;
    sigma := sigma + x * y;
    EXIT WHEN sigma = last;
    y := y + y;
  END LOOP;
  RETURN round(m * m / (2 * ln(2::float8) * (m * sigma + coalesce(powers, 0))));
END $$;
