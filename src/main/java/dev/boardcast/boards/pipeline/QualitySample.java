package dev.boardcast.boards.pipeline;

import static dev.boardcast.boards.pipeline.ScrapeRun.COUNT;
import static dev.boardcast.boards.pipeline.ScrapeRun.MAX;
import static dev.boardcast.boards.pipeline.ScrapeRun.NAME;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The quality of a batch of a source's records, as sent by clients. Without attempts it does not
 * count towards a rate.
 *
 * @param geocodingAttempts null where {@code checks} are given, as the other three
 * @param sampledAt null for the time of writing
 * @param eventId identifies the sample when it is sent again; null if it has no id
 * @param checks by name, each once; null for the four fields alone
 */
record QualitySample(
    @NotBlank(message = NAME) @Size(max = 100, message = NAME) String source,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long geocodingAttempts,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long geocodingSuccesses,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long validationAttempts,
    @Min(value = 0, message = COUNT) @Max(value = MAX, message = COUNT) Long validationPasses,
    @PastOrPresent(message = FieldRules.PAST_TEXT) Instant sampledAt,
    @Size(min = 1, max = 200, message = FieldRules.EVENT_ID_TEXT) String eventId,
    @Size(min = 1, max = 20, message = CHECKS)
        List<@NotNull(message = "a check") @Valid QualityCheck> checks) {
  private static final String CHECKS = "1 to 20 checks";
  private static final String NEEDED = COUNT + ", or checks instead of the four fields";

  /** The problem if a field is missing or two contradict each other. */
  Optional<Problem> contradiction() {
    return pair("geocoding_attempts", geocodingAttempts, "geocoding_successes", geocodingSuccesses)
        .or(
            () ->
                pair(
                    "validation_attempts",
                    validationAttempts,
                    "validation_passes",
                    validationPasses))
        .or(this::inChecks);
  }

  private Optional<Problem> pair(String whole, Long attempts, String part, Long passes) {
    if (attempts == null && passes == null && checks != null) return Optional.empty();
    if (attempts == null) return Optional.of(Problem.invalid(whole, NEEDED));
    if (passes == null) return Optional.of(Problem.invalid(part, NEEDED));
    return passes > attempts
        ? Optional.of(Problem.invalid(part, "at most " + whole))
        : Optional.empty();
  }

  private Optional<Problem> inChecks() {
    if (checks == null) return Optional.empty();
    var names = new HashSet<String>();
    if (geocodingAttempts != null) names.add(QualityCheck.GEOCODING);
    if (validationAttempts != null) names.add(QualityCheck.VALIDATION);
    for (int i = 0; i < checks.size(); i++) {
      QualityCheck check = checks.get(i);
      String at = "checks[" + i + "].";
      if (!names.add(check.name())) {
        return Optional.of(Problem.invalid(at + "name", "each check once"));
      }
      if (check.passes() > check.attempts()) {
        return Optional.of(Problem.invalid(at + "passes", "at most attempts"));
      }
    }
    return Optional.empty();
  }

  /** The attempts of one of the two checks that have columns. */
  long attempts(String name, Long field) {
    if (field != null) return field;
    return named(name).map(QualityCheck::attempts).orElse(0L);
  }

  /** The passes of one of the two checks that have columns. */
  long passes(String name, Long field) {
    if (field != null) return field;
    return named(name).map(QualityCheck::passes).orElse(0L);
  }

  /** The other checks as a JSON array; null without. */
  String storedChecks() {
    if (checks == null) return null;
    var others = new ArrayList<QualityCheck>(checks);
    others.removeIf(
        check ->
            check.name().equals(QualityCheck.GEOCODING)
                || check.name().equals(QualityCheck.VALIDATION));
    return others.isEmpty() ? null : Json.encode(others);
  }

  private Optional<QualityCheck> named(String name) {
    if (checks == null) return Optional.empty();
    return checks.stream().filter(check -> check.name().equals(name)).findFirst();
  }
}
