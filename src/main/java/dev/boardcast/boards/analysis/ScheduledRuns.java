package dev.boardcast.boards.analysis;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens the runs that schedules ask for, in the fold of {@link AnalysisBoard}: under the board's
 * lease, and in the transaction that moves the schedule on, so each is opened once, whichever node
 * folds. After a standstill the run that was due first is opened, and the others are left out. A
 * run is also left out while the one before it of the same schedule is open. Thread safe.
 */
final class ScheduledRuns {
  /** Most runs in one fold; the next fold opens more. */
  static final int BATCH = 20;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  private static final String DUE =
      """
      SELECT %s, EXISTS (SELECT FROM analysis_run r
                         WHERE r.schedule_id = s.id AND r.closed_at IS NULL) AS is_running
      FROM analysis_schedule s WHERE next_at <= $1 ORDER BY next_at LIMIT %d
      FOR UPDATE OF s SKIP LOCKED"""
          .formatted(Schedule.COLUMNS, BATCH);
  private static final String MOVE =
      """
      UPDATE analysis_schedule SET next_at = $2, moved_at = $3,
        last_at = CASE WHEN $4 THEN last_at ELSE next_at END,
        skipped_at = CASE WHEN $4 THEN next_at ELSE skipped_at END
      WHERE id = $1""";
  private static final String NEXT =
      """
      SELECT min(next_at) AS next, coalesce(bool_or(moved_at = $1), false) AS is_moved
      FROM analysis_schedule""";

  /** Opens what is due, in the caller's transaction. */
  Future<Void> open(SqlClient tx, Instant now) {
    return tx.preparedQuery(DUE)
        .execute(Tuple.of(utc(now)))
        .compose(
            due -> {
              List<Future<?>> opened = new ArrayList<>();
              for (Row row : due) {
                Schedule schedule = Schedule.of(row);
                boolean isRunning = row.getBoolean("is_running");
                if (!isRunning) {
                  NewRun run = schedule.definition().run(schedule.nextAt());
                  opened.add(RunStore.open(tx, run, Optional.of(schedule.id()), now));
                }
                Instant next = schedule.definition().next(now);
                opened.add(
                    tx.preparedQuery(MOVE)
                        .execute(Tuple.of(schedule.id(), utc(next), utc(now), isRunning)));
              }
              return opened.isEmpty() ? Future.succeededFuture() : Future.join(opened).mapEmpty();
            });
  }

  /**
   * When the next run is due, after {@code now}; soon after a fold that has opened one, because the
   * next fold counts it.
   */
  Future<Optional<Instant>> next(SqlClient tx, Instant now) {
    return tx.preparedQuery(NEXT)
        .execute(Tuple.of(utc(now)))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              OffsetDateTime next = row.getOffsetDateTime("next");
              if (next == null) return Optional.empty();
              boolean isSoon = row.getBoolean("is_moved") || !next.toInstant().isAfter(now);
              return Optional.of(isSoon ? now.plus(AGAIN) : next.toInstant());
            });
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
