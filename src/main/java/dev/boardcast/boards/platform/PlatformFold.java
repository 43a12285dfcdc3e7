package dev.boardcast.boards.platform;

import java.util.List;
import java.util.stream.Stream;

/**
 * SQL that folds facts into sums and into the number of active users over time.
 *
 * <p>A user is active for 300 seconds from the second of an activity on. In the sequence of a
 * user's activities, each one adds the part of its 300 seconds that the previous one does not
 * cover. A new activity, or a subtracted one, therefore changes what it and the next one add, and
 * nothing else. The fold reads no more than these, independent of the number of users and facts.
 */
final class PlatformFold {
  static final List<String> FACTS =
      List.of(
          "platform_transaction_change",
          "platform_view",
          "platform_activity",
          "platform_rate_change");
  static final List<String> ROLLUPS =
      List.of(
          "platform_rollup",
          "platform_presence",
          "platform_presence_step",
          "platform_presence_minute",
          "platform_return",
          "platform_content_day",
          "platform_user_week",
          "platform_cohort",
          "platform_currency_rollup",
          "platform_known_rate",
          "platform_converted");

  private static final String SUMS =
      """
      INSERT INTO platform_rollup AS r
        (span, bucket, revenue, pending, completed, failed, views, activities)
      SELECT b.span, b.bucket,
             coalesce(sum(f.sign * f.amount) FILTER (WHERE f.status = 'completed' AND f.is_own), 0),
             coalesce(sum(f.sign) FILTER (WHERE f.status = 'pending'), 0),
             coalesce(sum(f.sign) FILTER (WHERE f.status = 'completed'), 0),
             coalesce(sum(f.sign) FILTER (WHERE f.status = 'failed'), 0),
             coalesce(sum(f.sign) FILTER (WHERE f.status = 'view'), 0),
             coalesce(sum(f.sign) FILTER (WHERE f.status = 'activity'), 0)
      FROM (SELECT at, status, sign, amount, currency IS NULL AS is_own
            FROM platform_transaction_change
            WHERE is_fresh(tx, $1)
            UNION ALL
            SELECT at, 'view', 1, 0, true FROM platform_view
            WHERE is_fresh(tx, $1) AND coalesce(kind, 'view') = 'view'
            UNION ALL
            SELECT at, 'activity', 1, 0, true FROM platform_activity WHERE is_fresh(tx, $1)) f
      CROSS JOIN LATERAL
        (VALUES ('all', timestamptz '-infinity'),
                ('day', date_bin('1 day', f.at, timestamptz 'epoch')),
                ('quarter', date_bin('15 minutes', f.at, timestamptz 'epoch'))) b (span, bucket)
      GROUP BY b.span, b.bucket
      ON CONFLICT (span, bucket) DO UPDATE
        SET revenue = r.revenue + excluded.revenue,
            pending = r.pending + excluded.pending,
            completed = r.completed + excluded.completed,
            failed = r.failed + excluded.failed,
            views = r.views + excluded.views,
            activities = r.activities + excluded.activities""";

  private static final String CHANGE =
      """
      WITH horizon AS (
        SELECT platform_horizon() AS since
      ), fresh AS (
        SELECT user_id, date_trunc('second', at) AS at, sign
        FROM platform_transaction_change WHERE user_id IS NOT NULL AND is_fresh(tx, $1)
        UNION ALL
        SELECT user_id, date_trunc('second', at), 1
        FROM platform_view WHERE user_id IS NOT NULL AND is_fresh(tx, $1)
        UNION ALL
        SELECT user_id, date_trunc('second', at), 1
        FROM platform_activity WHERE is_fresh(tx, $1)
      ), change AS MATERIALIZED (
        SELECT user_id, at, sum(sign) AS facts FROM fresh CROSS JOIN horizon
        WHERE at >= since GROUP BY user_id, at HAVING sum(sign) <> 0
      )""";

  // Reads the state before the new facts, so it runs before SECONDS. Index look-ups are subqueries,
  // so that the planner cannot turn them into joins. If the table is empty nothing is looked up:
  // a recomputation would scan the rows that it has deleted.
  private static final String STEPS =
      CHANGE
          + """
      , kept AS MATERIALIZED (
        SELECT (SELECT true FROM platform_presence
                ORDER BY date_bin('15 minutes', at, timestamptz 'epoch') DESC LIMIT 1) AS found
      ), known AS MATERIALIZED (
        SELECT c.*, (SELECT p.facts FROM platform_presence p
                     WHERE p.user_id = c.user_id AND p.at = c.at) AS before
        FROM change c
      ), moved AS MATERIALIZED (
        SELECT user_id, at, before IS NOT NULL AS was, before IS NULL AS is_now
        FROM known WHERE before IS NULL OR before + facts = 0
        UNION ALL
        SELECT user_id, at, true, false FROM platform_presence CROSS JOIN horizon
        WHERE date_bin('15 minutes', at, timestamptz 'epoch') = since - interval '15 minutes'
          AND at >= since - interval '5 minutes'
      ), chain AS (
        SELECT user_id, at, bool_and(was) AS was, bool_and(is_now) AS is_now
        FROM (SELECT * FROM moved
              UNION ALL
              SELECT m.user_id, next.at, true, true FROM moved m CROSS JOIN LATERAL (
                (SELECT p.at FROM platform_presence p
                 WHERE (SELECT kept.found FROM kept) AND p.user_id = m.user_id AND p.at < m.at
                 ORDER BY p.at DESC LIMIT 1)
                UNION ALL
                (SELECT p.at FROM platform_presence p
                 WHERE (SELECT kept.found FROM kept) AND p.user_id = m.user_id AND p.at > m.at
                 ORDER BY p.at LIMIT 1)) next) near
        GROUP BY user_id, at
      ), linked AS (
        SELECT at, was, is_now, max(at) FILTER (WHERE was) OVER earlier AS was_after,
               max(at) FILTER (WHERE is_now) OVER earlier AS is_after
        FROM chain
        WINDOW earlier AS (PARTITION BY user_id ORDER BY at
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      ), link AS MATERIALIZED (
        SELECT at, prior, sum(n) AS n
        FROM (SELECT at, was_after AS prior, -1 AS n FROM linked WHERE was
              UNION ALL SELECT at, is_after, 1 FROM linked WHERE is_now) each
        GROUP BY at, prior HAVING sum(n) <> 0
      ), step AS MATERIALIZED (
        SELECT at, sum(n)::integer AS net
        FROM (SELECT greatest(at, prior + interval '5 minutes') AS at, n FROM link
              UNION ALL SELECT at + interval '5 minutes', -n FROM link) edge
        CROSS JOIN horizon
        WHERE at >= since GROUP BY at HAVING sum(n) <> 0
      ), stepped AS (
        INSERT INTO platform_presence_step AS s (at, net) SELECT at, net FROM step
        ON CONFLICT (at) DO UPDATE SET net = s.net + excluded.net
      ), due AS (
        INSERT INTO platform_presence_minute (minute)
        SELECT DISTINCT date_trunc('minute', at) FROM step
        ON CONFLICT (minute) DO UPDATE SET top = NULL
      )
      INSERT INTO platform_return AS r (bucket, before, users)
      SELECT bucket, before, sum(n)::integer
      FROM (SELECT bucket, n,
                   CASE WHEN quarter >= bucket - interval '26 hours' THEN quarter
                        ELSE timestamptz '-infinity' END AS before
            FROM (SELECT n, date_bin('15 minutes', at, timestamptz 'epoch') AS bucket,
                         date_bin('15 minutes', prior, timestamptz 'epoch') AS quarter
                  FROM link) q) v
      CROSS JOIN horizon
      WHERE bucket >= since + interval '26 hours' AND before < bucket
      GROUP BY bucket, before HAVING sum(n) <> 0
      ON CONFLICT (bucket, before) DO UPDATE SET users = r.users + excluded.users""";

  private static final String SECONDS =
      CHANGE
          + """

      INSERT INTO platform_presence AS p (user_id, at, facts) SELECT user_id, at, facts FROM change
      ON CONFLICT (user_id, at) DO UPDATE SET facts = p.facts + excluded.facts""";

  // Deletes rows that were subtracted completely, and everything before the horizon but the sums.
  private static final String FORGET =
      """
      WITH forgotten AS (
        DELETE FROM platform_presence
        WHERE date_bin('15 minutes', at, timestamptz 'epoch') < (SELECT platform_horizon())
           OR facts = 0
      ), unstepped AS (
        DELETE FROM platform_presence_step WHERE at < (SELECT platform_horizon()) OR net = 0
      ), unminuted AS (
        DELETE FROM platform_presence_minute WHERE minute < (SELECT platform_horizon())
      )
      DELETE FROM platform_return
      WHERE $1::pg_snapshot IS NOT NULL
        AND (bucket < (SELECT platform_horizon()) + interval '26 hours' OR users = 0)""";

  private static final String TOPS =
      """
      UPDATE platform_presence_minute m SET net = s.net, top = s.top
      FROM (SELECT minute, sum(net)::integer AS net, max(users)::integer AS top
            FROM (SELECT d.minute, s.net,
                         sum(s.net) OVER (PARTITION BY d.minute ORDER BY s.at) AS users
                  FROM platform_presence_minute d JOIN platform_presence_step s
                    ON s.at >= d.minute AND s.at < d.minute + interval '1 minute'
                  WHERE d.top IS NULL AND $1::pg_snapshot IS NOT NULL) running
            GROUP BY minute) s
      WHERE m.minute = s.minute""";

  private static final String EMPTY_MINUTES =
      """
      DELETE FROM platform_presence_minute WHERE top IS NULL AND $1::pg_snapshot IS NOT NULL""";

  static final List<String> STATEMENTS =
      Stream.of(
              List.of(SUMS, STEPS, SECONDS, FORGET, TOPS, EMPTY_MINUTES),
              BehaviorFold.STATEMENTS,
              CurrencyFold.STATEMENTS)
          .flatMap(List::stream)
          .toList();

  private PlatformFold() {}
}
