package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Sends messages of boards by the channels of alerts, beside those of alert rules. Thread safe.
 *
 * <p>A message is written in the caller's transaction, and sent once across the cluster as messages
 * of alerts are: with retries, within quiet hours later.
 */
public interface Notices {
  /** Sends nothing. */
  Notices NONE = (transaction, notices) -> Future.succeededFuture();

  /**
   * Writes messages, one for each channel that there is.
   *
   * @param notices may be empty; all are written by one statement, so bound their number
   * @return fails when the statement does; the caller then rolls back
   */
  Future<Void> append(SqlClient transaction, List<Notice> notices);

  /**
   * A message.
   *
   * @param id unique; from it and the channel each message gets its own, the {@code
   *     Idempotency-Key} or {@code Message-ID} of all its attempts
   * @param kind of what it tells, such as {@code task_overdue}
   * @param text one sentence for people
   * @param data for programs, one JSON object
   * @param at when it happened
   * @param channels the ids of channels; those that do not exist are left out
   */
  record Notice(
      UUID id, String kind, String text, RawJson data, Instant at, List<String> channels) {
    public Notice {
      channels = List.copyOf(channels);
    }
  }
}
