package dev.boardcast.alerts;

import java.time.Instant;
import java.util.UUID;

/**
 * A rule as it is stored.
 *
 * @param source {@link #API}, or {@link #BOARD} if its board declares it
 */
record StoredRule(
    UUID id,
    String source,
    long version,
    String createdBy,
    Instant createdAt,
    Instant updatedAt,
    AlertRule rule) {
  /** Of a rule that was created over HTTP. */
  static final String API = "api";

  /** Of a rule that its board declares. */
  static final String BOARD = "board";
}
