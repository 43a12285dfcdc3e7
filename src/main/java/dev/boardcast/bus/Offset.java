package dev.boardcast.bus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A position in a shard's log, and so in each of its streams, written {@code <epoch>:<sequence>}.
 * Opaque to clients.
 *
 * @param epoch names the history of the log that the sequence belongs to
 * @param sequence of the last event seen, 0 for none
 */
public record Offset(String epoch, long sequence) {
  private static final Pattern EPOCH = Pattern.compile("[0-9A-Za-z]{1,32}");
  private static final Pattern TEXT = Pattern.compile("([0-9A-Za-z]{1,32}):(0|[1-9][0-9]{0,17})");

  public Offset {
    if (!EPOCH.matcher(epoch).matches()) {
      throw new IllegalArgumentException("an epoch is 1 to 32 letters and digits");
    }
    if (sequence < 0) throw new IllegalArgumentException("a sequence is at least 0");
  }

  /**
   * Parses the output of {@link #toString}.
   *
   * @throws IllegalArgumentException when {@code text} is not an offset; its message may be sent to
   *     the client
   */
  @JsonCreator
  public static Offset parse(String text) {
    var parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("an offset is handed back as it was received");
    }
    return new Offset(parts.group(1), Long.parseLong(parts.group(2)));
  }

  @JsonValue
  @Override
  public String toString() {
    return epoch + ':' + sequence;
  }
}
