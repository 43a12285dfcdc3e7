package dev.boardcast.alerts;

import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.util.Map;
import java.util.TreeMap;

/** Reads what rules for operators watch, in the form of a snapshot: values by condition. */
final class OperatorStatus {
  private static final int MAX_ROWS = 2_000;

  // Boards that no node runs any more have no faults.
  private static final String SQL =
      """
      SELECT condition, subject, max(value)::bigint AS value FROM (
        SELECT condition, subject, value FROM operator_fault
        WHERE seen_at > clock_timestamp() - interval '1 minute'
        UNION ALL
        SELECT c.condition, a.board, c.value
        FROM board_audit a CROSS JOIN LATERAL (
          VALUES ('drift', a.wrong_rows), ('audit_failure', a.failed::int)) AS c (condition, value)
        WHERE c.value > 0 AND EXISTS (
          SELECT FROM lease l WHERE l.name = 'board.' || a.board
            AND l.expires_at > clock_timestamp() - interval '1 hour')
        UNION ALL
        SELECT 'node_not_ready', node, 1 FROM node_heartbeat
        WHERE NOT leaving AND seen_at < clock_timestamp() - interval '15 seconds'
        UNION ALL
        SELECT 'dead_letters', channel, count(*) FROM alert_delivery
        WHERE state = 'dead' AND finished_at > clock_timestamp() - interval '1 hour'
        GROUP BY channel
        UNION ALL
        SELECT 'source_stopped', name, 1 FROM source WHERE problem IS NOT NULL) AS f
      GROUP BY condition, subject ORDER BY condition, subject LIMIT %d"""
          .formatted(MAX_ROWS);

  private OperatorStatus() {}

  static Future<RawJson> read(SqlClient client) {
    return client
        .query(SQL)
        .execute()
        .map(
            rows -> {
              Map<String, Map<String, Long>> found = new TreeMap<>();
              for (Row row : rows) {
                found
                    .computeIfAbsent(row.getString("condition"), first -> new TreeMap<>())
                    .put(row.getString("subject"), row.getLong("value"));
              }
              return RawJson.encode(found);
            });
  }
}
