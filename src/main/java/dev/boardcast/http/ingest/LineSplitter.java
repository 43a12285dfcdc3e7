package dev.boardcast.http.ingest;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Splits a stream of buffers into lines. Holds at most one line of bounded length. Lines end with
 * LF or CRLF; blank lines are counted and skipped. Confined to one event loop.
 */
final class LineSplitter {
  /** Receives the lines in order, numbered from 1. */
  interface Lines {
    void line(long number, byte[] bytes);

    /** A line longer than the bound; its bytes were discarded. */
    void overlong(long number);
  }

  private final int maxLine;
  private final Lines lines;
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
  private boolean overlong;
  private long number = 1;

  LineSplitter(int maxLine, Lines lines) {
    this.maxLine = maxLine;
    this.lines = lines;
  }

  void feed(Buffer buffer) {
    byte[] bytes = buffer.getBytes();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '\n') continue;
      if (rest.size() == 0 && !overlong && i - start <= maxLine) {
        emit(number++, bytes, start, i);
      } else {
        keep(bytes, start, i);
        emit();
      }
      start = i + 1;
    }
    keep(bytes, start, bytes.length);
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
