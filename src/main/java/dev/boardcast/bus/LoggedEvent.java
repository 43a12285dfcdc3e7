package dev.boardcast.bus;

import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One event of a shard's log.
 *
 * @param sequence its position in the shard: contiguous, starting at 1
 * @param type its native name, such as {@code task_created}
 * @param streams every stream it belongs to; a session that follows several of them gets it once
 * @param data the event's body, one JSON object
 * @param at when it happened
 * @param origin the client that published it; null for any other event
 */
public record LoggedEvent(
    long sequence,
    UUID id,
    String type,
    List<String> streams,
    RawJson data,
    Instant at,
    Origin origin) {
  public LoggedEvent {
    streams = List.copyOf(streams);
  }

  /** An event that no client has published. */
  public LoggedEvent(
      long sequence, UUID id, String type, List<String> streams, RawJson data, Instant at) {
    this(sequence, id, type, streams, data, at, null);
  }
}
