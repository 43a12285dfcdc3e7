package dev.boardcast.lab.replay;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

/** Schedules lines so that a file is sent at a multiple of its recorded speed. Not thread safe. */
final class ReplaySpeed {
  private final double speed;
  private final List<String> timeFields;
  private final long started = System.nanoTime();
  private Instant first;

  /**
   * @param timeFields the fields with a fact's time: the first of these that a line has
   */
  ReplaySpeed(double speed, List<String> timeFields) {
    this.speed = speed;
    this.timeFields = timeFields;
  }

  /** How long to wait before this line; zero if it is due or has no time. */
  Duration delay(byte[] line) {
    Optional<Instant> at = time(line);
    if (at.isEmpty()) return Duration.ZERO;
    if (first == null) first = at.get();
    double due = Duration.between(first, at.get()).toMillis() / speed;
    long delay = (long) due - (System.nanoTime() - started) / 1_000_000;
    return Duration.ofMillis(Math.max(0, delay));
  }

  private Optional<Instant> time(byte[] line) {
    try {
      JsonNode fact = Json.MAPPER.readTree(line);
      for (String field : timeFields) {
        JsonNode at = fact.path(field);
        if (at.isTextual()) return Optional.of(OffsetDateTime.parse(at.textValue()).toInstant());
      }
    } catch (IOException | DateTimeParseException untimed) {
      // Without a time it is due.
    }
    return Optional.empty();
  }
}
