package dev.boardcast.web.audit;

import dev.boardcast.spi.Shards;

/** The SQL of writing rows of the audit trail. Immutable. */
final class AuditSql {
  /** The reserved stream of the trail. */
  static final String STREAM = "audit";

  private static final int PARAMETERS = 12;

  private static final String WRITE =
      """
      audit_entry AS (
        INSERT INTO audit
          (bulk, actor, address, user_agent, action, target, outcome, status, reason, request_id,
           node, count, id)
        VALUES (%s,
          CASE WHEN %s::boolean THEN nextval('audit_write_id') ELSE nextval('audit_act_id') END)
        RETURNING *)""";

  // A change of the outcome is an event too: readers keep the last one of an id.
  private static final String ANNOUNCE =
      """
      , audit_event AS (
        INSERT INTO outbox (shard, event_id, type, streams, data, at)
        SELECT %d, gen_random_uuid(), '%s', ARRAY['%s'],
               json_strip_nulls(json_build_object(
                 'id', id::text,
                 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                 'actor', actor, 'address', address, 'user_agent', user_agent, 'action', action,
                 'target', target, 'outcome', outcome, 'status', status, 'reason', reason,
                 'request_id', request_id, 'node', node, 'count', count)), at
        FROM audit_entry)"""
          .formatted(Shards.of(STREAM), STREAM, STREAM);

  private static final String END =
      """
      WITH audit_entry AS (
        UPDATE audit SET outcome = $3, status = $4::int, reason = $5
        WHERE NOT bulk AND at = $1 AND id = $2 AND outcome = 'begun'
        RETURNING *)""";

  private final boolean streams;

  /**
   * @param streams whether rows are events too
   */
  AuditSql(boolean streams) {
    this.streams = streams;
  }

  /** {@code WITH …}, with the parameters of a row after so many others. */
  String with(int before) {
    var values = new StringBuilder();
    String[] types = {
      "boolean", "text", "text", "text", "text", "text", "text", "int", "text", "text", "text",
      "int"
    };
    for (int i = 0; i < PARAMETERS; i++) {
      values.append(i == 0 ? "" : ", ").append('$').append(before + 1 + i).append("::");
      values.append(types[i]);
    }
    return "WITH " + WRITE.formatted(values, "$" + (before + 1)) + announce() + "\n";
  }

  /** Writes one row; returns its time and id. */
  String write() {
    return with(0) + "SELECT at, id FROM audit_entry";
  }

  /** Ends an act that has begun: its time and id, then outcome, status and reason. */
  String end() {
    return END + announce() + "\nSELECT count(*) FROM audit_entry";
  }

  private String announce() {
    return streams ? ANNOUNCE : "";
  }
}
