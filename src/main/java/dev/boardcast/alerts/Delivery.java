package dev.boardcast.alerts;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A message that this node has claimed.
 *
 * @param id the same in every attempt
 * @param attempt from 1
 * @param expired how many attempts may have delivered it without a record of that
 * @param told what it tells, the earliest first; empty for a test and a report
 * @param report what it carries; null for others
 */
record Delivery(
    UUID id,
    Channel channel,
    String channelId,
    Kind kind,
    int attempt,
    int expired,
    Instant createdAt,
    List<Told> told,
    ReportDocument report) {
  /** Of alerts, or a test. */
  Delivery(
      UUID id,
      Channel channel,
      String channelId,
      Kind kind,
      int attempt,
      int expired,
      Instant createdAt,
      List<Told> told) {
    this(id, channel, channelId, kind, attempt, expired, createdAt, told, null);
  }

  /** Most transitions in one message. */
  static final int MAX_TRANSITIONS = 50;

  /** Why it is sent. */
  enum Kind {
    TRANSITION,
    REPEAT,
    TEST,
    REPORT;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A transition in a message.
   *
   * @param mutedUntil the end of a silence that it fits; null for none
   */
  record Told(Transition transition, Instant mutedUntil) {}

  /** The same without what is silenced. */
  Delivery audible() {
    return new Delivery(
        id,
        channel,
        channelId,
        kind,
        attempt,
        expired,
        createdAt,
        told.stream().filter(each -> each.mutedUntil() == null).toList(),
        report);
  }

  /** The worst of what it tells. */
  Severity severity() {
    return told.stream()
        .map(each -> each.transition().severity())
        .max(Severity::compareTo)
        .orElse(Severity.CRITICAL);
  }
}
