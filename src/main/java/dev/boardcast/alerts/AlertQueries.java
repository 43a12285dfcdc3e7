package dev.boardcast.alerts;

import dev.boardcast.spi.Page;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads alerts and their history, of the boards that a caller may see. Thread safe. */
final class AlertQueries {
  /** What a cursor of open alerts has as its key. */
  static final String OPEN_KEY = "(?s)[0-9a-f-]{36} .{0,400}|[0-9a-f-]{36}";

  /** What a cursor of transitions has as its key. */
  static final String TRANSITION_KEY = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private static final String MUTED =
      SilenceSql.mutedUntil(
          "s.alert",
          "r.id",
          "r.board",
          "coalesce(r.definition ->> 'severity', 'warning')",
          "coalesce(r.definition -> 'labels', '{}')");

  private static final String OPEN =
      """
      SELECT * FROM (
        SELECT s.rule, s.key, s.status, s.value, s.alert, s.acknowledged_by, s.acknowledged_at,
               s.note, r.definition::text AS definition,
               coalesce(s.since, s.breach_since) AS began, s.rule || ' ' || s.key AS place,
      """
          + MUTED
          + """
             AS muted_until
        FROM alert_state s JOIN alert_rule r ON r.id = s.rule
        WHERE (s.status <> 'ok' OR s.breach_since IS NOT NULL) AND r.board = ANY ($1::text[])) AS a
      WHERE (began, place COLLATE "C") < ($2, $3 COLLATE "C")
        AND CASE $4 WHEN 'firing' THEN status = 'firing' WHEN 'no_data' THEN status = 'no_data'
                    WHEN 'pending' THEN status = 'ok'
                    WHEN 'acknowledged' THEN acknowledged_at IS NOT NULL
                    WHEN 'muted' THEN muted_until IS NOT NULL ELSE true END
      ORDER BY began DESC, place COLLATE "C" DESC LIMIT $5""";

  private static final String HISTORY =
      "SELECT "
          + Transition.COLUMNS
          + """
             FROM alert_transition t
            WHERE t.board = ANY ($1::text[]) AND (t.at, t.id) < ($2, $3::uuid)
              AND (NOT $4 OR t.to_status = 'ok') AND ($6::uuid IS NULL OR t.rule = $6)
            ORDER BY t.at DESC, t.id DESC LIMIT $5""";

  private static final String BOARD_OF =
      "SELECT r.board FROM alert_state s JOIN alert_rule r ON r.id = s.rule WHERE s.alert = $1";

  private final SqlClient client;

  AlertQueries(SqlClient client) {
    this.client = client;
  }

  /**
   * Open and pending alerts, those that began last first.
   *
   * @param state one of the states of the API; empty for all
   */
  Future<Page<AlertItem>> open(Set<String> boards, Optional<String> state, Page.Request request) {
    return client
        .preparedQuery(OPEN)
        .execute(
            Tuple.tuple()
                .addArrayOfString(boards.toArray(String[]::new))
                .addOffsetDateTime(Sql.utc(request.after().at()))
                .addString(request.after().key())
                .addString(state.orElse(""))
                .addInteger(request.rows()))
        .map(rows -> request.page(rows, Placed::of, Placed::cursor))
        .map(page -> new Page<>(page.items().stream().map(Placed::item).toList(), page.next()));
  }

  /** An item with its place in the order of the list. */
  private record Placed(AlertItem item, Page.Cursor cursor) {
    static Placed of(Row row) {
      var item = AlertItem.open(row);
      return new Placed(item, new Page.Cursor(item.since(), row.getString("place")));
    }
  }

  /** Alerts that are over, the last first. */
  Future<Page<AlertItem>> resolved(Set<String> boards, Page.Request request) {
    return history(boards, true, Optional.empty(), request)
        .map(
            page ->
                new Page<>(page.items().stream().map(AlertItem::resolved).toList(), page.next()));
  }

  /** Transitions, the last first. */
  Future<Page<Transition>> history(
      Set<String> boards, boolean resolvedOnly, Optional<UUID> rule, Page.Request request) {
    return client
        .preparedQuery(HISTORY)
        .execute(
            Tuple.tuple()
                .addArrayOfString(boards.toArray(String[]::new))
                .addOffsetDateTime(Sql.utc(request.after().at()))
                .addUUID(UUID.fromString(request.after().key()))
                .addBoolean(resolvedOnly)
                .addInteger(request.rows())
                .addUUID(rule.orElse(null)))
        .map(
            rows ->
                request.page(
                    rows,
                    Transition::of,
                    last -> new Page.Cursor(last.at(), last.id().toString())));
  }

  /** The board of an open alert. */
  Future<Optional<String>> boardOf(SqlClient transaction, UUID alert) {
    return transaction
        .preparedQuery(BOARD_OF)
        .execute(Tuple.of(alert))
        .map(
            rows ->
                rows.size() == 0
                    ? Optional.empty()
                    : Optional.of(rows.iterator().next().getString("board")));
  }
}
