package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.spi.Json;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * The JSON body of a webhook: the same in every attempt.
 *
 * @param kind transition, repeat, test, report or notice
 * @param report null without one
 * @param notice what a notice tells; null for the others
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WebhookBody(
    UUID id,
    String kind,
    String channel,
    Instant createdAt,
    String text,
    List<Item> alerts,
    Attached report,
    NoticeWriter.Stored notice) {
  /**
   * A report.
   *
   * @param content in Base64
   */
  record Attached(String file, String type, String content) {
    static Attached of(ReportDocument report) {
      if (report == null) return null;
      String content = Base64.getEncoder().encodeToString(report.content().getBytes());
      return new Attached(report.file(), report.type(), content);
    }
  }

  /**
   * One transition.
   *
   * @param text one sentence that says what happened
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(@JsonUnwrapped Transition transition, String text, String acknowledgeUrl) {}

  /** The text of Slack's incoming webhooks. */
  private record Slack(String text) {}

  static String of(Delivery delivery, AcknowledgeLinks links) {
    var text = MessageText.of(delivery, links);
    var items = new java.util.ArrayList<Item>();
    for (int i = 0; i < delivery.told().size(); i++) {
      var line = text.lines().get(i);
      items.add(new Item(delivery.told().get(i).transition(), line.text(), line.link()));
    }
    return Json.encode(
        new WebhookBody(
            delivery.id(),
            delivery.kind().text(),
            delivery.channelId(),
            delivery.createdAt(),
            text.subject(),
            items,
            Attached.of(delivery.report()),
            delivery.notice()));
  }

  static String slack(Delivery delivery, AcknowledgeLinks links) {
    var text = new StringBuilder();
    for (MessageText.Entry line : MessageText.of(delivery, links).lines()) {
      if (text.length() > 0) text.append('\n');
      text.append("*[").append(line.heading()).append("]* ").append(escaped(line.text()));
      if (line.link() != null) text.append(" <").append(line.link()).append("|Acknowledge>");
    }
    return Json.encode(new Slack(text.toString()));
  }

  /** As Slack wants it, so that a label cannot mention everybody. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
