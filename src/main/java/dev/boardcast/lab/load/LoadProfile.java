package dev.boardcast.lab.load;

import java.util.Locale;

/** Who the clients of a run are. */
public enum LoadProfile {
  /** All read and stay. */
  STEADY,
  /** All stay; nothing is written unless told. */
  IDLE,
  /** All lose their lines every few seconds. */
  JITTER,
  /** All are cut at the same moment, halfway, and come back at once. */
  AVALANCHE,
  /** Every fifth reads 2 KB a second. */
  SLOW,
  /** Every fifth falls silent without closing. */
  HALF_OPEN,
  /** All have tokens of a few seconds, and fetch new ones. */
  EXPIRED,
  /** Some of each. */
  MIXED;

  /**
   * @throws IllegalArgumentException when there is none of that name
   */
  public static LoadProfile of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  ClientBehavior habit(int client) {
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
