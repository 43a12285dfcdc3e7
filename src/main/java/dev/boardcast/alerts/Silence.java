package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Alerts that are not told for a time. A criterion that is null fits all.
 *
 * @param labels that a rule must have
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Silence(
    UUID id,
    UUID alert,
    UUID rule,
    String board,
    Severity severity,
    Map<String, String> labels,
    Instant startsAt,
    Instant endsAt,
    String note,
    String createdBy,
    Instant createdAt) {

  static Silence ofAlert(UUID alert, Instant until, String note, String by) {
    Instant now = Instant.now();
    return new Silence(
        UUID.randomUUID(), alert, null, null, null, Map.of(), now, until, note, by, now);
  }
}
