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
 * @param told what it tells, the earliest first; empty for a test, a report and a notice
 * @param report what it carries; null for others
 * @param notice what it tells in place of transitions; null for others
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
    ReportDocument report,
    NoticeWriter.Stored notice) {
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
    this(id, channel, channelId, kind, attempt, expired, createdAt, told, null, null);
  }

  /** Most transitions in one message. */
  static final int MAX_TRANSITIONS = 50;

  /** Why it is sent. */
  enum Kind {
    TRANSITION,
    REPEAT,
    TEST,
    REPORT,
    /** Of a board, not of a rule. */
    NOTICE;

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

  /** Whether it tells transitions, which may be silenced. */
  boolean isOfAlerts() {
    return kind == Kind.TRANSITION || kind == Kind.REPEAT;
  }

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
        report,
        notice);
  }

  /** The worst of what it tells. */
  Severity severity() {
    if (kind == Kind.NOTICE) return Severity.WARNING;
    return told.stream()
        .map(each -> each.transition().severity())
        .max(Severity::compareTo)
        .orElse(Severity.CRITICAL);
  }
}
