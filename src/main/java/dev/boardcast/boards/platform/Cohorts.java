package dev.boardcast.boards.platform;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Users by the week of their first activity, and how many of them were active in each later week.
 * Weeks start on Monday, in UTC. A late fact may move a user to an earlier cohort; a week ahead of
 * the clock is not shown before it begins.
 */
final class Cohorts {
  private static final String SELECT =
      """
      SELECT first_week, week, users FROM platform_cohort
      WHERE first_week >= $1 AND first_week < $2 AND week <= $3 ORDER BY 1, 2""";

  /**
   * A week of a cohort with active users.
   *
   * @param week 0 for the first
   * @param percent of the users of the cohort
   */
  record Week(long week, long users, BigDecimal percent) {}

  /**
   * Users with the same first week.
   *
   * @param week its Monday
   */
  record Cohort(LocalDate week, long users, List<Week> weeks) {}

  private Cohorts() {}

  /** Reads the cohorts whose first week begins in the range. */
  static Future<List<Cohort>> read(SqlClient client, BehaviorRange range, OffsetDateTime now) {
    return client
        .preparedQuery(SELECT)
        .execute(Tuple.of(range.starts(ZoneOffset.UTC), range.ends(ZoneOffset.UTC), now))
        .map(
            rows -> {
              Map<OffsetDateTime, List<Row>> byWeek = new LinkedHashMap<>();
              for (Row row : rows) {
                byWeek
                    .computeIfAbsent(
                        row.getOffsetDateTime("first_week"), first -> new ArrayList<>())
                    .add(row);
              }
              return byWeek.values().stream().map(Cohorts::cohort).toList();
            });
  }

  private static Cohort cohort(List<Row> rows) {
    LocalDate first = monday(rows.get(0), "first_week");
    long users = rows.get(0).getLong("users");
    List<Week> weeks =
        rows.stream()
            .map(
                row ->
                    new Week(
                        ChronoUnit.WEEKS.between(first, monday(row, "week")),
                        row.getLong("users"),
                        Money.percent(row.getLong("users"), users)))
            .toList();
    return new Cohort(first, users, weeks);
  }

  private static LocalDate monday(Row row, String column) {
    return LocalDate.ofInstant(row.getOffsetDateTime(column).toInstant(), ZoneOffset.UTC);
  }
}
