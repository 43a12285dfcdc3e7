-- A fact may be dated up to a day ahead of the clock. What is known of the past must be readable
-- while such a fact waits for its time.

-- The last run and the last success of each five minutes: microseconds since 1970, id, and of the last run 1
-- for success, and the records.
ALTER TABLE pipeline_slot ADD COLUMN last bigint[], ADD COLUMN success bigint[];
CREATE INDEX pipeline_slot_by_source ON pipeline_slot (source, begins);

UPDATE pipeline_slot s SET last = r.last, success = r.success
FROM (
  SELECT source, date_bin('5 minutes', at, timestamptz '2000-01-01 00:00:00Z') AS begins,
         max(ARRAY[(extract(epoch FROM at) * 1000000)::bigint, id,
                   (status = 'success')::int, records]) AS last,
         max(ARRAY[(extract(epoch FROM at) * 1000000)::bigint, id])
           FILTER (WHERE status = 'success') AS success
  FROM scrape_run GROUP BY 1, 2) r
WHERE s.source = r.source AND s.begins = r.begins;

-- Each metric of a source in each of its latest 50 hours, beside the median of the 168 hours before that hour,
-- and the median of their distances from it. 50, because the newest hour may be a day ahead, and one of the last
-- 24 is shown. hours: how many of the 168 have a value. attempts: what the value is made of.
CREATE TABLE pipeline_deviation (
  source   text COLLATE "C" NOT NULL,
  metric   text NOT NULL,
  hour     timestamptz NOT NULL,
  value    double precision NOT NULL,
  attempts bigint NOT NULL,
  hours    bigint NOT NULL,
  median   double precision,
  mad      double precision,
  PRIMARY KEY (source, metric, hour)
) WITH (fillfactor = 70);

INSERT INTO pipeline_deviation
SELECT m.source, v.metric, m.hour, v.value, v.attempts, coalesce(cardinality(past), 0), median, mad
FROM (SELECT source, max(hour) AS last FROM data_quality_metrics GROUP BY 1) n
  JOIN data_quality_metrics m ON m.source = n.source AND m.hour > n.last - interval '50 hours'
  CROSS JOIN LATERAL measures(m.runs, m.failures, m.records, m.geocoding_attempts,
    m.geocoding_successes, m.validation_attempts, m.validation_passes) v
  CROSS JOIN LATERAL (
    SELECT array_agg(w.value) FROM data_quality_metrics q
      CROSS JOIN LATERAL measures(q.runs, q.failures, q.records, q.geocoding_attempts,
        q.geocoding_successes, q.validation_attempts, q.validation_passes) w
    WHERE q.source = m.source AND q.hour < m.hour AND q.hour >= m.hour - interval '168 hours'
      AND w.metric = v.metric AND w.attempts > 0) AS before (past)
  CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x)
                      FROM unnest(past) AS x) AS middle (median)
  CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(x - median))
                      FROM unnest(past) AS x) AS spread (mad)
WHERE v.attempts > 0;

DROP TABLE pipeline_departure;
