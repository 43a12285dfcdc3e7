package dev.boardcast.load.lab;

import java.util.Locale;

/** Who the clients of a run are. */
public enum Profile {
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
  public static Profile of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  Habit habit(int client) {
    return switch (this) {
      case STEADY, IDLE, AVALANCHE -> Habit.STEADY;
      case JITTER -> Habit.JITTER;
      case SLOW -> client % 5 == 0 ? Habit.SLOW : Habit.STEADY;
      case HALF_OPEN -> client % 5 == 0 ? Habit.HALF_OPEN : Habit.STEADY;
      case EXPIRED -> Habit.EXPIRED;
      case MIXED ->
          switch (client % 10) {
            case 0 -> Habit.SLOW;
            case 1 -> Habit.HALF_OPEN;
            case 2 -> Habit.EXPIRED;
            case 3, 4 -> Habit.JITTER;
            default -> Habit.STEADY;
          };
    };
  }
}
