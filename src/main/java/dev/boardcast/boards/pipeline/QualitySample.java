package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.ScrapeRun.COUNT;
import static dev.boardcast.boards.pipeline.ScrapeRun.ID;
import static dev.boardcast.boards.pipeline.ScrapeRun.MOST;
import static dev.boardcast.boards.pipeline.ScrapeRun.NAME;
import static dev.boardcast.boards.pipeline.ScrapeRun.NOT_AHEAD;

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
 * How good a batch of a source's records was: of so many tries, so many went well. No tries say
 * nothing about the rate.
 *
 * @param sampledAt null for now
 * @param eventId makes a retry harmless; null when the sender has none
 */
public record QualitySample(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String source,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MOST, message = COUNT)
        Long geocodingAttempts,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MOST, message = COUNT)
        Long geocodingSuccesses,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MOST, message = COUNT)
        Long validationAttempts,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MOST, message = COUNT)
        Long validationPasses,
    @PastOrPresent(message = NOT_AHEAD) Instant sampledAt,
    @Size(min = 1, max = 200, message = ID) String eventId) {

  /** What is wrong between two fields that are good by themselves. */
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
