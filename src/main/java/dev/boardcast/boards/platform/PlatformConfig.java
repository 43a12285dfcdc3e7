package dev.boardcast.boards.platform;

import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.stream.Stream;

/** How the platform board counts. Nothing stored depends on the zone. */
@SettingGroup("Platform board")
public record PlatformConfig(
    @Setting(
            key = "platform-zone",
            defaultValue = "UTC",
            description = "Time zone in which days, ISO weeks and months of revenue start.")
        ZoneId zone,
    @Setting(
            key = "platform-currency",
            defaultValue = "USD",
            pattern = "[A-Z]{3}",
            expected = "an ISO 4217 code of three capital letters",
            description =
                "Currency of amounts that name none, and of the sum of all currencies. Set it before"
                    + " the first transaction: amounts in it are stored without it.")
        String currency) {
  static final Duration QUARTER = Duration.ofMinutes(15);
  private static final Instant MODERN_TIMES = Instant.parse("2000-01-01T00:00:00Z");

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
      throw new InvalidSettingException(
          "platform-zone", "a time zone that differs from UTC by quarters of an hour");
    }
  }

  /** The zone's name in responses; {@code UTC} for UTC, as in the descriptions of boards. */
  String zoneName() {
    return zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
  }
}
