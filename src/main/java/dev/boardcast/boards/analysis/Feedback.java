package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.constraints.NotNull;
import java.util.Locale;

/** The body of a request that gives feedback on a proposal. */
record Feedback(@NotNull(message = "one of approved, rejected") Verdict verdict) {
  /** A user's verdict on a proposal; a later verdict replaces an earlier one. */
  enum Verdict {
    @JsonProperty("approved")
    APPROVED,
    @JsonProperty("rejected")
    REJECTED;

    /** The name in the database and in JSON. */
    String stored() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
