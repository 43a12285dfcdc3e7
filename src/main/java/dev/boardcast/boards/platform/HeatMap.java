package dev.boardcast.boards.platform;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Views by hour and weekday, and by content and day. Both are read from rollups. */
final class HeatMap {
  /** Contents that are shown; the views of all others are one row. */
  static final int TOP = 50;

  private static final String BY_WEEKDAY =
      """
      SELECT extract(isodow FROM bucket AT TIME ZONE $3)::integer AS weekday,
             extract(hour FROM bucket AT TIME ZONE $3)::integer AS hour, sum(views)::bigint AS views
      FROM platform_rollup
      WHERE span = 'quarter' AND bucket >= $1 AND bucket < $2 AND views <> 0
      GROUP BY 1, 2 ORDER BY 1, 2""";
  private static final String BY_CONTENT =
      """
      WITH cell AS MATERIALIZED (
        SELECT day, content_id, views FROM platform_content_day WHERE day >= $1 AND day < $2
      ), shown AS (
        SELECT content_id, row_number() OVER (ORDER BY sum(views) DESC, content_id) AS place
        FROM cell GROUP BY 1 ORDER BY 2 LIMIT %d
      )
      SELECT s.place, s.content_id, c.day, sum(c.views)::bigint AS views
      FROM cell c LEFT JOIN shown s USING (content_id)
      GROUP BY 1, 2, 3 ORDER BY 1 NULLS LAST, 3"""
          .formatted(TOP);

  /** A cell with views; others have none. */
  record Hour(int weekday, int hour, long views) {}

  /** A day with views. */
  record Day(LocalDate day, long views) {}

  /**
   * Views of a content.
   *
   * @param contentId null for all contents that are not shown
   */
  record Content(String contentId, long views, List<Day> days) {}

  private HeatMap() {}

  /** Views by hour and ISO weekday (1 is Monday) of a zone. */
  static Future<List<Hour>> byWeekday(SqlClient client, BehaviorRange range, ZoneId zone) {
    return client
        .preparedQuery(BY_WEEKDAY)
        .execute(Tuple.of(range.starts(zone), range.ends(zone), zone.getId()))
        .map(
            rows -> {
              var hours = new ArrayList<Hour>();
              for (Row row : rows) {
                hours.add(
                    new Hour(
                        row.getInteger("weekday"), row.getInteger("hour"), row.getLong("views")));
              }
              return hours;
            });
  }

  /** Views by content and UTC day, of the contents with most views first. */
  static Future<List<Content>> byContent(SqlClient client, BehaviorRange range) {
    return client
        .preparedQuery(BY_CONTENT)
        .execute(Tuple.of(range.starts(ZoneOffset.UTC), range.ends(ZoneOffset.UTC)))
        .map(
            rows -> {
              Map<Long, List<Row>> byPlace = new LinkedHashMap<>();
              for (Row row : rows) {
                byPlace.computeIfAbsent(row.getLong("place"), first -> new ArrayList<>()).add(row);
              }
              return byPlace.values().stream().map(HeatMap::content).toList();
            });
  }

  private static Content content(List<Row> rows) {
    List<Day> days =
        rows.stream()
            .map(
                row ->
                    new Day(
                        LocalDate.ofInstant(
                            row.getOffsetDateTime("day").toInstant(), ZoneOffset.UTC),
                        row.getLong("views")))
            .toList();
    long views = days.stream().mapToLong(Day::views).sum();
    return new Content(rows.get(0).getString("content_id"), views, days);
  }
}
