package dev.boardcast.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Reads texts as operators write them. */
public final class Texts {
  static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private Texts() {}

  /**
   * Reads {@code 250ms}, {@code 5s}, {@code 1m}, {@code 2h} or {@code 30d}.
   *
   * @throws IllegalArgumentException for any other text
   */
  public static Duration duration(String text) {
    var match = DURATION.matcher(text);
    if (!match.matches()) throw new IllegalArgumentException("not a duration: " + text);
    long amount = Long.parseLong(match.group(1));
    return switch (match.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** The texts between commas, without blanks around them and without empty ones. */
  public static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }
}
