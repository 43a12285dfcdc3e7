-- What a sample checked besides locations and validity, by name: a JSON array of objects with name, attempts and passes.
ALTER TABLE quality_sample ADD COLUMN checks text;

-- Checks by source and name, in hours and in slots of five minutes, as data_quality_metrics and pipeline_slot.
CREATE TABLE pipeline_check (
  span     text COLLATE "C" NOT NULL CHECK (span IN ('hour', 'slot')),
  begins   timestamptz NOT NULL,
  source   text COLLATE "C" NOT NULL,
  name     text COLLATE "C" NOT NULL,
  attempts bigint NOT NULL,
  passes   bigint NOT NULL,
  PRIMARY KEY (span, begins, source, name)
) WITH (fillfactor = 70);

-- Which checks a source has, and when each was last made.
CREATE TABLE pipeline_check_source (
  source    text COLLATE "C" NOT NULL,
  name      text COLLATE "C" NOT NULL,
  sample_at timestamptz NOT NULL,
  PRIMARY KEY (source, name)
) WITH (fillfactor = 70);

-- The fewest and most records of a successful run.
ALTER TABLE data_quality_metrics ADD COLUMN fewest bigint, ADD COLUMN most bigint;
ALTER TABLE pipeline_slot ADD COLUMN fewest bigint, ADD COLUMN most bigint;
-- Of the last successful run. pipeline_slot.success has the records as its third element.
ALTER TABLE pipeline_source ADD COLUMN success_records bigint;

UPDATE data_quality_metrics m SET fewest = r.fewest, most = r.most
FROM (SELECT source, date_trunc('hour', at, 'UTC') AS hour, min(records) AS fewest, max(records) AS most
      FROM scrape_run WHERE status = 'success' GROUP BY 1, 2) r
WHERE m.source = r.source AND m.hour = r.hour;

UPDATE pipeline_slot s
SET fewest = r.fewest, most = r.most,
    success = CASE WHEN s.success IS NULL THEN NULL ELSE s.success[1:2] ||
      (SELECT records FROM scrape_run WHERE id = s.success[2]) END
FROM (SELECT source, date_bin('5 minutes', at, timestamptz '2000-01-01 00:00:00Z') AS begins,
             min(records) AS fewest, max(records) AS most
      FROM scrape_run WHERE status = 'success' GROUP BY 1, 2) r
WHERE s.source = r.source AND s.begins = r.begins;

UPDATE pipeline_source s SET success_records = r.records
FROM scrape_run r WHERE r.id = s.success_id;
