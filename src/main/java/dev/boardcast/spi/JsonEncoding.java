package dev.boardcast.spi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Checks that bytes are text in UTF-8, the one encoding of JSON between programs (RFC 8259, 8.1):
 * the parser itself would read UTF-16 and UTF-32 too, and accept overlong forms.
 */
final class JsonEncoding {
  private JsonEncoding() {}

  /**
   * @throws Problem 400 for another encoding, which it names where it is known
   */
  static void require(byte[] json) {
    if (isWide(json)) throw Problem.invalid("body", "JSON in UTF-8, not in UTF-16 or UTF-32");
    int plain = 0;
    while (plain < json.length && json[plain] >= 0) plain++;
    if (plain == json.length) return;
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json, plain, json.length - plain));
    } catch (CharacterCodingException notUtf8) {
      throw Problem.invalid("body", "JSON in UTF-8");
    }
  }

  /** The number of bytes of a byte order mark, which RFC 8259 allows to ignore. */
  static int byteOrderMark(byte[] json) {
    return startsWith(json, 0xef, 0xbb, 0xbf) ? 3 : 0;
  }

  /** Every JSON text begins with a character of ASCII, so NUL in its first bytes is half of one. */
  private static boolean isWide(byte[] json) {
    if (startsWith(json, 0xfe, 0xff) || startsWith(json, 0xff, 0xfe)) return true;
    for (int i = 0; i < Math.min(4, json.length); i++) {
      if (json[i] == 0) return true;
    }
    return false;
  }

  private static boolean startsWith(byte[] json, int... bytes) {
    if (json.length < bytes.length) return false;
    for (int i = 0; i < bytes.length; i++) {
      if ((json[i] & 0xff) != bytes[i]) return false;
    }
    return true;
  }
}
