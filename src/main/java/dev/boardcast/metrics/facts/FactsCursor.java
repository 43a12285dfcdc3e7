package dev.boardcast.metrics.facts;

import dev.boardcast.spi.MetricFacts.Key;
import dev.boardcast.spi.Problem;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The position of a fact in its list, which is opaque to clients.
 *
 * @param at to the microsecond, as the database has it
 * @param key the text of the fact's key
 */
record FactsCursor(Instant at, String key) {
  private static final Pattern FORM = Pattern.compile("(-?\\d{1,18}) (.{1,1000})", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");

  /**
   * Reads the text form.
   *
   * @throws Problem 400 when it is malformed
   */
  static FactsCursor parse(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      var form = FORM.matcher(new String(bytes, StandardCharsets.UTF_8));
      if (form.matches()) {
        Instant at = Instant.EPOCH.plus(Long.parseLong(form.group(1)), ChronoUnit.MICROS);
        if (FactsRequest.isCursorTime(at)) return new FactsCursor(at, form.group(2));
      }
    } catch (IllegalArgumentException notBase64) {
      // Rejected below.
    }
    throw invalid();
  }

  /** Throws the same where the key is none of this type. */
  void require(Key type) {
    boolean fits = type == Key.NUMBER ? NUMBER.matcher(key).matches() : key.indexOf(0) < 0;
    if (!fits) throw invalid();
  }

  private static Problem invalid() {
    return Problem.invalid("after", "next of the page before");
  }

  void addTo(Tuple parameters, Key type) {
    parameters.addOffsetDateTime(at.atOffset(ZoneOffset.UTC));
    if (type == Key.NUMBER) parameters.addLong(Long.parseLong(key));
    else parameters.addString(key);
  }

  @Override
  public String toString() {
    String text = ChronoUnit.MICROS.between(Instant.EPOCH, at) + " " + key;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
