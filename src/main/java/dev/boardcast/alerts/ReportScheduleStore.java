package dev.boardcast.alerts;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads and writes when reports are sent. Thread safe. */
final class ReportScheduleStore {
  /** Most schedules. */
  static final int MAX = 200;

  private static final String COLUMNS =
      "id, definition::text AS definition, created_by, created_at, next_at, last_at";

  private static final String INSERT =
      """
      INSERT INTO report_schedule (id, name, board, definition, created_by, created_at, next_at)
      SELECT $1, $2, $3, $4::text::jsonb, $5, $6, $7
      WHERE (SELECT count(*) FROM report_schedule) < $8
      RETURNING\s"""
          + COLUMNS;

  private static final String FIT =
      """
      SELECT count(*) FROM alert_channel
      WHERE id = ANY ($1::text[]) AND definition ->> 'type' <> 'slack'""";

  private static final String LIST =
      "SELECT " + COLUMNS + " FROM report_schedule WHERE board <> ALL ($1::text[]) ORDER BY name";

  // The pause grows with how late the report is: those that can be drawn are not kept waiting.
  private static final String BEGIN =
      """
      UPDATE report_schedule SET retry_at = $1::timestamptz
        + greatest(interval '30 seconds', least(interval '10 minutes', ($1 - next_at) / 8))
      WHERE id = (
        SELECT id FROM report_schedule WHERE coalesce(retry_at, next_at) <= $1
        ORDER BY coalesce(retry_at, next_at) LIMIT 1)
      RETURNING\s"""
          + COLUMNS;

  private static final String MOVE =
      "UPDATE report_schedule SET next_at = $3, last_at = $2, retry_at = NULL"
          + " WHERE id = $1 AND next_at = $2";

  // A message of its own for each channel: two of them may lead to one receiver, which takes what
  // has
  // the same id for the same message. Each has its own document.
  private static final String TELL =
      """
      WITH message AS MATERIALIZED (
        SELECT gen_random_uuid() AS id, c.id AS channel
        FROM alert_channel c WHERE c.id = ANY ($1::text[])),
      document AS (
        INSERT INTO report_document (id, subject, file, type, content, created_at)
        SELECT m.id, $3, $4, $5, $6, $2 FROM message m)
      INSERT INTO alert_delivery (id, channel, kind, group_key, transitions, created_at, due_at)
      SELECT m.id, m.channel, 'report', 'report ' || m.id, '{}', $2, $2 FROM message m""";

  /** A schedule as it is stored. */
  record Stored(
      UUID id,
      ReportSchedule schedule,
      String createdBy,
      Instant createdAt,
      Instant nextAt,
      Instant lastAt) {
    static Stored of(Row row) {
      return new Stored(
          row.getUUID("id"),
          Sql.json(row.getString("definition"), ReportSchedule.class),
          row.getString("created_by"),
          Sql.time(row, "created_at"),
          Sql.time(row, "next_at"),
          Sql.time(row, "last_at"));
    }
  }

  /**
   * Adds a schedule.
   *
   * @return fails with a {@link Problem}: 400 for channels that do not fit, 409 for a name that
   *     another one has, and for too many
   */
  Future<Stored> create(SqlClient tx, ReportSchedule schedule, String by, Instant now) {
    return tx.preparedQuery(FIT)
        .execute(Tuple.tuple().addArrayOfString(schedule.channels().toArray(String[]::new)))
        .compose(
            rows -> {
              if (rows.iterator().next().getLong(0) < schedule.channels().size()) {
                throw Problem.invalid("channels", ReportSchedule.CHANNELS_TEXT);
              }
              return tx.preparedQuery(INSERT)
                  .execute(
                      Tuple.of(UUID.randomUUID(), schedule.name(), schedule.board())
                          .addString(Json.encode(schedule))
                          .addString(by)
                          .addOffsetDateTime(Sql.utc(now))
                          .addOffsetDateTime(Sql.utc(schedule.next(now)))
                          .addInteger(MAX));
            })
        .map(
            rows -> {
              for (Row row : rows) return Stored.of(row);
              throw Problem.of(
                  409, "Too many schedules", "there are %d schedules; delete some".formatted(MAX));
            })
        .recover(cause -> Future.failedFuture(named(cause)));
  }

  private static Throwable named(Throwable cause) {
    boolean isTaken = cause instanceof PgException pg && "23505".equals(pg.getSqlState());
    return isTaken
        ? Problem.of(
            409,
            "Name already used",
            new Problem.FieldError("name", "a name that no other schedule has"))
        : cause;
  }

  /**
   * All schedules by name.
   *
   * @param without the boards whose schedules are left out
   */
  Future<List<Stored>> list(SqlClient client, Set<String> without) {
    return client
        .preparedQuery(LIST)
        .execute(Tuple.tuple().addArrayOfString(without.toArray(String[]::new)))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(Stored::of).toList());
  }

  /** Deletes a schedule of another board than these. */
  Future<Boolean> delete(SqlClient tx, UUID id, Set<String> without) {
    return tx.preparedQuery(
            "DELETE FROM report_schedule WHERE id = $1 AND board <> ALL ($2::text[])")
        .execute(Tuple.of(id).addArrayOfString(without.toArray(String[]::new)))
        .map(rows -> rows.rowCount() > 0);
  }

  /**
   * Begins an attempt for the schedule that is due first. Until it is sent, there is none within
   * the next 30 seconds, later ten minutes, whatever becomes of this one.
   */
  Future<Optional<Stored>> begin(SqlClient client, Instant now) {
    return client
        .preparedQuery(BEGIN)
        .execute(Tuple.of(Sql.utc(now)))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(Stored::of).findFirst());
  }

  /**
   * Writes the messages with a report and moves its schedule on, unless another node has done so.
   *
   * @param document empty to leave this report out
   */
  Future<Boolean> send(Pool pool, Stored due, Optional<ReportDocument> document, Instant now) {
    return pool.withTransaction(
        tx ->
            tx.preparedQuery(MOVE)
                .execute(
                    Tuple.of(due.id(), Sql.utc(due.nextAt()), Sql.utc(due.schedule().next(now))))
                .compose(
                    moved -> {
                      if (moved.rowCount() == 0 || document.isEmpty()) {
                        return Future.succeededFuture(false);
                      }
                      return write(tx, due, document.get(), now).map(true);
                    }));
  }

  private static Future<Void> write(
      SqlClient tx, Stored due, ReportDocument document, Instant now) {
    return tx.preparedQuery(TELL)
        .execute(
            Tuple.tuple()
                .addArrayOfString(due.schedule().channels().toArray(String[]::new))
                .addOffsetDateTime(Sql.utc(now))
                .addString(document.subject())
                .addString(document.file())
                .addString(document.type())
                .addBuffer(document.content()))
        .mapEmpty();
  }
}
