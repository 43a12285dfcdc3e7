package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a scraper's run ended. */
public enum RunStatus {
  @JsonProperty("success")
  SUCCESS("success"),
  @JsonProperty("failure")
  FAILURE("failure");

  private final String stored;

  RunStatus(String stored) {
    this.stored = stored;
  }

  /** As the database and JSON name it. */
  String stored() {
    return stored;
  }

  static RunStatus of(String stored) {
    return stored.equals(SUCCESS.stored) ? SUCCESS : FAILURE;
  }
}
