package dev.boardcast.spi;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;

/**
 * An event to be appended to one or more streams. Immutable; the constructor rejects what the event
 * log cannot store.
 *
 * @param id unique; chosen by the writer, so that an idempotent retry can repeat it
 * @param type the event's type, such as {@code task_created}
 * @param streams the streams it belongs to, at least one, all of one shard (see {@link Shards});
 *     names have 1 to 512 characters without control characters; repeated names count once
 * @param data one JSON object
 * @param at when it happened
 */
public record NewEvent(UUID id, String type, List<String> streams, RawJson data, Instant at) {
  /** The greatest length of a stream's name in characters: it fits an index entry in UTF-8. */
  public static final int MAX_STREAM_LENGTH = 512;

  /**
   * @throws IllegalArgumentException when the streams are empty, malformed or of several shards
   */
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
