package dev.boardcast.alerts;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words of a message, for people. Immutable.
 *
 * @param subject one line
 */
record MessageText(String subject, List<Entry> lines) {
  private static final int MAX_SUBJECT = 150;

  /**
   * What is told about one alert.
   *
   * @param heading its state in capitals
   * @param link to acknowledge it; null for none
   */
  record Entry(String heading, Instant at, String text, String link) {
    private static String heading(AlertStatus status) {
      return switch (status) {
        case OK -> "OK";
        case FIRING -> "FIRING";
        case NO_DATA -> "NO DATA";
      };
    }
  }

  static MessageText of(Delivery delivery, AcknowledgeLinks links) {
    if (delivery.kind() == Delivery.Kind.TEST) {
      return new MessageText(
          "[TEST] Boardcast",
          List.of(
              new Entry(
                  Entry.heading(AlertStatus.OK),
                  delivery.createdAt(),
                  "This is a test of the channel " + delivery.channelId(),
                  null)));
    }
    if (delivery.kind() == Delivery.Kind.REPORT) {
      String text = "The report is attached: " + delivery.report().file();
      return new MessageText(
          oneLine(delivery.report().subject()),
          List.of(new Entry(Entry.heading(AlertStatus.OK), delivery.createdAt(), text, null)));
    }
    List<Entry> lines = new ArrayList<>();
    if (delivery.kind() == Delivery.Kind.NOTICE) {
      var notice = delivery.notice();
      String heading = notice.kind().replace('_', ' ').toUpperCase(Locale.ROOT);
      lines.add(new Entry(heading, notice.at(), oneLine(notice.text()), null));
    }
    for (Delivery.Told each : delivery.told()) {
      Transition one = each.transition();
      boolean isOpen = one.to() != AlertStatus.OK;
      String link =
          isOpen ? links.of(one.alert(), delivery.channelId(), delivery.createdAt()) : null;
      String still = delivery.kind() == Delivery.Kind.REPEAT ? " (still)" : "";
      lines.add(
          new Entry(Entry.heading(one.to()), one.at(), oneLine(one.sentence()) + still, link));
    }
    Entry first = lines.get(0);
    String others = lines.size() > 1 ? " and %d more".formatted(lines.size() - 1) : "";
    String subject = "[" + first.heading() + "] " + first.text();
    boolean isLong = subject.length() > MAX_SUBJECT;
    return new MessageText((isLong ? subject.substring(0, MAX_SUBJECT) : subject) + others, lines);
  }

  /** Names and keys may have line breaks, and would make up lines of their own. */
  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]+", " ");
  }
}
