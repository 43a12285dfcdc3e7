package dev.boardcast.boards.platform;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * How many users did the first steps of a sequence, in order, within a window from the first of
 * them on. Of all events of a user, those are chosen that reach furthest. Read from the facts of
 * the range, so that a late fact counts at once, and one ahead of the clock when the range has its
 * day.
 *
 * @param steps kinds of events; {@code purchase} also stands for completed transactions
 */
record Funnel(List<String> steps, Duration within) {
  private static final String DROPPED =
      """
      SELECT (sealed_before AT TIME ZONE 'UTC')::date + 1 FROM fact_seal
      WHERE facts = 'platform_view' AND sealed_before > $1""";

  private static final int MAX_STEPS = 8;
  private static final String PURCHASE = "purchase";
  private static final String STEPS = "2 to 8 kinds of events, separated by commas";
  private static final int MAX_MINUTES = 44_640;

  /** A step: users who did it and all before it, and their percentage of those of the first. */
  record Step(String kind, long users, BigDecimal percent) {}

  /**
   * Reads {@code steps} and {@code within_minutes}.
   *
   * @throws Problem 400 naming the wrong parameter
   */
  static Funnel of(QueryParameters query) {
    int minutes = query.number("within_minutes", 1, MAX_MINUTES, 24 * 60);
    List<String> steps =
        List.of(
            query.text("steps").orElseThrow(() -> Problem.invalid("steps", STEPS)).split(",", -1));
    boolean areKinds = steps.stream().allMatch(step -> step.matches(View.KIND));
    if (steps.size() < 2 || steps.size() > MAX_STEPS || !areKinds) {
      throw Problem.invalid("steps", STEPS);
    }
    return new Funnel(steps, Duration.ofMinutes(minutes));
  }

  /** Reads the users of each step, of events in the range. */
  Future<List<Step>> read(Pool pool, BehaviorRange range) {
    var parameters =
        Tuple.of(
            range.starts(ZoneOffset.UTC), range.ends(ZoneOffset.UTC), (double) within.toSeconds());
    parameters.addArrayOfString(steps.toArray(String[]::new));
    return pool.withTransaction(
            tx ->
                tx.query("SET LOCAL statement_timeout = '5s'")
                    .execute()
                    .compose(limited -> tx.preparedQuery(sql()).execute(parameters))
                    .compose(rows -> requireViews(tx, range).map(rows)))
        .map(rows -> steps(rows.iterator().next()));
  }

  /** After the funnel was read: views that are dropped meanwhile are dropped for ever. */
  private static Future<Void> requireViews(SqlClient tx, BehaviorRange range) {
    return tx.preparedQuery(DROPPED)
        .execute(Tuple.of(range.starts(ZoneOffset.UTC)))
        .map(
            rows -> {
              for (Row row : rows) {
                throw Problem.invalid(
                    "from",
                    "a day from " + row.getLocalDate(0) + " on, as older views were dropped");
              }
              return null;
            });
  }

  /**
   * Each step is a column with the latest time at which a sequence that ends in this event can have
   * begun: of all sequences it is the one that has most of its window left.
   */
  private String sql() {
    var sql =
        new StringBuilder(
            """
            WITH e0 AS MATERIALIZED (
              SELECT user_id, coalesce(kind, 'view') AS kind, at, 'v' || lpad(id::text, 19, '0') AS id FROM platform_view
              WHERE at >= $1 AND at < $2 AND user_id IS NOT NULL
                AND coalesce(kind, 'view') = ANY ($4::text[])
            """);
    if (steps.contains(PURCHASE)) {
      sql.append(
          """
          UNION ALL
          SELECT user_id, 'purchase', occurred_at, 'z' || transaction_id FROM platform_transaction
          WHERE occurred_at >= $1 AND occurred_at < $2 AND user_id IS NOT NULL
            AND status = 'completed'
          """);
    }
    sql.append(
        """
        ), e1 AS (
          SELECT *, CASE WHEN kind = ($4::text[])[1] THEN at END AS s1 FROM e0)""");
    for (int step = 2; step <= steps.size(); step++) {
      sql.append(
          """
          , r%1$d AS (
            SELECT %3$s, CASE WHEN kind = ($4::text[])[%1$d] THEN max(s%2$d) OVER (
              PARTITION BY user_id ORDER BY at, id
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END AS begun FROM e%2$d
          ), e%1$d AS (
            SELECT *, CASE WHEN at <= begun + $3 * interval '1 second' THEN begun END AS s%1$d
            FROM (SELECT %3$s, begun FROM r%1$d) AS columns)"""
              .formatted(step, step - 1, columns(step - 1)));
    }
    sql.append("\nSELECT ");
    for (int step = 1; step <= steps.size(); step++) {
      sql.append(step == 1 ? "" : ", ")
          .append(
              "count(DISTINCT user_id) FILTER (WHERE s%1$d IS NOT NULL) AS n%1$d".formatted(step));
    }
    return sql.append(" FROM (SELECT ")
        .append(columns(steps.size()))
        .append(" FROM e")
        .append(steps.size())
        .append(") AS reached")
        .toString();
  }

  private static String columns(int steps) {
    var columns = new StringBuilder("user_id, kind, at, id");
    for (int step = 1; step <= steps; step++) columns.append(", s").append(step);
    return columns.toString();
  }

  private List<Step> steps(Row row) {
    long first = row.getLong("n1");
    var read = new ArrayList<Step>();
    for (int i = 0; i < steps.size(); i++) {
      long users = row.getLong("n" + (i + 1));
      read.add(new Step(steps.get(i), users, Money.percent(users, first)));
    }
    return read;
  }
}
