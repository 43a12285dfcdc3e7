package dev.boardcast.gateway.protocol;

import dev.boardcast.spi.Json;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * One outbound message, encoded once and shared by all its receivers. Immutable apart from its
 * compressed form, which is made on first use on one event loop; its bytes must not be modified.
 */
public final class Frame {
  /** Bytes that a queued frame is counted with beside its own. */
  public static final int OVERHEAD = 64;

  private static final int FINAL_TEXT = 0x81;
  private static final int RSV1 = 0x40;
  private static final int MIN_COMPRESSED = 128;

  /** Compresses the payload of one message as agreed with permessage-deflate. */
  @FunctionalInterface
  public interface Compressor {
    byte[] compress(byte[] message);
  }

  private final byte[] json;
  private final String conflationKey;
  private final String resumePoint;
  private byte[] compressed;

  private Frame(byte[] json, String conflationKey, String resumePoint) {
    this.json = json;
    this.conflationKey = conflationKey;
    this.resumePoint = resumePoint;
  }

  /** A message that is always delivered. */
  public static Frame of(Object message) {
    return new Frame(encode(message), null, null);
  }

  /** A message that replaces an earlier one of the same topic that is still queued. */
  public static Frame conflated(Object message, String topic) {
    return new Frame(encode(message), topic, null);
  }

  /**
   * Several messages as one JSON array.
   *
   * @param totalBytes the size of the array: of the frames, the commas and the brackets
   */
  public static Frame array(Iterable<Frame> frames, int totalBytes) {
    var joined = new byte[totalBytes];
    int at = 0;
    for (Frame frame : frames) {
      joined[at] = (byte) (at == 0 ? '[' : ',');
      System.arraycopy(frame.json, 0, joined, at + 1, frame.json.length);
      at += 1 + frame.json.length;
    }
    joined[at] = ']';
    return new Frame(joined, null, null);
  }

  /** The same message with another resume point; null for none. */
  public Frame withResumePoint(String other) {
    return new Frame(json, conflationKey, other);
  }

  /** The same message, which no later one replaces. */
  Frame unconflated() {
    return new Frame(json, null, resumePoint);
  }

  /** The same message without line breaks, which JSON has between its tokens only. */
  Frame onOneLine() {
    byte[] line = null;
    for (int i = 0; i < json.length; i++) {
      if (json[i] != '\n' && json[i] != '\r') continue;
      if (line == null) line = json.clone();
      line[i] = ' ';
    }
    return line == null ? this : new Frame(line, conflationKey, resumePoint);
  }

  /** Where a client resumes that has received this message; null where it does not say. */
  public String resumePoint() {
    return resumePoint;
  }

  /** The topic whose queued frame this one replaces; null for none. */
  public String conflationKey() {
    return conflationKey;
  }

  private static byte[] encode(Object message) {
    return Json.encode(message).getBytes(StandardCharsets.UTF_8);
  }

  public byte[] bytes() {
    return json;
  }

  public int size() {
    return json.length;
  }

  /**
   * The size of the WebSocket frame, header included.
   *
   * @param compressor null for an uncompressed frame
   */
  public int wireSize(Compressor compressor) {
    int length = payload(compressor).length;
    return length + (length < 126 ? 2 : length < 1 << 16 ? 4 : 10);
  }

  /**
   * Writes one WebSocket text frame at index {@code at}; {@code to} must have the capacity.
   *
   * @param compressor null for an uncompressed frame
   */
  public void writeTo(ByteBuf to, int at, Compressor compressor) {
    byte[] payload = payload(compressor);
    int length = payload.length;
    to.setByte(at, payload == json ? FINAL_TEXT : FINAL_TEXT | RSV1);
    int start = at + 2;
    if (length < 126) {
      to.setByte(at + 1, length);
    } else if (length < 1 << 16) {
      to.setByte(at + 1, 126).setShort(at + 2, length);
      start = at + 4;
    } else {
      to.setByte(at + 1, 127).setLong(at + 2, length);
      start = at + 10;
    }
    to.setBytes(start, payload);
  }

  /** Compressed once for all receivers, and only if that makes it smaller. */
  private byte[] payload(Compressor compressor) {
    if (compressor == null || json.length < MIN_COMPRESSED) return json;
    if (compressed == null) {
      byte[] smaller = compressor.compress(json);
      compressed = smaller.length < json.length ? smaller : json;
    }
    return compressed;
  }

  @Override
  public String toString() {
    return new String(json, StandardCharsets.UTF_8);
  }
}
