package dev.boardcast.lab.load;

import java.util.Locale;

/** Which behaviors the clients of a run have. */
public enum LoadProfile {
  /** All read and stay connected. */
  STEADY,
  /** As steady; by default nothing is written. */
  IDLE,
  /** All lose their connections every few seconds. */
  JITTER,
  /** All are disconnected at the same moment, halfway, and reconnect at once. */
  AVALANCHE,
  /** Every fifth reads 2 KB a second. */
  SLOW,
  /** Every fifth stops reading without closing. */
  HALF_OPEN,
  /** All have tokens that are valid for a few seconds. */
  EXPIRED,
  /** Some of each. */
  MIXED;

  /**
   * @throws IllegalArgumentException if no profile has this name
   */
  public static LoadProfile of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  ClientBehavior behavior(int client) {
    return switch (this) {
      case STEADY, IDLE, AVALANCHE -> ClientBehavior.STEADY;
      case JITTER -> ClientBehavior.JITTER;
      case SLOW -> client % 5 == 0 ? ClientBehavior.SLOW : ClientBehavior.STEADY;
      case HALF_OPEN -> client % 5 == 0 ? ClientBehavior.HALF_OPEN : ClientBehavior.STEADY;
      case EXPIRED -> ClientBehavior.EXPIRED;
      case MIXED ->
          switch (client % 10) {
            case 0 -> ClientBehavior.SLOW;
            case 1 -> ClientBehavior.HALF_OPEN;
            case 2 -> ClientBehavior.EXPIRED;
            case 3, 4 -> ClientBehavior.JITTER;
            default -> ClientBehavior.STEADY;
          };
    };
  }
}
