package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How urgent a task is. A task without a priority comes after all others. */
enum Priority {
  LOW,
  MEDIUM,
  HIGH,
  URGENT;

  static final String PATTERN = "low|medium|high|urgent";
  static final String TEXT = "low, medium, high or urgent";

  /** The number in the database for no priority. */
  static final short NONE = 0;

  /** The name in JSON. */
  @JsonValue
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The number in the database: the higher, the more urgent. */
  short stored() {
    return (short) (ordinal() + 1);
  }

  /** The number in the database of a priority, which may be null. */
  static short stored(Priority priority) {
    return priority == null ? NONE : priority.stored();
  }

  /** The priority of a number in the database; null for {@link #NONE}. */
  static Priority of(short stored) {
    return stored == NONE ? null : values()[stored - 1];
  }

  /**
   * The priority of this name.
   *
   * @param name matches {@link #PATTERN}, or is null for no priority
   */
  static Priority of(String name) {
    return name == null ? null : valueOf(name.toUpperCase(Locale.ROOT));
  }
}
