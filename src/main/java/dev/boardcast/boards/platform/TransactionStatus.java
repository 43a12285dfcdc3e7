package dev.boardcast.boards.platform;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The status of a transaction; only completed ones count as revenue. */
enum TransactionStatus {
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

  /** The name in the database and in JSON. */
  String stored() {
    return stored;
  }
}
