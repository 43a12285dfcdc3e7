package dev.boardcast.lab.load;

import java.util.Set;

/** What the protocol's table of close codes tells a client to do. */
final class ReconnectPolicy {
  private static final Set<Integer> AT_ONCE = Set.of(1001, 4401, 4408);
  private static final Set<Integer> LATER =
      Set.of(LabConnection.CUT, 1012, 1013, 4429, 429, 502, 503, 504);

  private ReconnectPolicy() {}

  /** Whether a client comes back after it; what the table does not have means: never. */
  static boolean comesBack(int code) {
    return AT_ONCE.contains(code) || LATER.contains(code);
  }

  /** Whether it waits before that. */
  static boolean waits(int code) {
    return LATER.contains(code);
  }
}
