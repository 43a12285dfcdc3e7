package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.spi.BoardPart;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One change of an alert's status, as it is stored, shown, and told.
 *
 * @param id also of its event, and of the first message that tells it
 * @param alert the same from the first transition until it is ok again
 * @param metric the path of the value, with its key in place of a star
 * @param key "" for a metric without keys, or with the one key of its rule
 * @param with the values of the board's parameters; null for the whole board
 * @param value null if there was none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Transition(
    UUID id,
    Instant at,
    UUID alert,
    UUID rule,
    String ruleName,
    String board,
    String metric,
    String key,
    Map<String, String> with,
    AlertStatus from,
    AlertStatus to,
    BigDecimal value,
    Condition condition,
    BigDecimal bound,
    Severity severity,
    Map<String, String> labels) {

  static final String COLUMNS =
      "t.id, t.at, t.alert, t.rule, t.rule_name, t.board, t.metric, t.key, t.from_status,"
          + " t.to_status, t.value, t.condition, t.bound, t.severity, t.labels::text AS labels, t.part";

  @SuppressWarnings("unchecked")
  static Transition of(Row row) {
    return new Transition(
        row.getUUID("id"),
        Sql.time(row, "at"),
        row.getUUID("alert"),
        row.getUUID("rule"),
        row.getString("rule_name"),
        row.getString("board"),
        row.getString("metric"),
        row.getString("key"),
        Optional.ofNullable(row.getString("part"))
            .flatMap(BoardPart::parse)
            .<Map<String, String>>map(BoardPart::values)
            .orElse(null),
        AlertStatus.of(row.getString("from_status")),
        AlertStatus.of(row.getString("to_status")),
        Sql.number(row, "value"),
        Condition.valueOf(row.getString("condition").toUpperCase(java.util.Locale.ROOT)),
        Sql.number(row, "bound"),
        Severity.of(row.getString("severity")),
        Sql.json(row.getString("labels"), Map.class));
  }

  /** The name of the part of the board; null for the whole board. */
  String part() {
    return with == null ? null : BoardPart.of(board, with).name();
  }

  /** One sentence that says what happened. */
  String sentence() {
    String what = ruleName + " (" + (with == null ? board : part()) + ", " + metric + ")";
    return switch (to) {
      case OK -> what + " is ok again" + told();
      case NO_DATA -> what + " has no data";
      case FIRING -> what + " fires" + told();
    };
  }

  private String told() {
    if (value == null) return "";
    String limit =
        condition == Condition.ANOMALY
            ? "usual within %s deviations".formatted(bound.toPlainString())
            : "%s %s".formatted(condition.text(), bound.toPlainString());
    return ": the value is %s (%s)".formatted(value.toPlainString(), limit);
  }
}
