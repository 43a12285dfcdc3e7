package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a rule has decided about one value. */
enum AlertStatus {
  /** Within the bound, or beyond it for less than the hold time. */
  @JsonProperty("ok")
  OK("ok", "alert_resolved"),
  /** Beyond the bound for the hold time, and not yet within the bound to clear. */
  @JsonProperty("firing")
  FIRING("firing", "alert_firing"),
  /** Without a value for the time that the rule allows. */
  @JsonProperty("no_data")
  NO_DATA("no_data", "alert_no_data");

  private final String text;
  private final String eventType;

  AlertStatus(String text, String eventType) {
    this.text = text;
    this.eventType = eventType;
  }

  /** As it is stored and shown. */
  String text() {
    return text;
  }

  /** The type of the event of a transition to it. */
  String eventType() {
    return eventType;
  }

  static AlertStatus of(String text) {
    for (AlertStatus each : values()) {
      if (each.text.equals(text)) return each;
    }
    throw new IllegalArgumentException("no status " + text);
  }
}
