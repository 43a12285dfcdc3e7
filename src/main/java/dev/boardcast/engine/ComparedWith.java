package dev.boardcast.engine;

import java.util.Locale;
import java.util.Optional;

/** With what the metrics of a board are compared: values of {@code compare}. */
public enum ComparedWith {
  /** The period before, of a snapshot the day before. */
  PREVIOUS,
  /** The same time a week before. */
  WEEK,
  /** What is to be reached. */
  TARGET;

  /** What is expected of the parameter. */
  public static final String EXPECTED = "previous, week or target";

  /** What is expected of a board without targets. */
  public static final String WITHOUT_TARGETS = "previous or week, as this board has no targets";

  /** Empty for anything else than a value of the parameter. */
  public static Optional<ComparedWith> parse(String text) {
    for (ComparedWith with : values()) {
      if (with.text().equals(text)) return Optional.of(with);
    }
    return Optional.empty();
  }

  /** As it is written. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
