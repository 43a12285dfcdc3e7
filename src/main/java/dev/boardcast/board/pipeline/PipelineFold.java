package dev.boardcast.board.pipeline;

import java.util.List;

/** How runs and samples become rollups; {@code $1} is the watermark. */
final class PipelineFold {
  // Failures in a row: added up while no later success comes; else counted anew among the few
  // that lie after it, which the partial index of failures holds.
  private static final String RUNS =
      """
      WITH run AS MATERIALIZED (
        SELECT id, source, status, records, finished_at AS at
        FROM scrape_run WHERE is_fresh(tx, $1)
      ), hours AS (
        INSERT INTO data_quality_metrics AS m (hour, source, runs, failures, records)
        SELECT date_trunc('hour', at, 'UTC'), source, count(*),
               count(*) FILTER (WHERE status = 'failure'),
               coalesce(sum(records) FILTER (WHERE status = 'success'), 0)
        FROM run GROUP BY 1, 2
        ON CONFLICT (hour, source) DO UPDATE
          SET runs = m.runs + excluded.runs,
              failures = m.failures + excluded.failures,
              records = m.records + excluded.records
      ), slots AS (
        INSERT INTO pipeline_slot AS m (begins, source, runs, failures)
        SELECT date_bin('5 minutes', at, timestamptz '2000-01-01 00:00:00Z'), source, count(*),
               count(*) FILTER (WHERE status = 'failure')
        FROM run GROUP BY 1, 2
        ON CONFLICT (begins, source) DO UPDATE
          SET runs = m.runs + excluded.runs, failures = m.failures + excluded.failures
      ), latest AS (
        SELECT DISTINCT ON (source) * FROM run ORDER BY source, at DESC, id DESC
      ), success AS (
        SELECT DISTINCT ON (source) source, at, id
        FROM run WHERE status = 'success' ORDER BY source, at DESC, id DESC
      ), failed AS (
        SELECT r.source, count(*) AS runs
        FROM run r LEFT JOIN pipeline_source s USING (source)
        WHERE r.status = 'failure'
          AND (r.at, r.id) > (coalesce(s.success_at, '-infinity'), coalesce(s.success_id, 0))
        GROUP BY 1
      )
      INSERT INTO pipeline_source AS s
        (source, run_at, run_id, status, records, success_at, success_id, failures)
      SELECT l.source,
             CASE WHEN is_latest THEN l.at ELSE o.run_at END,
             CASE WHEN is_latest THEN l.id ELSE o.run_id END,
             CASE WHEN is_latest THEN l.status ELSE o.status END,
             CASE WHEN is_latest THEN l.records ELSE o.records END,
             CASE WHEN is_success THEN w.at ELSE o.success_at END,
             CASE WHEN is_success THEN w.id ELSE o.success_id END,
             CASE WHEN is_success
                  THEN (SELECT count(*) FROM scrape_run r
                        WHERE r.source = l.source AND r.status = 'failure'
                          AND (r.finished_at, r.id) > (w.at, w.id))
                  ELSE coalesce(o.failures, 0) + coalesce(f.runs, 0) END
      FROM latest l
        LEFT JOIN success w USING (source)
        LEFT JOIN failed f USING (source)
        LEFT JOIN pipeline_source o USING (source)
        CROSS JOIN LATERAL (
          SELECT (l.at, l.id) > (coalesce(o.run_at, '-infinity'), coalesce(o.run_id, 0)),
                 w.id IS NOT NULL AND (w.at, w.id)
                   > (coalesce(o.success_at, '-infinity'), coalesce(o.success_id, 0))
        ) AS news (is_latest, is_success)
      ON CONFLICT (source) DO UPDATE
        SET run_at = excluded.run_at, run_id = excluded.run_id, status = excluded.status,
            records = excluded.records, success_at = excluded.success_at,
            success_id = excluded.success_id, failures = excluded.failures""";

  private static final String SAMPLES =
      """
      WITH sample AS MATERIALIZED (
        SELECT source, sampled_at AS at, geocoding_attempts, geocoding_successes,
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

  // Sources with fresh facts only, and of each no more hours than the past it is compared with: the
  // cost of a source is bounded, however long its history.
  private static final String DEPARTURES =
      """
      WITH touched AS MATERIALIZED (
        SELECT source FROM scrape_run WHERE is_fresh(tx, $1)
        UNION SELECT source FROM quality_sample WHERE is_fresh(tx, $1)
      ), present AS MATERIALIZED (
        SELECT source, (SELECT hour FROM data_quality_metrics m WHERE m.source = t.source
                        ORDER BY hour DESC LIMIT 1) AS hour
        FROM touched t
      ), measured AS MATERIALIZED (
        SELECT m.source, m.hour, v.metric, v.value, v.attempts,
               m.hour > p.hour - interval '24 hours' AS is_recent
        FROM present p
          JOIN data_quality_metrics m
            ON m.source = p.source AND m.hour > p.hour - interval '192 hours'
          CROSS JOIN LATERAL (VALUES
            ('records', records::float8 / nullif(runs - failures, 0), runs - failures),
            ('success_rate', 100.0::float8 * (runs - failures) / nullif(runs, 0), runs),
            ('geocoding_success_rate',
             100.0::float8 * geocoding_successes / nullif(geocoding_attempts, 0),
             geocoding_attempts),
            ('validation_pass_rate',
             100.0::float8 * validation_passes / nullif(validation_attempts, 0),
             validation_attempts)) AS v (metric, value, attempts)
        WHERE v.attempts > 0
      ), latest AS MATERIALIZED (
        SELECT DISTINCT ON (source, metric) source, metric, hour, value, attempts
        FROM measured WHERE is_recent ORDER BY source, metric, hour DESC
      ), past AS MATERIALIZED (
        SELECT m.source, m.metric, m.value
        FROM latest l JOIN measured m USING (source, metric)
        WHERE m.hour < l.hour AND m.hour >= l.hour - interval '168 hours'
      ), middle AS MATERIALIZED (
        SELECT source, metric, count(*) AS hours,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median
        FROM past GROUP BY 1, 2
      ), spread AS (
        SELECT source, metric,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(value - median)) AS mad
        FROM past JOIN middle USING (source, metric) GROUP BY 1, 2
      )
      INSERT INTO pipeline_departure AS d
        (source, metric, hour, value, attempts, hours, median, mad)
      SELECT t.source, k.metric, l.hour, l.value, l.attempts, coalesce(m.hours, 0), m.median, s.mad
      FROM touched t
        CROSS JOIN (VALUES ('records'), ('success_rate'), ('geocoding_success_rate'),
                           ('validation_pass_rate')) AS k (metric)
        LEFT JOIN latest l USING (source, metric)
        LEFT JOIN middle m USING (source, metric)
        LEFT JOIN spread s USING (source, metric)
      ON CONFLICT (source, metric) DO UPDATE
        SET hour = excluded.hour, value = excluded.value, attempts = excluded.attempts,
            hours = excluded.hours, median = excluded.median, mad = excluded.mad""";

  static final List<String> STATEMENTS = List.of(RUNS, SAMPLES, DEPARTURES);

  private PipelineFold() {}
}
