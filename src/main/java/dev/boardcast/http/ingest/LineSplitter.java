package dev.boardcast.http.ingest;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Splits a stream of buffers into lines, one at a time. Holds one buffer and at most one line of
 * bounded length. Lines end with LF or CRLF; blank lines are counted and skipped. Confined to one
 * event loop.
 */
final class LineSplitter {
  /** Receives the lines in order, numbered from 1. */
  interface Lines {
    void line(long number, byte[] bytes);

    /** A line longer than the bound; its bytes were discarded. */
    void overlong(long number);
  }

  private static final byte[] NONE = {};

  private final int maxLine;
  private final Lines lines;
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
  private boolean overlong;
  private long number = 1;
  private byte[] bytes = NONE;
  private int at;

  LineSplitter(int maxLine, Lines lines) {
    this.maxLine = maxLine;
    this.lines = lines;
  }

  /** Takes the next buffer; only when the one before it was read to its end. */
  void feed(Buffer buffer) {
    bytes = buffer.getBytes();
    at = 0;
  }

  /** Whether the buffer has bytes that were not read. */
  boolean hasMore() {
    return at < bytes.length;
  }

  /** Reads to the end of the next line, or of the buffer. */
  void next() {
    int start = at;
    int end = start;
    while (end < bytes.length && bytes[end] != '\n') end++;
    if (end == bytes.length) {
      keep(bytes, start, end);
      bytes = NONE;
      at = 0;
      return;
    }
    at = end + 1;
    if (rest.size() == 0 && !overlong && end - start <= maxLine) {
      emit(number++, bytes, start, end);
    } else {
      keep(bytes, start, end);
      emit();
    }
  }

  /** The end of the stream: emits the last line if it has no line end. */
  void end() {
    if (rest.size() > 0 || overlong) emit();
  }

  private void keep(byte[] bytes, int from, int to) {
    if (overlong) return;
    if (rest.size() + (to - from) > maxLine + 1) {
      overlong = true;
      rest.reset();
    } else {
      rest.write(bytes, from, to - from);
    }
  }

  private void emit() {
    long current = number++;
    if (overlong) {
      overlong = false;
      lines.overlong(current);
      return;
    }
    byte[] line = rest.toByteArray();
    rest.reset();
    emit(current, line, 0, line.length);
  }

  private void emit(long current, byte[] bytes, int from, int to) {
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    if (!isBlank(bytes, from, end)) {
      lines.line(current, Arrays.copyOfRange(bytes, from, end));
    }
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') return false;
    }
    return true;
  }
}
