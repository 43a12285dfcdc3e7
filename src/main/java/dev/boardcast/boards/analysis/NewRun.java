package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.Locale;

/** What is posted to open a run: the span of time it looks into, which ends after it starts. */
public record NewRun(
    @NotNull(message = NewRun.TIME) Instant timeWindowStart,
    @NotNull(message = NewRun.TIME) Instant timeWindowEnd,
    @NotNull(message = "one of manual, scheduled") Trigger triggerType) {
  static final String TIME = "an ISO 8601 time such as 2026-01-31T12:00:00.000Z";

  /** Who opened it. */
  public enum Trigger {
    @JsonProperty("manual")
    MANUAL,
    @JsonProperty("scheduled")
    SCHEDULED;

    /** As the database and JSON name it. */
    String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
