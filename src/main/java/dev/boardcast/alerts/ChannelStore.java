package dev.boardcast.alerts;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads and writes channels. Thread safe. */
final class ChannelStore {
  /** Most channels. */
  static final int MAX = 200;

  private static final String PUT =
      """
      INSERT INTO alert_channel (id, definition, group_by, group_wait, updated_by, updated_at)
      SELECT $1, $2::text::jsonb, $3, $4 * interval '1 second', $5, $6
      WHERE EXISTS (SELECT FROM alert_channel WHERE id = $1)
         OR (SELECT count(*) FROM alert_channel) < $7
      ON CONFLICT (id) DO UPDATE SET
        definition = excluded.definition, group_by = excluded.group_by,
        group_wait = excluded.group_wait, updated_by = excluded.updated_by,
        updated_at = excluded.updated_at""";

  private static final String LIST =
      "SELECT id, definition::text AS definition, updated_by, updated_at FROM alert_channel"
          + " ORDER BY id";

  private static final String USED =
      """
      SELECT EXISTS (SELECT FROM alert_rule WHERE definition -> 'channels' ? $1) AS by_rule,
             (SELECT min(name) FROM report_schedule WHERE definition -> 'channels' ? $1) AS schedule
      """;

  private static final String TEST =
      """
      INSERT INTO alert_delivery (id, channel, kind, group_key, transitions, created_at, due_at)
      SELECT $1::uuid, id, 'test', 'test ' || $1::uuid, '{}', $3, $3 FROM alert_channel WHERE id = $2""";

  /** A channel as it is stored. */
  record Stored(String id, Channel channel, String updatedBy, Instant updatedAt) {}

  /**
   * Fails with a {@link Problem}: 409 if there are too many, or for a type that carries no reports
   * while a schedule of reports names the channel.
   */
  Future<Void> put(SqlClient tx, String id, Channel channel, String by) {
    Future<Void> checked =
        channel.type() == Channel.Type.SLACK ? requireNoReports(tx, id) : Future.succeededFuture();
    return checked.compose(fits -> write(tx, id, channel, by));
  }

  private static Future<Void> requireNoReports(SqlClient tx, String id) {
    return tx.preparedQuery(USED)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              String schedule = rows.iterator().next().getString("schedule");
              if (schedule == null) return null;
              throw stillUsed(
                  "the report schedule %s sends by this channel, and slack takes no reports"
                      .formatted(schedule));
            });
  }

  private static Future<Void> write(SqlClient tx, String id, Channel channel, String by) {
    int wait = channel.groupWaitSeconds() == null ? 0 : channel.groupWaitSeconds();
    return tx.preparedQuery(PUT)
        .execute(
            Tuple.of(id, Json.encode(channel), channel.groupBy().text(), (double) wait, by)
                .addOffsetDateTime(Sql.utc(Instant.now()))
                .addInteger(MAX))
        .map(
            rows -> {
              if (rows.rowCount() > 0) return null;
              throw Problem.of(
                  409, "Too many channels", "there are %d channels; delete some".formatted(MAX));
            });
  }

  Future<List<Stored>> list(SqlClient client) {
    return client
        .preparedQuery(LIST)
        .execute()
        .map(
            rows ->
                StreamSupport.stream(rows.spliterator(), false).map(ChannelStore::stored).toList());
  }

  /** Fails with a {@link Problem}: 404 if there is none, 409 while a rule or schedule names it. */
  Future<Void> delete(SqlClient tx, String id) {
    return tx.preparedQuery(USED)
        .execute(Tuple.of(id))
        .compose(
            rows -> {
              Row used = rows.iterator().next();
              if (used.getBoolean("by_rule")) {
                throw stillUsed("a rule tells by this channel; change the rule first");
              }
              if (used.getString("schedule") != null) {
                throw stillUsed(
                    "the report schedule %s sends by this channel; delete it first"
                        .formatted(used.getString("schedule")));
              }
              return tx.preparedQuery("DELETE FROM alert_channel WHERE id = $1")
                  .execute(Tuple.of(id));
            })
        .map(
            rows -> {
              if (rows.rowCount() == 0) throw Problem.notFound("this channel");
              return null;
            });
  }

  private static Problem stillUsed(String detail) {
    return Problem.of(409, "Still used", detail);
  }

  /** Writes a test message, which goes the way of all others. Fails with 404 without channel. */
  Future<UUID> test(SqlClient tx, String id) {
    UUID message = UUID.randomUUID();
    return tx.preparedQuery(TEST)
        .execute(Tuple.of(message, id, Sql.utc(Instant.now())))
        .map(
            rows -> {
              if (rows.rowCount() == 0) throw Problem.notFound("this channel");
              return message;
            });
  }

  private static Stored stored(Row row) {
    return new Stored(
        row.getString("id"),
        Sql.json(row.getString("definition"), Channel.class),
        row.getString("updated_by"),
        Sql.time(row, "updated_at"));
  }
}
