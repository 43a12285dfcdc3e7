package dev.boardcast.http;

import dev.boardcast.spi.Problem;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses gzip (RFC 1952, also several members) in pieces of at most {@value #PIECE} bytes, so
 * that a small body cannot fill the heap. Confined to one thread; {@link #close} frees native
 * memory.
 */
public final class Gunzip implements AutoCloseable {
  /** Deflate makes at most so many bytes of one. */
  static final int MAX_RATIO = 1032;

  private static final int PIECE = 32 << 10;
  private static final int MAX_HEADER = 1 << 10;
  private static final int FIXED_HEADER = 10;
  private static final int TRAILER = 8;
  private static final int HAS_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;
  private static final byte[] NONE = {};

  private final Inflater inflater = new Inflater(true);
  private final CRC32 sum = new CRC32();
  private final byte[] piece = new byte[PIECE];
  private byte[] input = NONE;
  private int at;
  private Part part = Part.HEADER;
  private boolean isBegun;

  private enum Part {
    HEADER,
    DATA,
    TRAILER
  }

  /** Takes more input; only when {@link #next} has returned nothing. */
  public void feed(byte[] more) {
    int left = part == Part.DATA ? 0 : input.length - at;
    byte[] joined = Arrays.copyOf(Arrays.copyOfRange(input, at, at + left), left + more.length);
    System.arraycopy(more, 0, joined, left, more.length);
    input = joined;
    at = 0;
    if (part == Part.DATA) inflater.setInput(input);
  }

  /**
   * The next piece; empty when more input is needed.
   *
   * @throws Problem 400 when it is not gzip
   */
  public byte[] next() {
    while (true) {
      switch (part) {
        case HEADER -> {
          if (!readHeader()) return NONE;
        }
        case DATA -> {
          int size = inflate();
          if (size > 0) return Arrays.copyOf(piece, size);
          if (!inflater.finished()) return NONE;
          at = input.length - inflater.getRemaining();
          part = Part.TRAILER;
        }
        case TRAILER -> {
          if (!readTrailer()) return NONE;
        }
      }
    }
  }

  /** Whether the input has ended at the end of a member. */
  public boolean isComplete() {
    return isBegun && part == Part.HEADER && at == input.length;
  }

  /** 400 for a body that is not gzip, or ends early. */
  public static Problem malformed() {
    return Problem.invalid("body", "gzip, as Content-Encoding says");
  }

  private int inflate() {
    try {
      int size = inflater.inflate(piece);
      sum.update(piece, 0, size);
      if (size == 0 && inflater.needsDictionary()) throw malformed();
      return size;
    } catch (DataFormatException broken) {
      throw malformed();
    }
  }

  private boolean readHeader() {
    int size = headerSize();
    if (size < 0) {
      if (input.length - at > MAX_HEADER) throw malformed();
      return false;
    }
    at += size;
    isBegun = true;
    sum.reset();
    inflater.reset();
    inflater.setInput(input, at, input.length - at);
    part = Part.DATA;
    return true;
  }

  /** The bytes of the header at the current place; negative when some are missing. */
  private int headerSize() {
    for (int i = 0; i < 3 && at + i < input.length; i++) {
      int expected = i == 0 ? 0x1f : i == 1 ? 0x8b : 8;
      if ((input[at + i] & 0xff) != expected) throw malformed();
    }
    if (input.length - at < FIXED_HEADER) return -1;
    int flags = input[at + 3];
    int end = at + FIXED_HEADER;
    if ((flags & HAS_EXTRA) != 0) {
      if (end + 2 > input.length) return -1;
      end += 2 + (input[end] & 0xff) + ((input[end + 1] & 0xff) << 8);
    }
    for (int text : new int[] {HAS_NAME, HAS_COMMENT}) {
      if ((flags & text) == 0) continue;
      while (end < input.length && input[end] != 0) end++;
      end++;
    }
    if ((flags & HAS_CRC) != 0) end += 2;
    return end > input.length ? -1 : end - at;
  }

  private boolean readTrailer() {
    if (input.length - at < TRAILER) return false;
    if (number(at) != sum.getValue()
        || number(at + 4) != (inflater.getBytesWritten() & 0xffff_ffffL)) {
      throw malformed();
    }
    at += TRAILER;
    part = Part.HEADER;
    return true;
  }

  private long number(int from) {
    long number = 0;
    for (int i = 3; i >= 0; i--) number = number << 8 | input[from + i] & 0xff;
    return number;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
