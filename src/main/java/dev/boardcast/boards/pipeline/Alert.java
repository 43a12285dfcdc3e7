package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;

/**
 * A raised alert.
 *
 * @param id differs each time the alert is raised
 * @param rule identifies the alert together with its source
 * @param message what is found now; in the database, when the alert got its severity
 * @param since when the alert was raised
 */
record Alert(
    UUID id, Severity severity, String source, String rule, String message, Instant since) {

  enum Severity {
    @JsonProperty("warning")
    WARNING("warning"),
    @JsonProperty("error")
    ERROR("error");

    private final String stored;

    Severity(String stored) {
      this.stored = stored;
    }

    /** The name in the database and in JSON. */
    String stored() {
      return stored;
    }

    static Severity of(String stored) {
      return stored.equals(WARNING.stored) ? WARNING : ERROR;
    }

    /** The severity of a status other than healthy and pending. */
    static Severity of(HealthStatus status) {
      return status == HealthStatus.ERROR ? ERROR : WARNING;
    }
  }

  /** Identifies an alert. */
  record Key(String source, String rule) {}

  /** A violation of a rule. */
  record Finding(Key key, Severity severity, String message) {}

  Key key() {
    return new Key(source, rule);
  }

  /** The same alert with the severity and message of a finding. */
  Alert with(Finding finding) {
    return new Alert(id, finding.severity(), source, rule, finding.message(), since);
  }
}
