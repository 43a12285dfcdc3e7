package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.spi.DaysAndTime;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.WholePeriod;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;

/**
 * When analysis runs are opened, and over which time: the body of a request that creates a
 * schedule. Immutable.
 *
 * @param name unique
 * @param on days of the week; null for each day
 * @param at a time of day in the zone
 * @param zone null for UTC
 * @param period the last whole one before is analysed, in the zone
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record NewSchedule(
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String name,
    @Size(min = 1, max = 7, message = DaysAndTime.ON_TEXT) List<String> on,
    @NotNull(message = DaysAndTime.TIME_TEXT)
        @Pattern(regexp = DaysAndTime.TIME, message = DaysAndTime.TIME_TEXT)
        String at,
    String zone,
    @NotNull(message = WholePeriod.TEXT) WholePeriod period) {

  /**
   * Checks what annotations cannot.
   *
   * @throws dev.boardcast.spi.Problem 400 naming the field that does not fit
   */
  NewSchedule checked() {
    days().check();
    return this;
  }

  private DaysAndTime days() {
    return new DaysAndTime(on, at, zone);
  }

  /** When the next run is due, after {@code now}. */
  Instant next(Instant now) {
    return days().next(now);
  }

  /** The run that is due at a time. */
  NewRun run(Instant due) {
    WholePeriod.Span span = period.before(due, days().zoneId());
    return new NewRun(span.from(), span.to(), NewRun.Trigger.SCHEDULED);
  }
}
