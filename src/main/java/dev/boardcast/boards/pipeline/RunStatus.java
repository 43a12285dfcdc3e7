package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The result of a scraper's run. */
enum RunStatus {
  @JsonProperty("success")
  SUCCESS("success"),
  @JsonProperty("failure")
  FAILURE("failure");

  private final String stored;

  RunStatus(String stored) {
    this.stored = stored;
  }

  /** The name in the database and in JSON. */
  String stored() {
    return stored;
  }

  static RunStatus of(String stored) {
    return stored.equals(SUCCESS.stored) ? SUCCESS : FAILURE;
  }
}
