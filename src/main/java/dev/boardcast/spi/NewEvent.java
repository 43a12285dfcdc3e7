package dev.boardcast.spi;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;

/**
 * An event about to be written to the outbox. What it cannot hold, no emitter can stumble over.
 *
 * @param id unique; chosen by the writer so that an idempotent retry can name it
 * @param streams who gets it: {@code user.<id>}, {@code team.<id>}, or an application's own; all of
 *     one shard, at least one, each 1 to 512 characters without control characters; repeated names
 *     count once
 * @param data one JSON object
 * @param at when it happened
 */
public record NewEvent(UUID id, String type, List<String> streams, RawJson data, Instant at) {
  /** Most characters of a stream's name: it must fit an index entry in any alphabet. */
  public static final int MAX_STREAM_LENGTH = 512;

  public NewEvent {
    streams = List.copyOf(new LinkedHashSet<>(streams));
    if (streams.isEmpty()) throw new IllegalArgumentException("an event needs a stream");
    int shard = Shards.of(streams.get(0));
    for (String stream : streams) {
      if (stream.isEmpty()
          || stream.length() > MAX_STREAM_LENGTH
          || stream.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException(
            "a stream's name is 1 to 512 characters without control characters");
      }
      if (Shards.of(stream) != shard) {
        throw new IllegalArgumentException("all streams of an event must be in one shard");
      }
    }
  }

  /** The shard of all its streams. */
  public int shard() {
    return Shards.of(streams.get(0));
  }
}
