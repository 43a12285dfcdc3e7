package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Json;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.StreamSupport;

/**
 * Stores when analysis runs are opened. Each change is a fact of the board, written by the same
 * statement, so that the board learns when the next run is due. Thread safe.
 */
final class ScheduleStore {
  /** Most schedules. */
  static final int MAX = 100;

  private static final String INSERT =
      """
      WITH s AS (
        INSERT INTO analysis_schedule (id, name, definition, created_at, next_at)
        SELECT $1, $2, $3::text::jsonb, $4, $5
        WHERE (SELECT count(*) FROM analysis_schedule) < $6
        RETURNING %1$s),
      change AS (
        INSERT INTO analysis_change (counter, delta, at) SELECT 'schedules', 1, created_at FROM s)
      SELECT * FROM s"""
          .formatted(Schedule.COLUMNS);
  private static final String LIST =
      "SELECT %s FROM analysis_schedule ORDER BY name".formatted(Schedule.COLUMNS);
  private static final String DELETE =
      """
      WITH s AS (DELETE FROM analysis_schedule WHERE id = $1 RETURNING id)
      INSERT INTO analysis_change (counter, delta, at) SELECT 'schedules', -1, $2 FROM s""";
  private static final String UNIQUE_VIOLATION = "23505";

  private final Clock clock;

  ScheduleStore(Clock clock) {
    this.clock = clock;
  }

  /**
   * Adds a schedule; fails with 409 for a name that another one has, and when there are too many.
   */
  Future<Schedule> create(SqlClient tx, NewSchedule wanted) {
    Instant now = clock.instant();
    return tx.preparedQuery(INSERT)
        .execute(
            Tuple.of(UUID.randomUUID(), wanted.name(), Json.encode(wanted))
                .addOffsetDateTime(now.atOffset(ZoneOffset.UTC))
                .addOffsetDateTime(wanted.next(now).atOffset(ZoneOffset.UTC))
                .addInteger(MAX))
        .map(
            rows -> {
              for (Row row : rows) return Schedule.of(row);
              throw Problem.of(
                  409, "Too many schedules", "there are %d schedules; delete some".formatted(MAX));
            })
        .recover(cause -> Future.failedFuture(named(cause)));
  }

  private static Throwable named(Throwable cause) {
    boolean isTaken = cause instanceof PgException pg && UNIQUE_VIOLATION.equals(pg.getSqlState());
    return isTaken
        ? Problem.of(
            409,
            "Name already used",
            new Problem.FieldError("name", "a name that no other schedule has"))
        : cause;
  }

  /** All schedules by name: one page. */
  Future<Page<Schedule>> list(SqlClient client) {
    return client
        .query(LIST)
        .execute()
        .map(
            rows ->
                new Page<>(
                    StreamSupport.stream(rows.spliterator(), false).map(Schedule::of).toList(),
                    null));
  }

  /** Deletes a schedule; its runs stay. Fails with 404 when it does not exist. */
  Future<Void> delete(SqlClient tx, UUID id) {
    return tx.preparedQuery(DELETE)
        .execute(Tuple.of(id, clock.instant().atOffset(ZoneOffset.UTC)))
        .map(
            rows -> {
              if (rows.rowCount() == 0) throw Problem.notFound("schedule " + id);
              return null;
            });
  }
}
