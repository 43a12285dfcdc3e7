-- Facts that were dropped, since what they made of the rollups is in sealed sums, tables sealed_<rollup>, which the first drop creates:
-- see FactSeal. All facts of a table with a time before sealed_before are dropped or will be.
CREATE TABLE fact_seal (
  facts         text PRIMARY KEY,
  board         text NOT NULL,
  -- The column with the time of a fact, as in SQL.
  time          text NOT NULL,
  sealed_before timestamptz NOT NULL,
  dropped       bigint NOT NULL,
  seals         bigint NOT NULL
);
CREATE INDEX fact_seal_of_board ON fact_seal (board);

-- Refuses facts with a time before the bound: whether one was counted already is not known any more. The argument is the column with the
-- time. It runs after the rows were inserted, so after the look at their event ids, and sees what was committed by then: a fact whose first
-- row was dropped in between finds the bound that was moved with it.
CREATE FUNCTION facts_not_sealed() RETURNS trigger LANGUAGE plpgsql
  SET search_path = "${flyway:defaultSchema}", pg_temp
  AS $$
DECLARE
  bound  timestamptz;
  oldest timestamptz;
BEGIN
  SELECT sealed_before INTO bound FROM fact_seal WHERE facts = TG_TABLE_NAME;
  IF bound IS NULL THEN RETURN NULL; END IF;
  EXECUTE format('SELECT min(%s) FROM added', TG_ARGV[0]) INTO oldest;
  IF oldest < bound THEN
    RAISE EXCEPTION USING ERRCODE = 'SEALD',
      MESSAGE = format('%s: expected a time from %s on, since older facts of %s are sealed', TG_ARGV[0], bound, TG_TABLE_NAME),
      DETAIL = to_char(bound AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  END IF;
  RETURN NULL;
END $$;

-- Adds the trigger to a table of facts with event ids that has none, and has deleted rows vacuumed soon: they come at the rate of new ones.
CREATE FUNCTION guard_facts(of_table text, of_time text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_attribute
                 WHERE attrelid = to_regclass(quote_ident(of_table)) AND attname = 'event_id' AND NOT attisdropped)
     OR EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass(quote_ident(of_table)) AND tgname = 'not_sealed') THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TRIGGER not_sealed AFTER INSERT ON %I REFERENCING NEW TABLE AS added'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION facts_not_sealed(%L)', of_table, of_time);
  EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_scale_factor = 0.02)', of_table);
END $$;

-- The oldest facts of each table are found by their time.
CREATE INDEX platform_transaction_change_at ON platform_transaction_change (at);
CREATE INDEX analysis_change_at ON analysis_change (at);
