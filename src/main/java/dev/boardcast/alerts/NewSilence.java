package dev.boardcast.alerts;

import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * The body of a request that adds a silence: at least one criterion.
 *
 * @param startsAt null for now
 */
record NewSilence(
    UUID rule,
    @Pattern(regexp = FieldRules.ID, message = AlertRule.BOARD_TEXT) String board,
    Severity severity,
    @Size(max = 20, message = AlertRule.LABELS_TEXT) Map<String, String> labels,
    Instant startsAt,
    @NotNull(message = NewSilence.END_TEXT) Instant endsAt,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String note) {
  static final String END_TEXT = "a time in the future, at most 90 days ahead";

  /** The longest silence, and the furthest one ahead. */
  static final Duration MAX = Duration.ofDays(90);

  /**
   * The silence.
   *
   * @throws Problem 400 naming the field that does not fit
   */
  Silence checked(Instant now, String by) {
    Map<String, String> wanted = labels == null ? Map.of() : labels;
    if (rule == null && board == null && severity == null && wanted.isEmpty()) {
      throw Problem.invalid("rule", "one of rule, board, severity, labels");
    }
    wanted.forEach(
        (label, text) -> {
          if (text == null || !text.matches(FieldRules.NAME)) {
            throw Problem.invalid("labels", AlertRule.LABELS_TEXT);
          }
        });
    if (!endsAt.isAfter(now) || endsAt.isAfter(now.plus(MAX))) {
      throw Problem.invalid("ends_at", END_TEXT);
    }
    if (startsAt != null && !startsAt.isBefore(endsAt)) {
      throw Problem.invalid("starts_at", "a time before ends_at");
    }
    return new Silence(
        UUID.randomUUID(),
        null,
        rule,
        board,
        severity,
        wanted,
        startsAt == null ? now : startsAt,
        endsAt,
        note,
        by,
        now);
  }
}
