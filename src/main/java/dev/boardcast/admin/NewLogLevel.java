package dev.boardcast.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.bus.LogLevelChange;
import dev.boardcast.config.Texts;
import dev.boardcast.spi.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The body of a request that changes the level of a logger.
 *
 * @param time how long, {@code for} in JSON; null for {@link #DEFAULT_TIME}
 */
record NewLogLevel(
    @NotNull(message = NewLogLevel.LOGGER_TEXT)
        @Pattern(regexp = NewLogLevel.LOGGER, message = NewLogLevel.LOGGER_TEXT)
        String logger,
    @NotNull(message = NewLogLevel.LEVEL_TEXT)
        @Pattern(regexp = NewLogLevel.LEVEL, message = NewLogLevel.LEVEL_TEXT)
        String level,
    @JsonProperty("for") String time) {
  static final String LEVEL = "error|warn|info|debug|trace|default";
  static final String LEVEL_TEXT = "error, warn, info, debug, trace or default";
  // Libraries may show what they send at their finest levels.
  static final String LOGGER =
      "(dev\\.boardcast|io\\.vertx|io\\.netty|com\\.hazelcast|org\\.flywaydb|org\\.postgresql)"
          + "(\\.[A-Za-z0-9_$]{1,60}){0,10}";
  static final String LOGGER_TEXT = "a package or class of the node, or of a library that it uses";

  private static final Duration DEFAULT_TIME = Duration.ofMinutes(10);
  private static final Duration MAX_TIME = Duration.ofHours(2);
  private static final String TIME_TEXT = "a duration from 1s to 2h, such as 10m";

  /**
   * What the nodes are told.
   *
   * @param node the only node that changes it; null for all
   * @throws Problem 400 naming the field that does not fit
   */
  LogLevelChange change(String node) {
    if (level.equals("trace") && !logger.startsWith("dev.boardcast")) {
      throw Problem.invalid("level", "debug or less detail, for a library");
    }
    return new LogLevelChange(node, logger, level, (int) duration().toSeconds());
  }

  /** For the audit trail. */
  String target() {
    return logger + "=" + level;
  }

  boolean isEnd() {
    return level.equals(LogLevels.DEFAULT);
  }

  private Duration duration() {
    if (time == null) return DEFAULT_TIME;
    try {
      Duration given = Texts.duration(time);
      if (given.toSeconds() >= 1 && given.compareTo(MAX_TIME) <= 0) return given;
    } catch (IllegalArgumentException malformed) {
      // The field is named below.
    }
    throw Problem.invalid("for", TIME_TEXT);
  }

  /** When it ends, if it begins now. */
  Instant until() {
    return Instant.now().plus(duration()).truncatedTo(ChronoUnit.SECONDS);
  }
}
