package dev.boardcast.boards.yaml;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks time zones: quarters of an hour must be edges of all days since 1970. */
final class BoardZone {
  /** Days before this one are read by the quarter of an hour: their offsets have odd seconds. */
  static final Instant FIRST_DAY = Instant.parse("1970-01-02T00:00:00Z");

  private static final int QUARTER_SECONDS = 15 * 60;

  private BoardZone() {}

  /** The zone of this name, such as {@code Europe/Berlin}; empty if it is unknown or uneven. */
  static Optional<ZoneId> of(String name) {
    try {
      ZoneId zone = ZoneId.of(name);
      boolean isNamed = name.equals("UTC") || name.contains("/");
      boolean isEven =
          Stream.concat(
                  Stream.of(zone.getRules().getOffset(FIRST_DAY)),
                  transitions(zone).map(ZoneOffsetTransition::getOffsetAfter))
              .mapToInt(ZoneOffset::getTotalSeconds)
              .allMatch(seconds -> seconds % QUARTER_SECONDS == 0);
      return isNamed && isEven ? Optional.of(zone) : Optional.empty();
    } catch (DateTimeException unknown) {
      return Optional.empty();
    }
  }

  /** Whether no day has begun twice, as where clocks go back from 1:00 to 0:00. */
  static boolean hasSingleMidnights(ZoneId zone) {
    return transitions(zone)
        .filter(ZoneOffsetTransition::isOverlap)
        .noneMatch(each -> each.getDateTimeAfter().toLocalTime().equals(LocalTime.MIDNIGHT));
  }

  private static Stream<ZoneOffsetTransition> transitions(ZoneId zone) {
    var rules = zone.getRules();
    return Stream.iterate(
        rules.nextTransition(FIRST_DAY),
        // Rules repeat for ever.
        next -> next != null && next.getInstant().isBefore(Instant.parse("2100-01-01T00:00:00Z")),
        next -> rules.nextTransition(next.getInstant()));
  }
}
