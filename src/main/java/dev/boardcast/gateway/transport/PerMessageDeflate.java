package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses single messages by RFC 7692, without context between them: one compressor serves all
 * sessions of an event loop, and a message is compressed once for all of them. One event loop.
 */
final class PerMessageDeflate implements Frame.Compressor {
  /** What the server answers to an offer: neither side keeps a window between messages. */
  static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static final String NAME = "permessage-deflate";
  private static final int TAIL = 4;
  private static final int CHUNK = 4096;

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);

  /** Whether a client offers an extension that this class implements. */
  static boolean isOffered(String header) {
    if (header == null) return false;
    for (String offer : header.split(",")) {
      String[] words = offer.split(";");
      if (words[0].strip().equals(NAME) && isPossible(words)) return true;
    }
    return false;
  }

  @Override
  public byte[] compress(byte[] message) {
    deflater.reset();
    deflater.setInput(message);
    var out = new ByteArrayOutputStream(message.length / 2 + 64);
    var chunk = new byte[CHUNK];
    int made = chunk.length;
    while (made == chunk.length) {
      made = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
      out.write(chunk, 0, made);
    }
    // A flush ends with 00 00 ff ff, which is not sent.
    byte[] flushed = out.toByteArray();
    return java.util.Arrays.copyOf(flushed, flushed.length - TAIL);
  }

  /**
   * @return empty when it is over {@code most}
   * @throws DataFormatException when it is not compressed data
   */
  Optional<byte[]> expand(byte[] message, int most) throws DataFormatException {
    inflater.reset();
    byte[] whole = java.util.Arrays.copyOf(message, message.length + TAIL);
    whole[message.length + 2] = (byte) 0xff;
    whole[message.length + 3] = (byte) 0xff;
    inflater.setInput(whole);
    var out = new ByteArrayOutputStream(Math.min(most, 4 * message.length + 64));
    var chunk = new byte[CHUNK];
    while (out.size() <= most) {
      int made = inflater.inflate(chunk);
      if (made == 0) return Optional.of(out.toByteArray());
      out.write(chunk, 0, made);
    }
    return Optional.empty();
  }

  private static boolean isPossible(String[] words) {
    for (int i = 1; i < words.length; i++) {
      String word = words[i].strip();
      // Java's compressor has no smaller window, and an unknown parameter must be declined.
      boolean fine =
          word.equals("server_no_context_takeover")
              || word.equals("client_no_context_takeover")
              || word.startsWith("client_max_window_bits")
              || word.replace("\"", "").equals("server_max_window_bits=15");
      if (!fine) return false;
    }
    return true;
  }
}
