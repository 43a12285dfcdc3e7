package dev.boardcast.alerts;

import static dev.boardcast.alerts.AlertStatus.FIRING;
import static dev.boardcast.alerts.AlertStatus.NO_DATA;
import static dev.boardcast.alerts.AlertStatus.OK;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides the status of one value from its verdicts over time. Pure; thread safe.
 *
 * <ul>
 *   <li>A value fires when it has been beyond the bound for the hold time, and is ok again when it
 *       has been within the bound to clear for the clear time.
 *   <li>A value that is missing for the no-data time has no data, whatever it was before. A missing
 *       value is never beyond a bound; without a no-data time it counts as within the bound to
 *       clear.
 *   <li>So a value that swings around its bound has at most one transition in the shorter of these
 *       times.
 * </ul>
 *
 * @param hold how long beyond the bound until it fires
 * @param clear how long within the bound to clear until it is ok
 * @param noData how long without a value until it has no data; empty for never
 */
record AlertMachine(Duration hold, Duration clear, Optional<Duration> noData) {

  /** The status of a value, and its timers. */
  record State(AlertStatus status, AlertTimers timers) {
    static final State NEW = new State(OK, AlertTimers.NONE);

    /** Whether it is beyond the bound, and does not fire yet. */
    boolean isPending() {
      return status == OK && timers.breach() != null;
    }
  }

  /** The state after one more verdict. */
  State next(State before, Verdict verdict, Instant now) {
    boolean isClear = verdict == Verdict.ABSENT && noData.isEmpty();
    var timers = before.timers().next(isClear ? Verdict.CLEAR : verdict, now);
    AlertStatus status = status(before.status(), timers, now);
    return new State(status, timers.neededFor(status));
  }

  private AlertStatus status(AlertStatus before, AlertTimers timers, Instant now) {
    if (noData.isPresent() && hasPassed(timers.absent(), noData.get(), now)) return NO_DATA;
    if (before != FIRING && hasPassed(timers.breach(), hold, now)) return FIRING;
    return switch (before) {
      case OK -> OK;
      case FIRING -> hasPassed(timers.clear(), clear, now) ? OK : FIRING;
      case NO_DATA -> isBack(timers, now) ? OK : NO_DATA;
    };
  }

  /** Data is back: not while it is about to fire, but not for ever where it swings. */
  private boolean isBack(AlertTimers timers, Instant now) {
    boolean isBreach = timers.breach() != null;
    return hasPassed(timers.present(), isBreach ? hold.plus(clear) : clear, now);
  }

  /**
   * When the status changes if the verdict does not.
   *
   * @return empty for never
   */
  Optional<Instant> due(State state) {
    var timers = state.timers();
    Stream<Instant> times =
        switch (state.status()) {
          case OK -> Stream.of(end(timers.breach(), hold), absence(timers));
          case FIRING -> Stream.of(end(timers.clear(), clear), absence(timers));
          case NO_DATA ->
              Stream.of(
                  end(timers.breach(), hold),
                  end(timers.present(), timers.breach() == null ? clear : hold.plus(clear)));
        };
    return times.filter(time -> time != null).min(Instant::compareTo);
  }

  private Instant absence(AlertTimers timers) {
    return noData.map(time -> end(timers.absent(), time)).orElse(null);
  }

  private static Instant end(Instant since, Duration time) {
    return since == null ? null : since.plus(time);
  }

  private static boolean hasPassed(Instant since, Duration time, Instant now) {
    return since != null && !now.isBefore(since.plus(time));
  }
}
