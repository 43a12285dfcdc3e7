package dev.boardcast.alerts;

import dev.boardcast.spi.Json;

/** The two forms of a mail. */
final class MailText {
  private MailText() {}

  static String plain(MessageText message) {
    var text = new StringBuilder();
    for (MessageText.Entry line : message.lines()) {
      text.append('[').append(line.heading()).append("] ").append(Json.time(line.at()));
      text.append('\n').append(line.text()).append('\n');
      if (line.link() != null) text.append("Acknowledge: ").append(line.link()).append('\n');
      text.append('\n');
    }
    return text.toString();
  }

  static String html(MessageText message) {
    var html = new StringBuilder("<!DOCTYPE html><html><body>");
    for (MessageText.Entry line : message.lines()) {
      html.append("<p><strong>[").append(line.heading()).append("]</strong> ");
      html.append(Json.time(line.at())).append("<br>").append(escaped(line.text()));
      if (line.link() != null) {
        html.append("<br><a href=\"").append(escaped(line.link())).append("\">Acknowledge</a>");
      }
      html.append("</p>");
    }
    return html.append("</body></html>").toString();
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
