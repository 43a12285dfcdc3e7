package dev.boardcast.events;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Maps the {@code event_id} of a published event to the key under which the stream remembers it.
 *
 * <p>The id makes a retry harmless and is never shown, so a key of fixed size is enough. A UUID, in
 * any case of its letters, is its own key. Any other text gets a UUID of version 8 (RFC 9562) from
 * its SHA-256. Its 122 bits make it as good as certain that two ids of a stream differ: among the
 * billion that a busy stream may keep at once, two have the same key with a probability below 1 in
 * 10<sup>19</sup>. Nobody gains by a key that was made to collide: to suppress another publisher's
 * event, they could as well send its id first.
 */
final class PublishedEventId {
  private static final Pattern UUID_TEXT =
      Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final long VERSION_8 = 0x8000L;
  private static final long VERSION_MASK = 0xF000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;
  private static final long VARIANT_MASK = 0xC000_0000_0000_0000L;

  private PublishedEventId() {}

  /** The key of an id; null for none. */
  static UUID key(String eventId) {
    if (eventId == null) return null;
    if (UUID_TEXT.matcher(eventId).matches()) return UUID.fromString(eventId);
    var hash = ByteBuffer.wrap(sha256().digest(eventId.getBytes(StandardCharsets.UTF_8)));
    return new UUID(
        hash.getLong() & ~VERSION_MASK | VERSION_8, hash.getLong() & ~VARIANT_MASK | VARIANT);
  }

  /** The key of an id that counts for one user only; none of {@link #key} is the same. */
  static UUID ofUser(String user, String id) {
    // No id has control characters.
    return key(user + '\u001f' + id);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException notJava) {
      throw new IllegalStateException("every Java platform has SHA-256", notJava);
    }
  }
}
