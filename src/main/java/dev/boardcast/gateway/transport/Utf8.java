package dev.boardcast.gateway.transport;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decodes and shortens UTF-8, strictly. */
final class Utf8 {
  private Utf8() {}

  /** The text from {@code start} on; empty when it is not UTF-8. */
  static Optional<String> read(byte[] bytes, int start) {
    try {
      var rest = ByteBuffer.wrap(bytes, start, bytes.length - start);
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(rest).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }

  /** At most {@code most} bytes of a text, cut between characters. */
  static byte[] shortened(String text, int most) {
    String end = text;
    byte[] bytes = end.getBytes(StandardCharsets.UTF_8);
    while (bytes.length > most) {
      end = end.substring(0, end.length() - 1);
      bytes = end.getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }
}
