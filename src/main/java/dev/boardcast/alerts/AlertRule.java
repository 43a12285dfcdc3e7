package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Problem;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a rule watches, when it fires and who is told: the body of a request that creates or
 * replaces it. Immutable.
 *
 * @param operator what is watched for operators, in place of board, metric, condition and bound;
 *     null for a metric of a board
 * @param metric a path of the board's description, or a JSON pointer into its snapshot
 * @param key of a metric with a star; null to watch all keys, each by itself
 * @param with values of the board's parameters, {@code *} to watch each value by itself; null for
 *     the whole board
 * @param bound for {@link Condition#ANOMALY}, how many spreads from the median
 * @param clear the bound within which it is ok again; null for {@code bound}
 * @param forSeconds how long beyond the bound until it fires; null for one minute
 * @param clearSeconds how long within the bound to clear until it is ok; null for {@code
 *     for_seconds}
 * @param noDataSeconds how long without a value until it has no data; null for never
 * @param repeatSeconds how often it is told again that it fires; null for never
 * @param days of former days, for {@link Condition#ANOMALY}; null for two weeks
 * @param severity null for a warning
 * @param labels for those who are told, and to silence by
 * @param channels by which it is told; may be empty
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AlertRule(
    @NotNull(message = FieldRules.NAME_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT)
        String name,
    OperatorCondition operator,
    @NotNull(message = AlertRule.BOARD_TEXT)
        @Pattern(regexp = FieldRules.ID, message = AlertRule.BOARD_TEXT)
        String board,
    @NotNull(message = AlertRule.METRIC_TEXT)
        @Pattern(regexp = FieldRules.NAME, message = AlertRule.METRIC_TEXT)
        String metric,
    @Pattern(regexp = FieldRules.NAME, message = FieldRules.NAME_TEXT) String key,
    Map<String, String> with,
    @NotNull(message = "above, below, equals or anomaly") Condition condition,
    @NotNull(message = "a number") BigDecimal bound,
    BigDecimal clear,
    @Min(value = 0, message = AlertRule.DAY_TEXT)
        @Max(value = AlertRule.DAY, message = AlertRule.DAY_TEXT)
        Integer forSeconds,
    @Min(value = 0, message = AlertRule.DAY_TEXT)
        @Max(value = AlertRule.DAY, message = AlertRule.DAY_TEXT)
        Integer clearSeconds,
    @Min(value = 1, message = AlertRule.WEEK_TEXT)
        @Max(value = AlertRule.WEEK, message = AlertRule.WEEK_TEXT)
        Integer noDataSeconds,
    @Min(value = 60, message = AlertRule.REPEAT_TEXT)
        @Max(value = AlertRule.WEEK, message = AlertRule.REPEAT_TEXT)
        Integer repeatSeconds,
    @Min(value = 2, message = AlertRule.DAYS_TEXT) @Max(value = 28, message = AlertRule.DAYS_TEXT)
        Integer days,
    Severity severity,
    @Size(max = 20, message = AlertRule.LABELS_TEXT) Map<String, String> labels,
    @Size(max = 10, message = AlertRule.CHANNELS_TEXT) List<String> channels) {
  static final int DAY = 86_400;
  static final int WEEK = 604_800;
  static final String BOARD_TEXT = "the name of a board";
  static final String METRIC_TEXT =
      "the path of a metric of the board, as in GET /api/v1/boards, or its JSON pointer";
  static final String DAY_TEXT = "a whole number of seconds from 0 to 86400";
  static final String WEEK_TEXT = "a whole number of seconds from 1 to 604800";
  static final String REPEAT_TEXT = "a whole number of seconds from 60 to 604800";
  static final String DAYS_TEXT = "a whole number of days from 2 to 28";
  static final String LABELS_TEXT =
      "at most 20 labels, each a name of letters, digits and _ with a text of 1 to 200 characters";
  static final String CHANNELS_TEXT = "at most 10 different channels that exist";

  private static final Duration DEFAULT_HOLD = Duration.ofMinutes(1);
  static final int DEFAULT_DAYS = 14;
  private static final int MAX_DIGITS = 30;
  private static final BigDecimal MAX_DEVIATIONS = BigDecimal.valueOf(1000);
  private static final String LABEL = "[A-Za-z_][A-Za-z0-9_]{0,62}";

  AlertRule {
    if (operator != null) {
      board = board == null ? OperatorCondition.BOARD : board;
      metric = metric == null ? operator.metric() : metric;
      condition = condition == null ? Condition.ABOVE : condition;
      bound = bound == null ? BigDecimal.ZERO : bound;
    }
    severity = severity == null ? Severity.WARNING : severity;
    labels = labels == null ? Map.of() : labels;
    channels = channels == null ? List.of() : channels;
  }

  /**
   * Checks what annotations cannot.
   *
   * @param boards by name
   * @return the same with the metric by its path
   * @throws Problem 400 naming the field that does not fit
   */
  AlertRule checked(Function<String, Optional<Board>> boards) {
    requireNumber("bound", bound);
    if (condition == Condition.ANOMALY
        && (bound.signum() <= 0 || bound.compareTo(MAX_DEVIATIONS) > 0)) {
      throw Problem.invalid("bound", "a number of deviations, more than 0 and at most 1000");
    }
    if (clear != null) requireClear();
    if (days != null && condition != Condition.ANOMALY) {
      throw Problem.invalid("days", "no value, except with the condition anomaly");
    }
    requireLabels();
    if (operator != null) {
      requireOperatorRule();
      return this;
    }
    Board watched = boards.apply(board).orElseThrow(() -> Problem.invalid("board", BOARD_TEXT));
    var found =
        MetricReference.find(watched, metric, Optional.ofNullable(key))
            .orElseThrow(() -> Problem.invalid("metric", METRIC_TEXT));
    if (key != null && (!found.hasKeys() || metric.startsWith("/"))) {
      throw Problem.invalid("key", "no value, except for a metric with * in its path");
    }
    var parts = RulePart.checked(watched, with);
    if (condition == Condition.ANOMALY && parts != null && parts.containsValue(RulePart.EACH)) {
      throw Problem.invalid("condition", "above, below or equals for each value of a parameter");
    }
    return new AlertRule(
        name,
        null,
        board,
        found.path(),
        found.key().orElse(null),
        parts,
        condition,
        bound,
        clear,
        forSeconds,
        clearSeconds,
        noDataSeconds,
        repeatSeconds,
        days,
        severity,
        labels,
        channels);
  }

  /** What the condition says already may be given as it is shown. */
  private void requireOperatorRule() {
    String none = "no value with operator";
    if (!board.equals(OperatorCondition.BOARD)) throw Problem.invalid("board", none);
    if (!metric.equals(operator.metric())) throw Problem.invalid("metric", none);
    if (condition != Condition.ABOVE) throw Problem.invalid("condition", none);
    if (bound.signum() != 0) throw Problem.invalid("bound", none);
    if (clear != null) throw Problem.invalid("clear", none);
    if (with != null) throw Problem.invalid("with", none);
    // No value says that nothing is wrong: it would have no data then, without an end.
    if (noDataSeconds != null) throw Problem.invalid("no_data_seconds", none);
    if (days != null) throw Problem.invalid("days", none);
  }

  private void requireClear() {
    requireNumber("clear", clear);
    if (condition.allows(bound, clear)) return;
    throw Problem.invalid(
        "clear",
        switch (condition) {
          case ABOVE -> "a number, at most the bound";
          case BELOW -> "a number, at least the bound";
          case EQUALS -> "no value with the condition equals";
          case ANOMALY -> "a number of deviations, more than 0 and at most the bound";
        });
  }

  private void requireLabels() {
    labels.forEach(
        (label, text) -> {
          boolean isText = text != null && text.matches(FieldRules.NAME);
          if (!isText || !label.matches(LABEL)) throw Problem.invalid("labels", LABELS_TEXT);
        });
    if (new HashSet<>(channels).size() < channels.size()) {
      throw Problem.invalid("channels", CHANNELS_TEXT);
    }
    for (String channel : channels) {
      if (channel == null || !channel.matches(FieldRules.ID)) {
        throw Problem.invalid("channels", CHANNELS_TEXT);
      }
    }
  }

  private static void requireNumber(String field, BigDecimal number) {
    boolean isShort =
        Math.abs((long) number.scale()) <= MAX_DIGITS && number.precision() <= MAX_DIGITS;
    if (!isShort) throw Problem.invalid(field, "a number of at most 30 digits");
  }

  MetricReference reference() {
    return new MetricReference(metric, Optional.ofNullable(key));
  }

  /** Its times. */
  AlertMachine machine() {
    Duration hold = forSeconds == null ? DEFAULT_HOLD : Duration.ofSeconds(forSeconds);
    return new AlertMachine(
        hold,
        clearSeconds == null ? hold : Duration.ofSeconds(clearSeconds),
        Optional.ofNullable(noDataSeconds).map(Duration::ofSeconds));
  }

  Optional<Duration> repeat() {
    return Optional.ofNullable(repeatSeconds).map(Duration::ofSeconds);
  }

  /** How many former days are looked at. */
  int formerDays() {
    return days == null ? DEFAULT_DAYS : days;
  }

  Verdict judge(Optional<BigDecimal> value, Optional<Baseline> usual) {
    return condition.judge(value, bound, clear == null ? bound : clear, usual);
  }

  /** What names one of its values to people, without the part of the board. */
  String labelOf(String stateKey) {
    return reference().named(keyOf(stateKey));
  }

  /** The key of the metric of one of its values; "" for none. */
  String keyOf(String stateKey) {
    return key == null ? RulePart.of(this).metricKey(stateKey) : key;
  }

  /** The values of parameters of one of its values; null for the whole board. */
  Map<String, String> withOf(String stateKey) {
    return with == null ? null : RulePart.of(this).partOf(stateKey).values();
  }
}
