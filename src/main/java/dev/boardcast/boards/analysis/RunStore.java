package dev.boardcast.boards.analysis;

import dev.boardcast.spi.Page;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;

/**
 * Stores analysis runs. Opening and closing a run are facts of the board, written by the same
 * statement. Thread safe.
 */
final class RunStore {
  private static final String INSERT =
      """
      WITH r AS (
        INSERT INTO analysis_run
          (id, time_window_start, time_window_end, trigger_type, opened_at, schedule_id)
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING %1$s),
      change AS (
        INSERT INTO analysis_change (counter, delta, at) SELECT 'open_runs', 1, opened_at FROM r)
      SELECT %1$s FROM r"""
          .formatted(Run.COLUMNS);
  // Of two concurrent closes the second waits, and then finds no open run.
  private static final String CLOSE =
      """
      WITH r AS (
        UPDATE analysis_run SET closed_at = greatest(opened_at, $2)
        WHERE id = $1 AND closed_at IS NULL RETURNING %1$s),
      change AS (
        INSERT INTO analysis_change (counter, delta, at) SELECT 'open_runs', -1, closed_at FROM r)
      SELECT %1$s FROM r"""
          .formatted(Run.COLUMNS);
  private static final String FIND =
      "SELECT %s FROM analysis_run WHERE id = $1".formatted(Run.COLUMNS);
  private static final String PAGE =
      """
      SELECT %s FROM analysis_run WHERE (opened_at, id) < ($1, $2) AND %s
      ORDER BY opened_at DESC, id DESC LIMIT $3""";

  private final Clock clock;

  RunStore(Clock clock) {
    this.clock = clock;
  }

  /** Opens a run. */
  Future<Run> open(SqlClient tx, NewRun wanted) {
    return open(tx, wanted, Optional.empty(), clock.instant());
  }

  /**
   * Opens a run at a time.
   *
   * @param schedule that asks for it; empty for none
   */
  static Future<Run> open(SqlClient tx, NewRun wanted, Optional<UUID> schedule, Instant now) {
    return tx.preparedQuery(INSERT)
        .execute(
            Tuple.of(
                UUID.randomUUID().toString(),
                wanted.timeWindowStart().atOffset(ZoneOffset.UTC),
                wanted.timeWindowEnd().atOffset(ZoneOffset.UTC),
                wanted.triggerType().stored(),
                now.atOffset(ZoneOffset.UTC),
                schedule.orElse(null)))
        .map(rows -> Run.of(rows.iterator().next()));
  }

  /** Closes a run; a closed one stays as it is. Fails with 404 when it does not exist. */
  Future<Run> close(SqlClient tx, String id) {
    return tx.preparedQuery(CLOSE)
        .execute(Tuple.of(id, clock.instant().atOffset(ZoneOffset.UTC)))
        .compose(
            rows ->
                rows.size() == 0
                    ? find(tx, id)
                    : Future.succeededFuture(Run.of(rows.iterator().next())));
  }

  /** Finds a run; fails with 404 when it does not exist. */
  Future<Run> find(SqlClient client, String id) {
    return client
        .preparedQuery(FIND)
        .execute(Tuple.of(id))
        .map(
            rows -> {
              if (rows.size() == 0) throw Problem.notFound("run " + id);
              return Run.of(rows.iterator().next());
            });
  }

  /**
   * Lists runs, the newest first.
   *
   * @param open whether to list open or closed runs; empty for both
   */
  Future<Page<Run>> page(SqlClient client, Page.Request page, Optional<Boolean> open) {
    String condition =
        open.map(isOpen -> isOpen ? "closed_at IS NULL" : "closed_at IS NOT NULL").orElse("true");
    return client
        .preparedQuery(PAGE.formatted(Run.COLUMNS, condition))
        .execute(
            Tuple.of(page.after().at().atOffset(ZoneOffset.UTC), page.after().key(), page.rows()))
        .map(rows -> page.page(rows, Run::of, Run::cursor));
  }
}
