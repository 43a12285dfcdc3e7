package dev.boardcast.alerts;

/** How a silence fits an alert, in SQL. */
final class SilenceSql {
  private SilenceSql() {}

  /**
   * The end of the longest silence that fits now; null for none.
   *
   * @param labels an expression for the labels of a rule, as {@code jsonb}
   */
  static String mutedUntil(
      String alert, String rule, String board, String severity, String labels) {
    return """
        (SELECT max(x.ends_at) FROM alert_silence x
         WHERE x.starts_at <= now() AND x.ends_at > now()
           AND (x.alert IS NULL OR x.alert = %s) AND (x.rule IS NULL OR x.rule = %s)
           AND (x.board IS NULL OR x.board = %s) AND (x.severity IS NULL OR x.severity = %s)
           AND x.labels <@ %s)"""
        .formatted(alert, rule, board, severity, labels);
  }
}
