package dev.boardcast.boards.pipeline;

import java.util.List;

/** SQL that folds runs and samples into rollups; {@code $1} is the watermark. */
final class PipelineFold {
  // max() over arrays of time, id, status and records finds the last run. Consecutive failures are
  // added to the stored number unless there is a later success; otherwise the failures after it are
  // counted, with the partial index of failures.
  private static final String RUNS =
      """
      WITH run AS MATERIALIZED (
        SELECT id, source, status, records, at,
               (extract(epoch FROM at) * 1000000)::bigint AS micros
        FROM scrape_run WHERE is_fresh(tx, $1)
      ), hours AS (
        INSERT INTO data_quality_metrics AS m (hour, source, runs, failures, records, fewest, most)
        SELECT date_trunc('hour', at, 'UTC'), source, count(*),
               count(*) FILTER (WHERE status = 'failure'),
               coalesce(sum(records) FILTER (WHERE status = 'success'), 0),
               min(records) FILTER (WHERE status = 'success'),
               max(records) FILTER (WHERE status = 'success')
        FROM run GROUP BY 1, 2
        ON CONFLICT (hour, source) DO UPDATE
          SET runs = m.runs + excluded.runs,
              failures = m.failures + excluded.failures,
              records = m.records + excluded.records,
              fewest = least(m.fewest, excluded.fewest), most = greatest(m.most, excluded.most)
      ), slots AS (
        INSERT INTO pipeline_slot AS m
          (begins, source, runs, failures, last, success, fewest, most)
        SELECT date_bin('5 minutes', at, timestamptz '2000-01-01 00:00:00Z'), source, count(*),
               count(*) FILTER (WHERE status = 'failure'),
               max(ARRAY[micros, id, (status = 'success')::int, records]),
               max(ARRAY[micros, id, records]) FILTER (WHERE status = 'success'),
               min(records) FILTER (WHERE status = 'success'),
               max(records) FILTER (WHERE status = 'success')
        FROM run GROUP BY 1, 2
        ON CONFLICT (begins, source) DO UPDATE
          SET runs = m.runs + excluded.runs, failures = m.failures + excluded.failures,
              last = greatest(m.last, excluded.last),
              success = greatest(m.success, excluded.success),
              fewest = least(m.fewest, excluded.fewest), most = greatest(m.most, excluded.most)
      ), news AS (
        SELECT r.source, o.run_at, o.run_id, o.status, o.records, o.success_at, o.success_id,
               o.success_records,
               coalesce(o.failures, 0) AS failures,
               max(r.at) AS at, max(r.at) FILTER (WHERE r.status = 'success') AS ok_at,
               max(ARRAY[r.micros, r.id, (r.status = 'success')::int, r.records]) AS last,
               max(ARRAY[r.micros, r.id, r.records]) FILTER (WHERE r.status = 'success') AS ok,
               count(*) FILTER (WHERE r.status = 'failure' AND (r.at, r.id)
                 > (coalesce(o.success_at, '-infinity'), coalesce(o.success_id, 0))) AS failed
        FROM run r LEFT JOIN pipeline_source o USING (source)
        GROUP BY r.source, o.source
      )
      INSERT INTO pipeline_source AS s
        (source, run_at, run_id, status, records, success_at, success_id, success_records,
         failures)
      SELECT source,
             CASE WHEN is_latest THEN at ELSE run_at END,
             CASE WHEN is_latest THEN last[2] ELSE run_id END,
             CASE WHEN NOT is_latest THEN status WHEN last[3] = 1 THEN 'success' ELSE 'failure' END,
             CASE WHEN is_latest THEN last[4] ELSE records END,
             CASE WHEN is_success THEN ok_at ELSE success_at END,
             CASE WHEN is_success THEN ok[2] ELSE success_id END,
             CASE WHEN is_success THEN ok[3] ELSE success_records END,
             CASE WHEN is_success
                  THEN (SELECT count(*) FROM scrape_run r
                        WHERE r.source = n.source AND r.status = 'failure'
                          AND (r.at, r.id) > (ok_at, ok[2]))
                  ELSE failures + failed END
      FROM news n CROSS JOIN LATERAL (
          SELECT (at, last[2]) > (coalesce(run_at, '-infinity'), coalesce(run_id, 0)),
                 coalesce((ok_at, ok[2])
                   > (coalesce(success_at, '-infinity'), coalesce(success_id, 0)), false)
        ) AS now (is_latest, is_success)
      ON CONFLICT (source) DO UPDATE
        SET run_at = excluded.run_at, run_id = excluded.run_id, status = excluded.status,
            records = excluded.records, success_at = excluded.success_at,
            success_id = excluded.success_id, success_records = excluded.success_records,
            failures = excluded.failures""";

  private static final String SAMPLES =
      """
      WITH sample AS MATERIALIZED (
        SELECT source, at, geocoding_attempts, geocoding_successes,
               validation_attempts, validation_passes
        FROM quality_sample WHERE is_fresh(tx, $1)
      ), hours AS (
        INSERT INTO data_quality_metrics AS m
          (hour, source, geocoding_attempts, geocoding_successes, validation_attempts,
           validation_passes)
        SELECT date_trunc('hour', at, 'UTC'), source, sum(geocoding_attempts),
               sum(geocoding_successes), sum(validation_attempts), sum(validation_passes)
        FROM sample GROUP BY 1, 2
        ON CONFLICT (hour, source) DO UPDATE
          SET geocoding_attempts = m.geocoding_attempts + excluded.geocoding_attempts,
              geocoding_successes = m.geocoding_successes + excluded.geocoding_successes,
              validation_attempts = m.validation_attempts + excluded.validation_attempts,
              validation_passes = m.validation_passes + excluded.validation_passes
      ), slots AS (
        INSERT INTO pipeline_slot AS m
          (begins, source, geocoding_attempts, geocoding_successes, validation_attempts,
           validation_passes)
        SELECT date_bin('5 minutes', at, timestamptz '2000-01-01 00:00:00Z'), source,
               sum(geocoding_attempts), sum(geocoding_successes), sum(validation_attempts),
               sum(validation_passes)
        FROM sample GROUP BY 1, 2
        ON CONFLICT (begins, source) DO UPDATE
          SET geocoding_attempts = m.geocoding_attempts + excluded.geocoding_attempts,
              geocoding_successes = m.geocoding_successes + excluded.geocoding_successes,
              validation_attempts = m.validation_attempts + excluded.validation_attempts,
              validation_passes = m.validation_passes + excluded.validation_passes
      )
      INSERT INTO pipeline_source AS s (source, sample_at)
      SELECT source, max(at) FROM sample GROUP BY 1
      ON CONFLICT (source) DO UPDATE SET sample_at = greatest(s.sample_at, excluded.sample_at)""";

  private static final String CHECKS =
      """
      WITH made AS MATERIALIZED (
        SELECT q.source, q.at, c.name, c.attempts, c.passes
        FROM quality_sample q CROSS JOIN LATERAL jsonb_to_recordset(q.checks::jsonb)
          AS c (name text, attempts bigint, passes bigint)
        WHERE q.checks IS NOT NULL AND is_fresh(q.tx, $1)
      ), known AS (
        INSERT INTO pipeline_check_source AS s (source, name, sample_at)
        SELECT source, name, max(at) FROM made GROUP BY 1, 2
        ON CONFLICT (source, name) DO UPDATE
          SET sample_at = greatest(s.sample_at, excluded.sample_at)
      )
      INSERT INTO pipeline_check AS m (span, begins, source, name, attempts, passes)
      SELECT v.span, v.begins, source, name, sum(attempts), sum(passes)
      FROM made CROSS JOIN LATERAL (VALUES
        ('hour', date_trunc('hour', at, 'UTC')),
        ('slot', date_bin('5 minutes', at, timestamptz '2000-01-01 00:00:00Z'))) AS v (span, begins)
      GROUP BY 1, 2, 3, 4
      ON CONFLICT (span, begins, source, name) DO UPDATE
        SET attempts = m.attempts + excluded.attempts, passes = m.passes + excluded.passes""";

  // What an hour of a source is compared by: the fixed metrics, and its named checks.
  private static final String MEASURES =
      """
      LATERAL (
            SELECT * FROM measures(m.runs, m.failures, m.records, m.geocoding_attempts,
              m.geocoding_successes, m.validation_attempts, m.validation_passes)
            UNION ALL
            SELECT 'check.' || k.name, 100.0::float8 * k.passes / nullif(k.attempts, 0), k.attempts
            FROM pipeline_check k
            WHERE k.span = 'hour' AND k.begins = m.hour AND k.source = m.source
          ) v""";

  // Of each source with new facts, compares the hours that have changed, or whose past has: those
  // from the first hour with a new fact on, of the latest 50. Nearly all facts are of the newest
  // hour, whose median and MAD are unchanged once they are known. It does not depend on the clock:
  // what is compared with now is read as of now.
  private static final String DEVIATIONS =
      """
      WITH touched AS MATERIALIZED (
        SELECT source, min(hour) AS first FROM (
          SELECT source, date_trunc('hour', at, 'UTC') AS hour
          FROM scrape_run WHERE is_fresh(tx, $1)
          UNION ALL
          SELECT source, date_trunc('hour', at, 'UTC')
          FROM quality_sample WHERE is_fresh(tx, $1)
        ) AS fresh GROUP BY source
      ), newest AS MATERIALIZED (
        SELECT t.source, t.first,
               (SELECT max(hour) FROM data_quality_metrics q WHERE q.source = t.source) AS last
        FROM touched t
      ), changed AS MATERIALIZED (
        SELECT m.source, v.metric, m.hour, v.value, v.attempts,
               m.hour = n.first AND EXISTS (
                 SELECT FROM pipeline_deviation d
                 WHERE d.source = m.source AND d.metric = v.metric AND d.hour = m.hour) AS is_known
        FROM newest n
          JOIN data_quality_metrics m ON m.source = n.source AND m.hour >= n.first
            AND m.hour > n.last - interval '50 hours'
          CROSS JOIN %1$s
        WHERE v.attempts > 0
      ), refreshed AS (
        UPDATE pipeline_deviation d SET value = c.value, attempts = c.attempts
        FROM changed c WHERE c.is_known
          AND d.source = c.source AND d.metric = c.metric AND d.hour = c.hour
      ), forgotten AS (
        DELETE FROM pipeline_deviation d USING newest n
        WHERE d.source = n.source AND d.hour <= n.last - interval '50 hours'
      ), due AS MATERIALIZED (
        SELECT source, min(hour) - interval '168 hours' AS since
        FROM changed WHERE NOT is_known GROUP BY source
      ), measured AS MATERIALIZED (
        SELECT m.source, v.metric, m.hour, v.value
        FROM due
          JOIN data_quality_metrics m ON m.source = due.source AND m.hour >= due.since
          CROSS JOIN %1$s
        WHERE v.attempts > 0
      ), beside AS (
        SELECT c.source, c.metric, c.hour, c.value, c.attempts,
               array_agg(p.value) FILTER (WHERE p.value IS NOT NULL) AS past
        FROM changed c LEFT JOIN measured p
          ON p.source = c.source AND p.metric = c.metric
            AND p.hour < c.hour AND p.hour >= c.hour - interval '168 hours'
        WHERE NOT c.is_known
        GROUP BY 1, 2, 3, 4, 5
      )
      INSERT INTO pipeline_deviation AS d
        (source, metric, hour, value, attempts, hours, median, mad)
      SELECT source, metric, hour, value, attempts, coalesce(cardinality(past), 0), median, mad
      FROM beside
        CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x)
                            FROM unnest(past) AS x) AS middle (median)
        CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(x - median))
                            FROM unnest(past) AS x) AS spread (mad)
      ON CONFLICT (source, metric, hour) DO UPDATE
        SET value = excluded.value, attempts = excluded.attempts, hours = excluded.hours,
            median = excluded.median, mad = excluded.mad"""
          .formatted(MEASURES);

  static final List<String> STATEMENTS = List.of(RUNS, SAMPLES, CHECKS, DEVIATIONS);

  private PipelineFold() {}
}
