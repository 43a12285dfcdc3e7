package dev.boardcast.bench;

import dev.boardcast.testing.Person;
import java.util.List;

/**
 * A board's facts for {@link CostBench}: made by the database, spread over a year, and where a
 * table says who wrote them, over transactions of 500 rows.
 *
 * @param tables of facts
 * @param load statements that add facts {@code %1$d} to {@code %2$d} as if written long ago; the
 *     transaction of fact g is {@code tx_of(g)}, its time {@code at_of(g)}
 * @param fresh statements that add 1000 facts now, in different ways each time: {@code %1$d}
 *     differs
 * @param plain what a backend without rollups would ask each time, less than the board's snapshot
 *     says
 */
record CostFacts(
    String board, List<String> tables, List<String> load, List<String> fresh, String plain) {

  private static final CostFacts ROUTING =
      new CostFacts(
          "routing",
          List.of("routing_decision"),
          List.of(
              """
              INSERT INTO routing_decision
                (event_id, strategy, provider, model, confidence, cost, decided_at, tx)
              SELECT 'e' || g, 's' || g %% 5, 'p' || g %% 4, 'm' || g %% 12,
                     (g %% 101) / 100.0, (g %% 997) / 100000.0, at_of(g), tx_of(g)
              FROM generate_series(%1$d, %2$d) g"""),
          List.of(
              """
              INSERT INTO routing_decision
                (event_id, strategy, provider, model, confidence, cost, decided_at)
              SELECT 'f%1$d-' || g, 's' || g %% 5, 'p' || g %% 4, 'm' || g %% 12,
                     (g %% 101) / 100.0, (g %% 997) / 100000.0, now()
              FROM generate_series(1, 1000) g"""),
          """
          SELECT strategy, provider, model, count(*), sum(cost), avg(confidence),
                 count(*) FILTER (WHERE confidence >= 0.8)
          FROM routing_decision
          GROUP BY GROUPING SETS ((), (strategy), (provider), (model))""");

  private static final CostFacts ANALYSIS =
      new CostFacts(
          "analysis",
          List.of("analysis_message", "analysis_change"),
          List.of(
              """
              INSERT INTO analysis_topic
              SELECT 't' || g, 'topic ' || g, '', now(), now() FROM generate_series(0, 29) g
              ON CONFLICT DO NOTHING""",
              """
              INSERT INTO analysis_message
                (event_id, topic_id, predicted_topic_id, predicted_label, true_label, confidence,
                 noise, at, tx)
              SELECT 'e' || g, 't' || g %% 30, 't' || g %% 30, 'topic ' || g %% 30,
                     CASE WHEN g %% 3 = 0 THEN 'topic ' || g %% 29 END,
                     (g %% 101) / 100.0, g %% 7 = 0, at_of(g), tx_of(g)
              FROM generate_series(%1$d, %2$d) g"""),
          List.of(
              """
              INSERT INTO analysis_message
                (event_id, topic_id, predicted_topic_id, predicted_label, true_label, confidence,
                 noise, at)
              SELECT 'f%1$d-' || g, 't' || g %% 30, 't' || g %% 30, 'topic ' || g %% 30,
                     CASE WHEN g %% 3 = 0 THEN 'topic ' || g %% 29 END,
                     (g %% 101) / 100.0, g %% 7 = 0, now()
              FROM generate_series(1, 1000) g"""),
          """
          SELECT topic_id, count(*), count(*) FILTER (WHERE noise), count(correct),
                 count(*) FILTER (WHERE correct), avg(confidence) FILTER (WHERE NOT noise)
          FROM analysis_message WHERE at >= now() - interval '7 days'
          GROUP BY topic_id""");

  private static final CostFacts PIPELINE =
      new CostFacts(
          "pipeline",
          List.of("scrape_run", "quality_sample"),
          List.of(
              """
              INSERT INTO scrape_run (event_id, source, status, records, started_at, at, tx)
              SELECT 'e' || g, 'source ' || g %% 20,
                     CASE WHEN g %% 33 = 0 THEN 'failure' ELSE 'success' END, g %% 500,
                     t - interval '1 minute', t, tx_of(g)
              FROM (SELECT g, at_of(g) AS t FROM generate_series(%1$d, %2$d) g WHERE g %% 2 = 0) f""",
              """
              INSERT INTO quality_sample
                (event_id, source, geocoding_attempts, geocoding_successes, validation_attempts,
                 validation_passes, at, tx)
              SELECT 'e' || g, 'source ' || g %% 20, 100, 90 + g %% 10, 100, 95 + g %% 5, at_of(g), tx_of(g)
              FROM generate_series(%1$d, %2$d) g WHERE g %% 2 = 1"""),
          List.of(
              """
              INSERT INTO scrape_run (event_id, source, status, records, started_at, at)
              SELECT 'f%1$d-' || g, 'source ' || g %% 20,
                     CASE WHEN g %% 33 = 0 THEN 'failure' ELSE 'success' END, g %% 500,
                     now() - interval '1 minute', now()
              FROM generate_series(1, 500) g""",
              """
              INSERT INTO quality_sample
                (event_id, source, geocoding_attempts, geocoding_successes, validation_attempts,
                 validation_passes, at)
              SELECT 'f%1$d-' || g, 'source ' || g %% 20, 100, 90 + g %% 10, 100, 95 + g %% 5,
                     now()
              FROM generate_series(1, 500) g"""),
          """
          SELECT r.*, q.* FROM (
            SELECT source, max(at), count(*) FILTER (WHERE at >= now() - interval '24 hours'),
                   count(*) FILTER (WHERE at >= now() - interval '24 hours'
                                      AND status = 'success')
            FROM scrape_run GROUP BY source) r
          JOIN (
            SELECT source, sum(geocoding_attempts), sum(geocoding_successes),
                   sum(validation_attempts), sum(validation_passes)
            FROM quality_sample WHERE at >= now() - interval '24 hours' GROUP BY source) q
          USING (source)""");

  // A fifth of the facts are transactions, the others views and signs of life.
  private static final CostFacts PLATFORM =
      new CostFacts(
          "platform",
          List.of("platform_transaction_change", "platform_view", "platform_activity"),
          List.of(
              """
              INSERT INTO platform_transaction_change
                (transaction_id, sign, user_id, amount, status, at, tx)
              SELECT 'x' || g, 1, 'u' || g * 31 %% 20000, (g %% 9973) / 100.0,
                     CASE g / 5 %% 20 WHEN 0 THEN 'failed' WHEN 1 THEN 'pending'
                                      ELSE 'completed' END, at_of(g), tx_of(g)
              FROM generate_series(%1$d, %2$d) g WHERE g %% 5 = 0""",
              """
              INSERT INTO platform_view (event_id, content_id, user_id, at, tx)
              SELECT 'e' || g, 'c' || g %% 500, 'u' || g * 31 %% 20000, at_of(g), tx_of(g)
              FROM generate_series(%1$d, %2$d) g WHERE g %% 5 IN (1, 2)""",
              """
              INSERT INTO platform_activity (event_id, user_id, at, tx)
              SELECT 'e' || g, 'u' || g * 31 %% 20000, at_of(g), tx_of(g)
              FROM generate_series(%1$d, %2$d) g WHERE g %% 5 IN (3, 4)"""),
          List.of(
              """
              INSERT INTO platform_transaction
                (transaction_id, user_id, amount, status, occurred_at, is_timed)
              SELECT 'f%1$d-' || g, 'u' || g * 31 %% 20000, g / 100.0, 'completed', now(), true
              FROM generate_series(1, 200) g""",
              """
              INSERT INTO platform_view (event_id, content_id, user_id, at)
              SELECT 'f%1$d-' || g, 'c' || g %% 500, 'u' || g * 37 %% 20000, now()
              FROM generate_series(1, 400) g""",
              """
              INSERT INTO platform_activity (event_id, user_id, at)
              SELECT 'f%1$d-' || g, 'u' || g * 41 %% 20000, now()
              FROM generate_series(1, 400) g"""),
          """
          SELECT (SELECT count(*) FROM platform_view),
                 (SELECT count(DISTINCT user_id) FROM platform_activity
                  WHERE at >= date_trunc('day', now(), 'UTC')),
                 t.*
          FROM (SELECT status, sum(sign), sum(sign * amount),
                       sum(sign * amount) FILTER (WHERE at >= date_trunc('day', now(), 'UTC')),
                       sum(sign * amount) FILTER (WHERE at >= date_trunc('month', now(), 'UTC'))
                FROM platform_transaction_change GROUP BY status) t""");

  // Each who asks has numbers of his own. One sees a thousand, one sees all.
  private static final CostFacts TASKS = tasks("tasks");
  private static final CostFacts ALL_TASKS = tasks("all-tasks");

  static final List<CostFacts> ALL =
      List.of(ROUTING, PLATFORM, ANALYSIS, PIPELINE, TASKS, ALL_TASKS);

  /** Whether there are numbers for all, and not for each who asks. */
  boolean isForAll() {
    return this != TASKS && this != ALL_TASKS;
  }

  /** Who asks, where each has numbers of his own. */
  Person caller() {
    return this == TASKS ? Person.of("ada", "red") : Person.of("root").with("admin");
  }

  private static CostFacts tasks(String of) {
    return new CostFacts(
        of,
        List.of("task"),
        List.of(
            """
            INSERT INTO task (id, title, status, owner_id, team_id, created_at, updated_at,
                              completed_at, content)
            SELECT gen_random_uuid(), 'task ' || g,
                   CASE WHEN g %% 3 = 0 THEN 'pending' ELSE 'completed' END,
                   CASE WHEN g <= 500 THEN 'ada' ELSE 'u' || g * 31 %% 20000 END,
                   CASE WHEN g BETWEEN 501 AND 1000 THEN 'red' ELSE 't' || g %% 1000 END, t, t,
                   CASE WHEN g %% 3 > 0 THEN t + interval '1 hour' END, ''
            FROM (SELECT g, at_of(g) AS t FROM generate_series(%1$d, %2$d) g) f"""),
        List.of(
            """
            INSERT INTO task (id, title, owner_id, team_id, created_at, updated_at, content)
            SELECT gen_random_uuid(), 'task %1$d-' || g, 'u' || g, 't' || g, now(), now(), ''
            FROM generate_series(1, 1000) g"""),
        """
        SELECT team_id, count(*), count(*) FILTER (WHERE status = 'completed'),
               avg(completed_at - created_at)
        FROM task GROUP BY GROUPING SETS ((), (team_id))""");
  }
}
