package dev.boardcast.load;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** How long a line must wait so that the file plays at a multiple of its recorded speed. */
final class ReplayPace {
  private final double speed;
  private final String timeField;
  private final long started = System.nanoTime();
  private Instant first;

  ReplayPace(double speed, String timeField) {
    this.speed = speed;
    this.timeField = timeField;
  }

  /** Zero for a line that is due, or does not say when it happened. */
  Duration before(byte[] line) {
    Optional<Instant> at = time(line);
    if (at.isEmpty()) return Duration.ZERO;
    if (first == null) first = at.get();
    double due = Duration.between(first, at.get()).toMillis() / speed;
    long left = (long) due - (System.nanoTime() - started) / 1_000_000;
    return Duration.ofMillis(Math.max(0, left));
  }

  private Optional<Instant> time(byte[] line) {
    try {
      JsonNode at = Json.MAPPER.readTree(line).path(timeField);
      return at.isTextual() ? Optional.of(Instant.parse(at.textValue())) : Optional.empty();
    } catch (IOException | DateTimeParseException untimed) {
      return Optional.empty();
    }
  }
}
