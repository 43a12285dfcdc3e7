-- How many facts of a board were dropped, and up to which time: see FactSeal. The sums of them are in tables
-- sealed_<rollup>, which the first drop creates.
CREATE TABLE fact_seal (
  board         text NOT NULL,
  facts         text NOT NULL,
  sealed_before timestamptz NOT NULL,
  dropped       bigint NOT NULL,
  PRIMARY KEY (board, facts)
);
