package dev.boardcast.gateway.protocol;

import dev.boardcast.gateway.transport.PerMessageDeflate;
import dev.boardcast.spi.Json;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * One outbound message, encoded once and shared by all its receivers. Immutable; nobody writes to
 * its bytes.
 */
public final class Frame {
  /** What a frame costs beside its bytes while it waits. */
  public static final int OVERHEAD = 64;

  private static final int FINAL_TEXT = 0x81;
  private static final int RSV1 = 0x40;
  private static final int WORTH_DEFLATING = 128;

  private final byte[] json;
  private final String replaces;
  private final String place;
  private byte[] deflated;

  private Frame(byte[] json, String replaces) {
    this(json, replaces, null);
  }

  private Frame(byte[] json, String replaces, String place) {
    this.json = json;
    this.replaces = replaces;
    this.place = place;
  }

  /** A message that must arrive: it waits its turn. */
  public static Frame of(Object message) {
    return new Frame(bytes(message), null);
  }

  /** A message that makes an earlier one of the same topic, if that still waits, superfluous. */
  public static Frame newest(Object message, String topic) {
    return new Frame(bytes(message), topic);
  }

  /** Several messages as one JSON array. */
  public static Frame array(Iterable<Frame> frames, int totalBytes) {
    var joined = new byte[totalBytes];
    int at = 0;
    for (Frame frame : frames) {
      joined[at] = (byte) (at == 0 ? '[' : ',');
      System.arraycopy(frame.json, 0, joined, at + 1, frame.json.length);
      at += 1 + frame.json.length;
    }
    joined[at] = ']';
    return new Frame(joined, null);
  }

  /** The same bytes, with the place that a client has once it has them; null for none. */
  public Frame at(String where) {
    return new Frame(json, replaces, where);
  }

  /** The same message without a line end: between the parts of JSON, a space says the same. */
  Frame onOneLine() {
    byte[] line = null;
    for (int i = 0; i < json.length; i++) {
      if (json[i] != '\n' && json[i] != '\r') continue;
      if (line == null) line = json.clone();
      line[i] = ' ';
    }
    return line == null ? this : new Frame(line, replaces, place);
  }

  /** Where a client goes on from that has got this; null where the message does not say. */
  public String place() {
    return place;
  }

  private static byte[] bytes(Object message) {
    return Json.encode(message).getBytes(StandardCharsets.UTF_8);
  }

  public byte[] bytes() {
    return json;
  }

  public int size() {
    return json.length;
  }

  /** Its bytes on the wire, header included; as it is without {@code deflation}. */
  public int wireSize(PerMessageDeflate deflation) {
    int length = payload(deflation).length;
    return length + (length < 126 ? 2 : length < 1 << 16 ? 4 : 10);
  }

  /** Writes it as one WebSocket text frame from {@code at} on, where there must be room. */
  public void writeTo(ByteBuf to, int at, PerMessageDeflate deflation) {
    byte[] payload = payload(deflation);
    int length = payload.length;
    to.setByte(at, payload == json ? FINAL_TEXT : FINAL_TEXT | RSV1);
    int from = at + 2;
    if (length < 126) {
      to.setByte(at + 1, length);
    } else if (length < 1 << 16) {
      to.setByte(at + 1, 126).setShort(at + 2, length);
      from = at + 4;
    } else {
      to.setByte(at + 1, 127).setLong(at + 2, length);
      from = at + 10;
    }
    to.setBytes(from, payload);
  }

  /** Compressed once for all who take it so, and only if that makes it smaller. */
  private byte[] payload(PerMessageDeflate deflation) {
    if (deflation == null || json.length < WORTH_DEFLATING) return json;
    if (deflated == null) {
      byte[] smaller = deflation.compress(json);
      deflated = smaller.length < json.length ? smaller : json;
    }
    return deflated;
  }

  /** The topic whose waiting frame this one replaces; null when it replaces none. */
  public String replaces() {
    return replaces;
  }

  @Override
  public String toString() {
    return new String(json, StandardCharsets.UTF_8);
  }
}
