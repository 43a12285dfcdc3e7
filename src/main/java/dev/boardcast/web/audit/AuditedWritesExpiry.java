package dev.boardcast.web.audit;

import dev.boardcast.database.RowExpiryVerticle.Expiry;
import java.util.List;

/**
 * Which rows of requests that wrote facts or events are deleted: those that are too old or too
 * many, the oldest first. There may be as many of them as facts, so a run deletes more than of
 * other tables.
 */
public final class AuditedWritesExpiry {
  private static final int BATCH = 5_000;
  // More than a node can write in a minute.
  private static final int MAX_BATCHES = 400;

  // Only the oldest rows are looked at, so that a run without work reads one batch of an index. Ids
  // of the sequence are two apart.
  private static final String DELETE =
      """
      DELETE FROM audit_write AS w
      USING (SELECT at, id FROM audit_write ORDER BY at, id LIMIT $1) AS oldest
      WHERE w.at = oldest.at AND w.id = oldest.id
        AND (w.at < now() - $2 * interval '1 millisecond'
             OR w.id < (SELECT last_value FROM audit_write_id) - 2 * $3::bigint)""";

  private AuditedWritesExpiry() {}

  /** As {@code audit-writes-retention} and {@code audit-writes-max} say. */
  public static Expiry of(AuditTrailConfig config) {
    List<Object> values = List.of((double) config.writesRetention().toMillis(), config.maxWrites());
    return new Expiry(DELETE, values, BATCH, MAX_BATCHES);
  }
}
