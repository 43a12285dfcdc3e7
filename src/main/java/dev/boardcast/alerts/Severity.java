package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** How bad an alert is, the mildest first. */
enum Severity {
  @JsonProperty("info")
  INFO,
  @JsonProperty("warning")
  WARNING,
  @JsonProperty("critical")
  CRITICAL;

  /** As it is stored and shown. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Severity of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
