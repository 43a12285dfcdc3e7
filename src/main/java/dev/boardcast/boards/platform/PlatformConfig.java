package dev.boardcast.boards.platform;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.stream.Stream;

/**
 * How the platform board counts.
 *
 * @param zone where days, ISO weeks and months start; default UTC. Its days start on a quarter of
 *     an hour of UTC. It may be changed at any start: nothing stored depends on it
 * @param currency of all amounts, an ISO 4217 code; default {@code USD}. Other currencies are
 *     refused, as there is no exact sum over several
 */
public record PlatformConfig(ZoneId zone, String currency) {
  static final Duration QUARTER = Duration.ofMinutes(15);
  private static final Instant MODERN_TIMES = Instant.parse("2000-01-01T00:00:00Z");

  public static final PlatformConfig DEFAULTS = new PlatformConfig();

  /** The default values. */
  public PlatformConfig() {
    this(ZoneOffset.UTC, "USD");
  }

  public PlatformConfig {
    var rules = zone.getRules();
    boolean isOnQuarters =
        Stream.concat(
                Stream.of(rules.getOffset(MODERN_TIMES)),
                rules.getTransitions().stream()
                    .filter(transition -> transition.getInstant().isAfter(MODERN_TIMES))
                    .map(ZoneOffsetTransition::getOffsetAfter))
            .allMatch(offset -> offset.getTotalSeconds() % QUARTER.toSeconds() == 0);
    if (!isOnQuarters) {
      throw new IllegalArgumentException(
          "platform-zone must be one that differs from UTC by quarters of an hour, was " + zone);
    }
    if (!currency.matches("[A-Z]{3}")) {
      throw new IllegalArgumentException(
          "platform-currency must be three capital letters, was " + currency);
    }
  }
}
