package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.boardcast.spi.FieldRules;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.Locale;

/** The body of a request that opens a run over a time window. The window ends after it starts. */
record NewRun(
    @NotNull(message = FieldRules.TIME_TEXT) Instant timeWindowStart,
    @NotNull(message = FieldRules.TIME_TEXT) Instant timeWindowEnd,
    @NotNull(message = "one of manual, scheduled") Trigger triggerType) {
  /** How the run was started. */
  enum Trigger {
    @JsonProperty("manual")
    MANUAL,
    @JsonProperty("scheduled")
    SCHEDULED;

    /** The name in the database and in JSON. */
    String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
