package dev.boardcast.metrics;

import dev.boardcast.engine.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Triggers updates of metrics that change by time alone.
 *
 * <ul>
 *   <li>An update is due once the clock has reached the given instant. Waits are short, so that a
 *       clock that jumps ahead is noticed.
 *   <li>It is also due when the clock was set back behind the last computation, whose metrics are
 *       then of the future.
 * </ul>
 *
 * Confined to one event loop.
 */
final class TimeDrivenUpdates {
  private final Clock clock;
  private final Scheduler scheduler;
  private final Duration maxWait;
  private final Runnable update;

  private Instant computed = Instant.MIN;
  private Optional<Instant> next = Optional.empty();
  private long round;

  /**
   * @param maxWait how soon a change of the clock is noticed
   * @param update runs each time an update is due
   */
  TimeDrivenUpdates(Clock clock, Scheduler scheduler, Duration maxWait, Runnable update) {
    this.clock = clock;
    this.scheduler = scheduler;
    this.maxWait = maxWait;
    this.update = update;
  }

  /**
   * Metrics were computed; replaces what was scheduled before.
   *
   * @param at the instant they were computed for
   * @param nextChange when they next change by time alone
   */
  void computed(Instant at, Optional<Instant> nextChange) {
    computed = at;
    // Metrics are computed for whole milliseconds: not before this one is over.
    next = nextChange.map(TimeDrivenUpdates::wholeMillis);
    round++;
    if (next.isPresent()) scheduleCheck(clock.instant());
  }

  /** Schedules nothing until metrics are computed again. */
  void clear() {
    computed(Instant.MIN, Optional.empty());
  }

  private void scheduleCheck(Instant now) {
    var wait = Duration.between(now, next.get());
    if (wait.isNegative()) wait = Duration.ZERO;
    long scheduled = round;
    scheduler.schedule(wait.compareTo(maxWait) < 0 ? wait : maxWait, () -> check(scheduled));
  }

  private void check(long scheduledRound) {
    if (scheduledRound != round) return;
    var now = clock.instant();
    if (now.isBefore(next.get()) && !now.isBefore(computed)) {
      scheduleCheck(now);
    } else {
      clear();
      update.run();
    }
  }

  private static Instant wholeMillis(Instant instant) {
    var millis = instant.truncatedTo(ChronoUnit.MILLIS);
    return millis.equals(instant) ? instant : millis.plusMillis(1);
  }
}
