package dev.boardcast.web;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The text form of a step between two points of a series: {@code 5s}, {@code 1m}, {@code 1d}. */
public final class StepText {
  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})([smhd])");
  private static final List<Duration> USUAL =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(6));
  private static final int MANY = 1000;

  private StepText() {}

  /** The step, empty if the text is not one. */
  public static Optional<Duration> parse(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) return Optional.empty();
    long amount = Long.parseLong(match.group(1));
    return Optional.of(
        switch (match.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }

  /** The shortest text form. */
  public static String text(Duration step) {
    long seconds = step.toSeconds();
    if (seconds % 86_400 == 0) return seconds / 86_400 + "d";
    if (seconds % 3600 == 0) return seconds / 3600 + "h";
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /** The shortest common step that divides a range into at most 1000 points. */
  public static Duration of(Duration range) {
    for (Duration step : USUAL) {
      if (range.toMillis() / step.toMillis() <= MANY) return step;
    }
    return Duration.ofDays(1);
  }
}
