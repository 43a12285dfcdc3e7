package dev.boardcast.boards.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;

/**
 * Something that somebody should look at, from when it was raised until it is cleared.
 *
 * @param id of this raising; raised again, it is another alert
 * @param rule with the source its identity: one source has at most one alert of a rule
 * @param message as it was when the alert got its severity
 * @param since when it was raised
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

    /** As the database and JSON name it. */
    String stored() {
      return stored;
    }

    static Severity of(String stored) {
      return stored.equals(WARNING.stored) ? WARNING : ERROR;
    }

    /** Of what is not well. */
    static Severity of(HealthStatus status) {
      return status == HealthStatus.ERROR ? ERROR : WARNING;
    }
  }

  /** What one alert is told apart by. */
  record Key(String source, String rule) {}

  /** What a rule finds now. */
  record Finding(Key key, Severity severity, String message) {}

  Key key() {
    return new Key(source, rule);
  }

  Alert with(Finding finding) {
    return new Alert(id, finding.severity(), source, rule, finding.message(), since);
  }
}
