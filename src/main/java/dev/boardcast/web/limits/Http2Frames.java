package dev.boardcast.web.limits;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Follows the frames that a connection of HTTP/2 receives, to know until when an unfinished one, or
 * an unfinished list of header fields, must be complete. Reads frame headers only and keeps
 * nothing. Event loop of the channel.
 */
final class Http2Frames {
  /** The setting that bounds heads. */
  static final String HEAD_SETTING = "http-head-limit";

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 0x4;

  private enum State {
    /** Bytes of the preface are expected. */
    PREFACE,
    /** The connection speaks HTTP/1. */
    OTHER,
    HEADER,
    PAYLOAD
  }

  private final LimitsConfig config;
  private State state = State.PREFACE;
  private int position;
  private int length;
  private int type;
  private int flags;
  private boolean openHeaders;
  private long deadline;

  Http2Frames(LimitsConfig config) {
    this.config = config;
  }

  boolean isHttp2() {
    return state == State.HEADER || state == State.PAYLOAD;
  }

  /** Whether the rest of a frame or of a list of header fields is awaited. */
  boolean isUnfinished() {
    return state == State.PAYLOAD || state == State.HEADER && (position > 0 || openHeaders);
  }

  /** The time by {@link System#nanoTime} at which it is too late for the rest. */
  long deadline() {
    return deadline;
  }

  /** The setting that bounds what is unfinished. */
  String setting() {
    return state == State.PAYLOAD && type == DATA ? "http-body-limit" : HEAD_SETTING;
  }

  /** Whether there are no frames to follow. */
  boolean isOther() {
    return state == State.OTHER;
  }

  /** Follows bytes that the channel has read, and leaves them unread. */
  void read(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end && state != State.OTHER) {
      if (state == State.PAYLOAD) {
        int passed = Math.min(length - position, end - at);
        at += passed;
        position += passed;
        if (position == length) finish();
      } else if (state == State.HEADER) {
        header(bytes.getByte(at++) & 0xff);
      } else {
        preface(bytes.getByte(at++));
      }
    }
  }

  private void preface(byte next) {
    if (next != PREFACE[position++]) expect(State.OTHER);
    else if (position == PREFACE.length) expect(State.HEADER);
  }

  private void header(int next) {
    if (position == 0) begin();
    if (position < 3) length = length << 8 | next;
    else if (position == 3) type = next;
    else if (position == 4) flags = next;
    if (++position < HEADER_BYTES) return;
    expect(State.PAYLOAD);
    if (type == DATA) deadline = System.nanoTime() + dataNanos();
    if (length == 0) finish();
  }

  private void begin() {
    length = 0;
    // The fields of one head have one time, however many frames they take.
    if (!openHeaders) deadline = System.nanoTime() + config.headLimit().toNanos();
  }

  private void finish() {
    if (type == HEADERS || type == CONTINUATION) openHeaders = (flags & END_HEADERS) == 0;
    expect(State.HEADER);
  }

  /** As for a body of that size. */
  private long dataNanos() {
    return config.bodyLimit().toNanos() + TimeUnit.SECONDS.toNanos(1) * length / config.bodyRate();
  }

  private void expect(State next) {
    state = next;
    position = 0;
  }
}
