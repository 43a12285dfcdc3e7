package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;

/** What one user says of a proposal. */
public record Feedback(@NotNull(message = "one of approved, rejected") Verdict verdict) {
  /** Of one user on one proposal the latest counts. */
  public enum Verdict {
    @JsonProperty("approved")
    APPROVED,
    @JsonProperty("rejected")
    REJECTED;

    /** As the database and JSON name it. */
    String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
