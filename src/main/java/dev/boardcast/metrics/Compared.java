package dev.boardcast.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.engine.ComparedWith;
import dev.boardcast.metrics.ranges.ComparedRange;
import dev.boardcast.metrics.ranges.RangeQuery;
import java.time.Instant;

/**
 * What is compared.
 *
 * @param from with what: the start of an earlier range
 * @param to its end, exclusive
 * @param at with what: the time of an earlier snapshot
 * @param until the end of what is compared of a range that has not ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Compared(String with, Instant from, Instant to, Instant until, Instant at) {
  static Compared withTargets() {
    return new Compared(ComparedWith.TARGET.text(), null, null, null, null);
  }

  static Compared withSnapshot(ComparedWith with, Instant at) {
    return new Compared(with.text(), null, null, null, at);
  }

  static Compared withRange(RangeQuery range, ComparedRange compared, ComparedWith with) {
    Instant end = compared.current().to();
    return new Compared(
        with.text(),
        compared.former().from(),
        compared.former().to(),
        end.equals(range.to()) ? null : end,
        null);
  }
}
