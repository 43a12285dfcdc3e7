package dev.boardcast.alerts;

import dev.boardcast.database.LeasedClock;
import dev.boardcast.database.NodeHeartbeat;
import dev.boardcast.engine.ReportSource;
import dev.boardcast.spi.Board;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws reports that are due and hands them to the channels of alerts, one at a time, on the one
 * node that holds the lease {@code reports}. One per node with the role metrics; one event loop.
 *
 * <p>That each report is sent once is ensured by the row of its schedule, which is moved on in the
 * transaction of the messages.
 */
final class ReportClock extends LeasedClock {
  private static final Logger LOG = LoggerFactory.getLogger(ReportClock.class);
  private static final Duration TICK = Duration.ofSeconds(5);
  // One that cannot be drawn; after a longer standstill, one that can be drawn is still sent.
  private static final Duration GIVEN_UP = Duration.ofHours(24);

  private final Pool pool;
  private final Clock clock;
  private final ReportScheduleStore store = new ReportScheduleStore();
  private final Function<String, Optional<Board>> boards;
  private final ReportSource reports;
  private final Runnable written;

  private boolean isBusy;

  /**
   * @param boards by name
   * @param written called after the commit of messages
   */
  ReportClock(
      NodeHeartbeat heartbeat,
      Pool pool,
      Clock clock,
      Function<String, Optional<Board>> boards,
      ReportSource reports,
      Runnable written) {
    super(heartbeat, "reports", TICK);
    this.pool = pool;
    this.clock = clock;
    this.boards = boards;
    this.reports = reports;
    this.written = written;
  }

  @Override
  protected void tick() {
    if (isBusy) return;
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    isBusy = true;
    store
        .begin(pool, now)
        .compose(due -> due.isEmpty() ? Future.succeededFuture() : send(due.get(), now))
        .onComplete(
            (done, failure) -> {
              isBusy = false;
              if (failure != null) LOG.warn("no report was sent", failure);
            });
  }

  private Future<?> send(ReportScheduleStore.Stored due, Instant now) {
    return Future.succeededFuture()
        .compose(begun -> draw(due))
        .transform(
            (document, failure) -> {
              if (failure == null) return store.send(pool, due, Optional.of(document), now);
              String name = due.schedule().name();
              if (due.nextAt().isBefore(now.minus(GIVEN_UP))) {
                LOG.error("the report {} is left out: {}", name, failure.getMessage());
                return store.send(pool, due, Optional.empty(), now);
              }
              LOG.warn("the report {} is drawn again later: {}", name, failure.getMessage());
              return Future.succeededFuture(false);
            })
        .onSuccess(
            isSent -> {
              if (isSent) written.run();
            });
  }

  private Future<ReportDocument> draw(ReportScheduleStore.Stored due) {
    ReportSchedule schedule = due.schedule();
    Optional<Board> board = boards.apply(schedule.board());
    if (board.isEmpty()) {
      return Future.failedFuture("this node has no board " + schedule.board());
    }
    var parameters = schedule.parameters(due.nextAt(), board.get());
    LocalDate day =
        LocalDate.ofInstant(
            Instant.parse(parameters.get("from")), ReportSchedule.zoneOf(board.get()));
    var format = schedule.reportFormat();
    return reports
        .report(schedule.reported(), parameters, format)
        .map(
            bytes ->
                new ReportDocument(
                    "[REPORT] " + schedule.name().replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]+", " "),
                    "%s-%s.%s"
                        .formatted(schedule.board(), day, format.name().toLowerCase(Locale.ROOT)),
                    format.type(),
                    Buffer.buffer(bytes)));
  }
}
