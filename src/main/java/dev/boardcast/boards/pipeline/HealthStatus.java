package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.stream.Stream;

/** How something stands, from the least pressing to the most. */
enum HealthStatus {
  /** Nothing is known. */
  @JsonProperty("pending")
  PENDING,
  @JsonProperty("healthy")
  HEALTHY,
  @JsonProperty("warning")
  WARNING,
  @JsonProperty("error")
  ERROR;

  /** The worst of what is known. */
  static HealthStatus worst(Stream<HealthStatus> all) {
    return all.max(Comparator.naturalOrder()).orElse(PENDING);
  }
}
