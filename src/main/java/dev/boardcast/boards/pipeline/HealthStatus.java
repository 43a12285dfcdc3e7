package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.stream.Stream;

/** The health of a source or a rate, in order of urgency. */
enum HealthStatus {
  /** No data. */
  @JsonProperty("pending")
  PENDING,
  @JsonProperty("healthy")
  HEALTHY,
  @JsonProperty("warning")
  WARNING,
  @JsonProperty("error")
  ERROR;

  /** The most urgent; pending if there is none. */
  static HealthStatus worst(Stream<HealthStatus> all) {
    return all.max(Comparator.naturalOrder()).orElse(PENDING);
  }
}
