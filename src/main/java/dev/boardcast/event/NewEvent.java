package dev.boardcast.event;

import dev.boardcast.bus.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An event about to be written to the outbox.
 *
 * @param id unique; chosen by the writer so that an idempotent retry can name it
 * @param streams who gets it: {@code user.<id>}, {@code team.<id>}, or an application's own; all of
 *     one shard, at least one
 */
public record NewEvent(UUID id, String type, List<String> streams, RawJson data, Instant at) {
  public NewEvent {
    streams = List.copyOf(streams);
    if (streams.isEmpty()) throw new IllegalArgumentException("an event needs a stream");
  }
}
