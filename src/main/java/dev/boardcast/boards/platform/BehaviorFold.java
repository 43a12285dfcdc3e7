package dev.boardcast.boards.platform;

import java.util.List;

/**
 * SQL that folds facts into views by content and day, and into cohorts: how many users of each
 * first week were active in which week.
 *
 * <p>A user who becomes active in a week, or no longer is because a transaction was corrected,
 * changes the counts of that user's weeks only, also where the first week moves to an earlier one
 * since a fact came late. The fold reads no other users.
 */
final class BehaviorFold {
  private static final String CONTENT =
      """
      INSERT INTO platform_content_day AS c (day, content_id, views)
      SELECT date_trunc('day', at, 'UTC'), content_id, count(*) FROM platform_view
      WHERE is_fresh(tx, $1) AND coalesce(kind, 'view') = 'view' GROUP BY 1, 2
      ON CONFLICT (day, content_id) DO UPDATE SET views = c.views + excluded.views""";

  private static final String CHANGE =
      """
      WITH change AS MATERIALIZED (
        SELECT user_id, date_trunc('week', at, 'UTC') AS week, sum(sign) AS facts
        FROM (SELECT user_id, at, sign FROM platform_transaction_change
              WHERE user_id IS NOT NULL AND is_fresh(tx, $1)
              UNION ALL
              SELECT user_id, at, 1 FROM platform_view
              WHERE user_id IS NOT NULL AND is_fresh(tx, $1)
              UNION ALL
              SELECT user_id, at, 1 FROM platform_activity WHERE is_fresh(tx, $1)) AS fresh
        GROUP BY 1, 2 HAVING sum(sign) <> 0
      )""";

  // Reads the state before the new facts, so it runs before WEEKS.
  private static final String COHORTS =
      CHANGE
          + """
      , moved AS MATERIALIZED (
        SELECT user_id, week, before + facts > 0 AS is_now
        FROM (SELECT c.*, coalesce((SELECT w.facts FROM platform_user_week w
                                    WHERE w.user_id = c.user_id AND w.week = c.week), 0) AS before
              FROM change c) AS known
        WHERE (before > 0) <> (before + facts > 0)
      ), was AS MATERIALIZED (
        SELECT t.user_id, w.week, min(w.week) OVER (PARTITION BY t.user_id) AS first
        FROM (SELECT DISTINCT user_id FROM moved) AS t
          CROSS JOIN LATERAL (SELECT week FROM platform_user_week p
                              WHERE p.user_id = t.user_id AND p.facts > 0) AS w
      ), becomes AS (
        SELECT week, min(week) OVER (PARTITION BY user_id) AS first
        FROM (SELECT user_id, week FROM was
              EXCEPT SELECT user_id, week FROM moved WHERE NOT is_now
              UNION ALL SELECT user_id, week FROM moved WHERE is_now) AS kept
      )
      INSERT INTO platform_cohort AS c (first_week, week, users)
      SELECT first, week, sum(n)
      FROM (SELECT first, week, -1 AS n FROM was
            UNION ALL SELECT first, week, 1 FROM becomes) AS each
      GROUP BY 1, 2 HAVING sum(n) <> 0
      ON CONFLICT (first_week, week) DO UPDATE SET users = c.users + excluded.users""";

  private static final String WEEKS =
      CHANGE
          + """

      INSERT INTO platform_user_week AS w (user_id, week, facts)
      SELECT user_id, week, facts FROM change
      ON CONFLICT (user_id, week) DO UPDATE SET facts = w.facts + excluded.facts""";

  private static final String FORGET =
      """
      WITH unseen AS (DELETE FROM platform_user_week WHERE facts = 0)
      DELETE FROM platform_cohort WHERE $1::pg_snapshot IS NOT NULL AND users = 0""";

  static final List<String> STATEMENTS = List.of(CONTENT, COHORTS, WEEKS, FORGET);

  private BehaviorFold() {}
}
