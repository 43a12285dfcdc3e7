package dev.boardcast.boards.analysis;

import java.util.List;

/**
 * SQL that adds new messages, corrections of their labels, and changes of topics, runs, verdicts
 * and schedules to the rollups of {@link AnalysisBoard}; {@code $1} is the watermark.
 */
final class AnalysisFold {
  private static final String MESSAGES =
      """
      INSERT INTO analysis_rollup AS r
        (grain, bucket, topic_id, messages, noise, labelled, correct, confident, confidence_sum)
      SELECT g.grain,
             date_bin(make_interval(mins => g.grain), m.at, '1900-01-01 00:00:00+00'),
             coalesce(m.topic_id, ''),
             count(*),
             count(*) FILTER (WHERE m.noise),
             count(m.correct),
             count(*) FILTER (WHERE m.correct),
             count(m.confidence) FILTER (WHERE NOT m.noise),
             coalesce(sum(m.confidence) FILTER (WHERE NOT m.noise), 0)
      FROM analysis_message m CROSS JOIN (VALUES (15), (60), (1440)) AS g (grain)
      WHERE is_fresh(m.tx, $1)
      GROUP BY 1, 2, 3
      ON CONFLICT (grain, bucket, topic_id) DO UPDATE
        SET messages = r.messages + excluded.messages,
            noise = r.noise + excluded.noise,
            labelled = r.labelled + excluded.labelled,
            correct = r.correct + excluded.correct,
            confident = r.confident + excluded.confident,
            confidence_sum = r.confidence_sum + excluded.confidence_sum""";
  private static final String CORRECTIONS =
      """
      INSERT INTO analysis_rollup AS r
        (grain, bucket, topic_id, messages, noise, labelled, correct, confident, confidence_sum,
         corrected, confirmed)
      SELECT g.grain,
             date_bin(make_interval(mins => g.grain), c.at, '1900-01-01 00:00:00+00'),
             coalesce(c.topic_id, ''),
             0, 0,
             sum(c.sign),
             coalesce(sum(c.sign) FILTER (WHERE c.correct), 0),
             0, 0,
             coalesce(sum(c.sign) FILTER (WHERE c.is_corrected), 0),
             coalesce(sum(c.sign) FILTER (WHERE c.is_corrected AND c.correct), 0)
      FROM analysis_correction c CROSS JOIN (VALUES (15), (60), (1440)) AS g (grain)
      WHERE is_fresh(c.tx, $1)
      GROUP BY 1, 2, 3
      ON CONFLICT (grain, bucket, topic_id) DO UPDATE
        SET labelled = r.labelled + excluded.labelled,
            correct = r.correct + excluded.correct,
            corrected = r.corrected + excluded.corrected,
            confirmed = r.confirmed + excluded.confirmed""";
  // A pair of labels without messages has no row.
  private static final String CONFUSION =
      """
      MERGE INTO analysis_confusion AS c USING (
        SELECT g.grain,
               date_bin(make_interval(mins => g.grain), l.at, '1900-01-01 00:00:00+00') AS bucket,
               l.predicted, l.actual, sum(l.sign) AS messages
        FROM (
          SELECT m.at, m.predicted_label AS predicted,
                 CASE WHEN m.correct THEN m.predicted_label ELSE m.true_label END AS actual,
                 1 AS sign
          FROM analysis_message m WHERE is_fresh(m.tx, $1) AND m.correct IS NOT NULL
          UNION ALL
          SELECT k.at, k.predicted, k.actual, k.sign
          FROM analysis_correction k WHERE is_fresh(k.tx, $1)) AS l
          CROSS JOIN (VALUES (15), (60), (360), (1440)) AS g (grain)
        GROUP BY 1, 2, 3, 4 HAVING sum(l.sign) <> 0) AS f
      ON (c.grain, c.bucket, c.predicted, c.actual) = (f.grain, f.bucket, f.predicted, f.actual)
      WHEN MATCHED AND c.messages = -f.messages THEN DELETE
      WHEN MATCHED THEN UPDATE SET messages = c.messages + f.messages
      WHEN NOT MATCHED THEN
        INSERT VALUES (f.grain, f.bucket, f.predicted, f.actual, f.messages)""";
  private static final String CHANGES =
      """
      INSERT INTO analysis_count AS c (counter, grain, bucket, changes, total)
      SELECT f.counter, g.grain,
             CASE WHEN g.grain = 0 THEN '-infinity'
                  ELSE date_bin(make_interval(mins => nullif(g.grain, 0)), f.at,
                                '1900-01-01 00:00:00+00') END,
             count(*), sum(f.delta)
      FROM analysis_change f CROSS JOIN (VALUES (0), (15), (60), (1440)) AS g (grain)
      WHERE is_fresh(f.tx, $1)
      GROUP BY 1, 2, 3
      ON CONFLICT (counter, grain, bucket) DO UPDATE
        SET changes = c.changes + excluded.changes, total = c.total + excluded.total""";

  static final List<String> STATEMENTS = List.of(MESSAGES, CORRECTIONS, CONFUSION, CHANGES);
  static final List<String> ROLLUPS =
      List.of("analysis_rollup", "analysis_confusion", "analysis_count");

  private AnalysisFold() {}
}
