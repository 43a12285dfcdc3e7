package dev.boardcast.alerts;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads and writes silences. Thread safe. */
final class SilenceStore {
  /** Most silences at a time: each message is compared with all. */
  static final int MAX = 1_000;

  // One of an alert that is over does nothing any more.
  private static final String IN_FORCE =
      "x.ends_at > now() AND (x.alert IS NULL"
          + " OR EXISTS (SELECT FROM alert_state s WHERE s.alert = x.alert))";

  private static final String ADD =
      """
      INSERT INTO alert_silence
        (id, alert, rule, board, severity, labels, starts_at, ends_at, note, created_by, created_at)
      SELECT $1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9, $10, $11
      WHERE (SELECT count(*) FROM alert_silence x WHERE\s"""
          + IN_FORCE
          + ") < $12";

  private static final String LIST =
      """
      SELECT id, alert, rule, board, severity, labels::text AS labels, starts_at, ends_at, note,
             created_by, created_at
      FROM alert_silence x WHERE\s"""
          + IN_FORCE
          + " ORDER BY ends_at, id LIMIT $1";

  // What waits for the end of a silence is told at once, or at the end of another.
  private static final String WAKE =
      """
      UPDATE alert_state s SET repeat_at = now() FROM alert_silence x
      WHERE x.id = $1 AND s.repeat_at = x.ends_at AND s.status <> 'ok'
        AND s.acknowledged_at IS NULL""";

  private static final String END = "DELETE FROM alert_silence WHERE id = $1 AND ends_at > now()";

  // What waited for the end of the former one waits for that of the next.
  private static final String MOVE =
      """
      UPDATE alert_state s SET repeat_at = $2
      WHERE s.alert = $1 AND s.status <> 'ok' AND s.acknowledged_at IS NULL
        AND EXISTS (SELECT FROM alert_silence x WHERE x.alert = $1 AND x.ends_at = s.repeat_at)""";

  private static final String FORGET = "DELETE FROM alert_silence WHERE alert = $1";

  Future<Silence> add(SqlClient tx, Silence silence) {
    return tx.preparedQuery(ADD)
        .execute(
            Tuple.of(silence.id(), silence.alert(), silence.rule(), silence.board())
                .addString(silence.severity() == null ? null : silence.severity().text())
                .addString(Json.encode(silence.labels()))
                .addOffsetDateTime(Sql.utc(silence.startsAt()))
                .addOffsetDateTime(Sql.utc(silence.endsAt()))
                .addString(silence.note())
                .addString(silence.createdBy())
                .addOffsetDateTime(Sql.utc(silence.createdAt()))
                .addInteger(MAX))
        .map(
            rows -> {
              if (rows.rowCount() > 0) return silence;
              throw Problem.of(
                  409, "Too many silences", "there are %d silences; end some".formatted(MAX));
            });
  }

  /** Silences that have not ended, the one that ends next first. */
  Future<List<Silence>> list(SqlClient client) {
    return client
        .preparedQuery(LIST)
        .execute(Tuple.of(MAX))
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false)
                    .map(SilenceStore::silence)
                    .toList());
  }

  /** Adds the silence of one alert in place of a former one. */
  Future<Silence> replace(SqlClient tx, Silence silence) {
    return tx.preparedQuery(MOVE)
        .execute(Tuple.of(silence.alert(), Sql.utc(silence.endsAt())))
        .compose(moved -> tx.preparedQuery(FORGET).execute(Tuple.of(silence.alert())))
        .compose(forgotten -> add(tx, silence));
  }

  /** Ends a silence early; what it holds back and still fires is told. */
  Future<Boolean> end(SqlClient tx, UUID id) {
    return tx.preparedQuery(WAKE)
        .execute(Tuple.of(id))
        .compose(woken -> tx.preparedQuery(END).execute(Tuple.of(id)))
        .map(rows -> rows.rowCount() > 0);
  }

  @SuppressWarnings("unchecked")
  private static Silence silence(Row row) {
    String severity = row.getString("severity");
    return new Silence(
        row.getUUID("id"),
        row.getUUID("alert"),
        row.getUUID("rule"),
        row.getString("board"),
        severity == null ? null : Severity.of(severity),
        Sql.json(row.getString("labels"), Map.class),
        Sql.time(row, "starts_at"),
        Sql.time(row, "ends_at"),
        row.getString("note"),
        row.getString("created_by"),
        Sql.time(row, "created_at"));
  }
}
