package dev.boardcast.lab.replay;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads a file line by line, one line in memory. Blank lines are counted and skipped. */
final class ReplayLines implements Closeable {
  private static final int MAX_LINE = 1 << 20;

  private final InputStream in;
  private final byte[] block = new byte[1 << 16];
  private int position;
  private int limit;
  private long number;

  ReplayLines(InputStream in) {
    this.in = in;
  }

  /**
   * A line.
   *
   * @param number from 1
   * @param text without the line end; truncated at the most that a line may have
   * @param tooLong whether it was truncated
   * @param bytes its length in the file, with the blank lines before it
   */
  record ReplayLine(long number, byte[] text, boolean tooLong, long bytes) {}

  /** The next line that is not blank, or empty at the end. */
  Optional<ReplayLine> next() throws IOException {
    long bytes = 0;
    while (true) {
      var text = new ByteArrayOutputStream();
      int read = 0;
      int next = read();
      if (next < 0) return Optional.empty();
      number++;
      for (; next >= 0 && next != '\n'; next = read()) {
        read++;
        if (read <= MAX_LINE) text.write(next);
      }
      bytes += read + (next == '\n' ? 1 : 0);
      byte[] line = text.toByteArray();
      if (!isBlank(line)) return Optional.of(new ReplayLine(number, line, read > MAX_LINE, bytes));
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private int read() throws IOException {
    if (position == limit) {
      limit = in.read(block);
      position = 0;
      if (limit <= 0) {
        limit = 0;
        return -1;
      }
    }
    return block[position++] & 0xff;
  }

  private static boolean isBlank(byte[] line) {
    for (byte each : line) {
      if (each != ' ' && each != '\t' && each != '\r') return false;
    }
    return true;
  }
}
