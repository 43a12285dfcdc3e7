package dev.boardcast.metrics;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Says when numbers are due that change by time alone.
 *
 * <ul>
 *   <li>Due once the clock shows the told instant, however it came to show it: timers are short,
 *       and a clock that jumps ahead is noticed by the next.
 *   <li>Due once, too, when the clock has gone back behind the last computation, for its numbers
 *       are of a time yet to come; then at the told instant as ever.
 * </ul>
 *
 * Confined to one event loop.
 */
final class TimeDrivenUpdates {
  private final Clock clock;
  private final Throttle.Timer timer;
  private final Duration longestWait;
  private final Runnable due;

  private Instant computed = Instant.MIN;
  private Optional<Instant> next = Optional.empty();
  private long round;

  /**
   * @param longestWait how soon a change of the clock is noticed
   * @param due told each time
   */
  TimeDrivenUpdates(Clock clock, Throttle.Timer timer, Duration longestWait, Runnable due) {
    this.clock = clock;
    this.timer = timer;
    this.longestWait = longestWait;
    this.due = due;
  }

  /**
   * Numbers were computed for an instant, and hold until the next; forgets what was told before.
   */
  void computed(Instant at, Optional<Instant> tick) {
    computed = at;
    // Numbers are computed for whole milliseconds: not before the tick is over.
    next = tick.map(TimeDrivenUpdates::wholeMillis);
    round++;
    if (next.isPresent()) arm(clock.instant());
  }

  /** Nothing is due any more. */
  void clear() {
    computed(Instant.MIN, Optional.empty());
  }

  private void arm(Instant now) {
    var wait = Duration.between(now, next.get());
    if (wait.isNegative()) wait = Duration.ZERO;
    long thisRound = round;
    timer.after(wait.compareTo(longestWait) < 0 ? wait : longestWait, () -> look(thisRound));
  }

  private void look(long armedRound) {
    if (armedRound != round) return;
    var now = clock.instant();
    if (now.isBefore(next.get()) && !now.isBefore(computed)) {
      arm(now);
    } else {
      clear();
      due.run();
    }
  }

  private static Instant wholeMillis(Instant tick) {
    var millis = tick.truncatedTo(ChronoUnit.MILLIS);
    return millis.equals(tick) ? tick : millis.plusMillis(1);
  }
}
