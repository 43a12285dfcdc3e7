package dev.boardcast.alerts;

import java.time.Instant;

/**
 * Since when a value has had its verdicts, without a break; null for those it does not have.
 *
 * @param present since when there has been a value
 */
record AlertTimers(Instant breach, Instant clear, Instant present, Instant absent) {
  static final AlertTimers NONE = new AlertTimers(null, null, null, null);

  /** After one more verdict. */
  AlertTimers next(Verdict verdict, Instant now) {
    boolean isAbsent = verdict == Verdict.ABSENT;
    return new AlertTimers(
        since(breach, verdict == Verdict.BREACH, now),
        since(clear, verdict == Verdict.CLEAR, now),
        since(present, !isAbsent, now),
        since(absent, isAbsent, now));
  }

  /** Those that decide what becomes of a status: states without the others change less often. */
  AlertTimers neededFor(AlertStatus status) {
    return switch (status) {
      case OK -> new AlertTimers(breach, null, null, absent);
      case FIRING -> new AlertTimers(null, clear, null, absent);
      case NO_DATA -> new AlertTimers(breach, null, present, null);
    };
  }

  /** A time ahead of now is of a clock that was set back: the time starts again. */
  private static Instant since(Instant before, boolean holds, Instant now) {
    if (!holds) return null;
    return before == null || before.isAfter(now) ? now : before;
  }
}
