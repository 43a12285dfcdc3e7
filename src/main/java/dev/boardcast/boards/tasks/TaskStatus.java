package dev.boardcast.boards.tasks;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The status of a task. */
enum TaskStatus {
  @JsonProperty("pending")
  PENDING("pending"),
  @JsonProperty("completed")
  COMPLETED("completed");

  private final String stored;

  TaskStatus(String stored) {
    this.stored = stored;
  }

  /** The name in the database and in JSON. */
  String stored() {
    return stored;
  }

  static TaskStatus of(String stored) {
    return stored.equals(COMPLETED.stored) ? COMPLETED : PENDING;
  }
}
