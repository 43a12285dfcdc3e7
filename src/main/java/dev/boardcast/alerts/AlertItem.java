package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vertx.sqlclient.Row;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * An alert that is open, or about to be, as a client sees it.
 *
 * @param id null while it is pending
 * @param with the values of the board's parameters; null for the whole board
 * @param state firing, no_data, pending or resolved
 * @param value when its state last changed
 * @param since when it began, or since when the value has been beyond the bound
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AlertItem(
    UUID id,
    String state,
    UUID rule,
    String ruleName,
    String board,
    String metric,
    String key,
    Map<String, String> with,
    BigDecimal value,
    Condition condition,
    BigDecimal bound,
    Severity severity,
    Map<String, String> labels,
    Instant since,
    String acknowledgedBy,
    Instant acknowledgedAt,
    String note,
    Instant mutedUntil) {

  static AlertItem open(Row row) {
    var rule = Sql.json(row.getString("definition"), AlertRule.class);
    String key = row.getString("key");
    boolean isPending = row.getString("status").equals(AlertStatus.OK.text());
    return new AlertItem(
        row.getUUID("alert"),
        isPending ? "pending" : row.getString("status"),
        row.getUUID("rule"),
        rule.name(),
        rule.board(),
        rule.labelOf(key),
        rule.keyOf(key),
        rule.withOf(key),
        Sql.number(row, "value"),
        rule.condition(),
        rule.bound(),
        rule.severity(),
        rule.labels(),
        Sql.time(row, "began"),
        row.getString("acknowledged_by"),
        Sql.time(row, "acknowledged_at"),
        row.getString("note"),
        Sql.time(row, "muted_until"));
  }

  static AlertItem resolved(Transition over) {
    return new AlertItem(
        over.alert(),
        "resolved",
        over.rule(),
        over.ruleName(),
        over.board(),
        over.metric(),
        over.key(),
        over.with(),
        over.value(),
        over.condition(),
        over.bound(),
        over.severity(),
        over.labels(),
        over.at(),
        null,
        null,
        null,
        null);
  }
}
