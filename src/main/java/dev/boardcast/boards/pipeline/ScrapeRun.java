package dev.boardcast.boards.pipeline;

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
 * One run of a scraper.
 *
 * @param records how many it brought; null when a failed run does not know, which is not zero
 * @param error why it failed, in the scraper's words; null when not told
 * @param eventId makes a retry harmless; null when the sender has none
 */
public record ScrapeRun(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String source,
    @NotNull(message = "one of success, failure") RunStatus status,
    @Min(value = 0, message = COUNT) @Max(value = MOST, message = COUNT) Long records,
    @NotNull(message = TIME) @PastOrPresent(message = NOT_AHEAD) Instant startedAt,
    @NotNull(message = TIME) @PastOrPresent(message = NOT_AHEAD) Instant finishedAt,
    @Size(min = 1, max = 2000, message = "a string of 1 to 2000 characters") String error,
    @Size(min = 1, max = 200, message = ID) String eventId) {
  static final long MOST = 1_000_000_000;
  static final String COUNT = "a whole number from 0 to 1000000000";
  static final String NAME = "a string of 1 to 100 characters, not blank";
  static final String ID = "a string of 1 to 200 characters";
  static final String TIME = "an ISO 8601 time such as 2026-01-31T12:00:00.000Z";
  static final String NOT_AHEAD = "a time no more than a day ahead";

  /** What is wrong between two fields that are good by themselves. */
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
