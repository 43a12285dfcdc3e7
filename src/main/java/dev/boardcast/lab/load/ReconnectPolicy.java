package dev.boardcast.lab.load;

import java.util.Set;

/** What the protocol tells a client to do after each close code. */
final class ReconnectPolicy {
  private static final Set<Integer> AT_ONCE = Set.of(1001, 4401, 4408);
  private static final Set<Integer> WITH_BACKOFF =
      Set.of(LabConnection.ABNORMAL, 1012, 1013, 4429, 429, 502, 503, 504);
  private static final long MAX_MILLIS = 2_000;

  private ReconnectPolicy() {}

  /**
   * Whether a client reconnects.
   *
   * @param code a close code, or the HTTP status of a rejected handshake
   */
  static boolean reconnects(int code) {
    return AT_ONCE.contains(code) || WITH_BACKOFF.contains(code);
  }

  /** Whether another node may accept what one refused so. */
  static boolean isOfNode(int code) {
    return code == LabConnection.ABNORMAL || code == 503;
  }

  /**
   * How long it waits before that.
   *
   * @param attempt failed attempts before this one
   */
  static long delayMillis(int code, int attempt) {
    return RetryDelay.millis(attempt, WITH_BACKOFF.contains(code) ? 200 : 50, MAX_MILLIS);
  }
}
