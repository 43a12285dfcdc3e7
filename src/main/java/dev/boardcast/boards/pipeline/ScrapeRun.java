package dev.boardcast.boards.pipeline;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.Optional;

/**
 * A run of a scraper, as sent by clients.
 *
 * @param records the number of records scraped; null if a failed run does not know it
 * @param error why the run failed; null if unknown
 * @param eventId identifies the run when it is sent again; null if it has no id
 */
record ScrapeRun(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String source,
    @NotNull(message = "one of success, failure") RunStatus status,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long records,
    @NotNull(message = FieldRules.TIME_TEXT) @PastOrPresent(message = FieldRules.PAST_TEXT)
        Instant startedAt,
    @NotNull(message = FieldRules.TIME_TEXT) @PastOrPresent(message = FieldRules.PAST_TEXT)
        Instant finishedAt,
    @Size(min = 1, max = 2000, message = "a string of 1 to 2000 characters") String error,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId) {
  static final long MAX = 1_000_000_000;
  static final String COUNT = "a whole number from 0 to 1000000000";
  static final String NAME = "a string of 1 to 100 characters, not blank";

  /** The problem if two fields contradict each other. */
  Optional<Problem> contradiction() {
    if (status == RunStatus.SUCCESS && records == null) {
      return Optional.of(Problem.invalid("records", COUNT + ", where status is success"));
    }
    if (finishedAt.isBefore(startedAt)) {
      return Optional.of(Problem.invalid("finished_at", "a time not before started_at"));
    }
    return Optional.empty();
  }
}
