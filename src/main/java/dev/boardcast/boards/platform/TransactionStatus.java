package dev.boardcast.boards.platform;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of a transaction so far; only completed ones are revenue. */
public enum TransactionStatus {
  @JsonProperty("pending")
  PENDING("pending"),
  @JsonProperty("completed")
  COMPLETED("completed"),
  @JsonProperty("failed")
  FAILED("failed");

  private final String stored;

  TransactionStatus(String stored) {
    this.stored = stored;
  }

  /** As the database and JSON name it. */
  String stored() {
    return stored;
  }
}
