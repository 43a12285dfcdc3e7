package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Problem;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * A place in the list of tasks, newest first; opaque to clients. Tasks that are created later lie
 * before it, so pages neither repeat nor skip.
 */
record TaskCursor(Instant createdAt, UUID id) {
  /** Before the newest. */
  static final TaskCursor START =
      new TaskCursor(Instant.parse("9999-01-01T00:00:00Z"), new UUID(-1, -1));

  private static final int BYTES = 3 * Long.BYTES;

  static TaskCursor at(Task task) {
    return new TaskCursor(task.createdAt(), task.id());
  }

  /**
   * @throws Problem 400 when it is none of ours
   */
  static TaskCursor parse(String text) {
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.remaining() == BYTES) {
        long millis = bytes.getLong();
        if (millis >= 0 && millis <= START.createdAt.toEpochMilli()) {
          return new TaskCursor(
              Instant.ofEpochMilli(millis), new UUID(bytes.getLong(), bytes.getLong()));
        }
      }
    } catch (IllegalArgumentException notOurs) {
      // Not even Base64: answered like any other text that is no cursor.
    }
    throw Problem.invalid("cursor", "next of the page before");
  }

  @Override
  public String toString() {
    var bytes =
        ByteBuffer.allocate(BYTES)
            .putLong(createdAt.toEpochMilli())
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }
}
