package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a task stands. */
enum TaskStatus {
  @JsonProperty("pending")
  PENDING("pending"),
  @JsonProperty("completed")
  COMPLETED("completed");

  private final String stored;

  TaskStatus(String stored) {
    this.stored = stored;
  }

  /** As the database and JSON name it. */
  String stored() {
    return stored;
  }

  static TaskStatus of(String stored) {
    return stored.equals(COMPLETED.stored) ? COMPLETED : PENDING;
  }
}
