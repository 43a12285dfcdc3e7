package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.ScrapeRun.COUNT;
import static dev.boardcast.boards.pipeline.ScrapeRun.MAX;
import static dev.boardcast.boards.pipeline.ScrapeRun.NAME;

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
 * The quality of a batch of a source's records, as sent by clients. Without attempts it does not
 * count towards a rate.
 *
 * @param sampledAt null for the time of writing
 * @param eventId identifies the sample when it is sent again; null if it has no id
 */
record QualitySample(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String source,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT)
        Long geocodingAttempts,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT)
        Long geocodingSuccesses,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT)
        Long validationAttempts,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT)
        Long validationPasses,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant sampledAt,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId) {

  /** The problem if two fields contradict each other. */
  Optional<Problem> contradiction() {
    if (geocodingSuccesses > geocodingAttempts) {
      return Optional.of(Problem.invalid("geocoding_successes", "at most geocoding_attempts"));
    }
    if (validationPasses > validationAttempts) {
      return Optional.of(Problem.invalid("validation_passes", "at most validation_attempts"));
    }
    return Optional.empty();
  }
}
