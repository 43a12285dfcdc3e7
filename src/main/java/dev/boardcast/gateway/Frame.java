package dev.boardcast.gateway;

import dev.boardcast.bus.Json;
import java.nio.charset.StandardCharsets;

/**
 * One outbound message, encoded once and shared by all its receivers. Immutable; nobody writes to
 * its bytes.
 */
final class Frame {
  /** What a frame costs beside its bytes while it waits. */
  static final int OVERHEAD = 64;

  private final byte[] json;
  private final String replaces;
  private final String place;

  private Frame(byte[] json, String replaces) {
    this(json, replaces, null);
  }

  private Frame(byte[] json, String replaces, String place) {
    this.json = json;
    this.replaces = replaces;
    this.place = place;
  }

  /** A message that must arrive: it waits its turn. */
  static Frame of(Object message) {
    return new Frame(bytes(message), null);
  }

  /** A message that makes an earlier one of the same topic, if that still waits, superfluous. */
  static Frame newest(Object message, String topic) {
    return new Frame(bytes(message), topic);
  }

  /** Several messages as one JSON array. */
  static Frame array(Iterable<Frame> frames, int totalBytes) {
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
  Frame at(String where) {
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
  String place() {
    return place;
  }

  private static byte[] bytes(Object message) {
    return Json.encode(message).getBytes(StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    return json;
  }

  int size() {
    return json.length;
  }

  /** The topic whose waiting frame this one replaces; null when it replaces none. */
  String replaces() {
    return replaces;
  }

  @Override
  public String toString() {
    return new String(json, StandardCharsets.UTF_8);
  }
}
