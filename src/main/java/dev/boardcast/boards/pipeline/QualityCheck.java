package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.ScrapeRun.COUNT;
import static dev.boardcast.boards.pipeline.ScrapeRun.MAX;
import static dev.boardcast.boards.pipeline.ScrapeRun.NAME;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/**
 * What was checked of a batch of records: how often, and how often it was right.
 *
 * @param name {@code geocoding} and {@code validation} are those that older clients send as fields
 */
record QualityCheck(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String name,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT)
        Long attempts,
    @NotNull(message = COUNT) @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT)
        Long passes) {
  static final String GEOCODING = "geocoding";
  static final String VALIDATION = "validation";

  /** Names of checks that are shown of a source, and of all sources together. */
  static final int SHOWN = 50;

  /** The metric of a check, in rows of hours, alerts and anomalies. */
  static String metric(String name) {
    return switch (name) {
      case GEOCODING -> "geocoding_success_rate";
      case VALIDATION -> "validation_pass_rate";
      default -> "check." + name;
    };
  }
}
