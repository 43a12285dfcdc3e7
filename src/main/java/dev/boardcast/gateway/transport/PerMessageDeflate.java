package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.Frame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Compresses single messages by RFC 7692, without context between them: one compressor serves all
 * sessions of an event loop, and a message is compressed once for all of them. One event loop.
 */
final class PerMessageDeflate implements Frame.Compressor {
  // A flush ends with this, which is not sent.
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
  // An empty last block. Only a stream that is whole up to here can end with it.
  private static final byte[] END = {1, 0, 0, (byte) 0xff, (byte) 0xff};
  private static final int CHUNK = 4096;

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);

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
    byte[] flushed = out.toByteArray();
    return Arrays.copyOf(flushed, flushed.length - TAIL.length);
  }

  /**
   * @return empty when it is over {@code most}
   * @throws DataFormatException when it is not compressed data, or not all of it
   */
  Optional<byte[]> expand(byte[] message, int most) throws DataFormatException {
    byte[] whole = Arrays.copyOf(message, message.length + TAIL.length + END.length);
    System.arraycopy(TAIL, 0, whole, message.length, TAIL.length);
    System.arraycopy(END, 0, whole, message.length + TAIL.length, END.length);
    var out = new ByteArrayOutputStream(Math.min(most, 4 * message.length + 64));
    var chunk = new byte[CHUNK];
    inflater.reset();
    inflater.setInput(whole);
    while (out.size() <= most) {
      int made = inflater.inflate(chunk);
      out.write(chunk, 0, made);
      if (inflater.finished()) {
        int left = inflater.getRemaining();
        // A client may end its data with a last block of its own (RFC 7692, 7.2.3.4).
        if (left == 0 || left == TAIL.length + END.length) {
          return out.size() > most ? Optional.empty() : Optional.of(out.toByteArray());
        }
        inflater.reset();
        inflater.setInput(whole, whole.length - left, left);
      } else if (made == 0) {
        throw new DataFormatException("it ends too early");
      }
    }
    return Optional.empty();
  }
}
