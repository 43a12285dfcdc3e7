package dev.boardcast.security;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** A client that sends frames of HTTP/2, or parts of them, at any pace. Blocks. */
final class Http2Attacker implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  private static final Set<Integer> ANSWERS = Set.of(DATA, HEADERS, RST_STREAM, GOAWAY);

  private final Socket socket;
  private final DataInputStream in;
  private final Queue<Received> unread = new ArrayDeque<>();

  /** A frame of the server. */
  record Received(int type, int flags, int stream, String payload) {}

  /**
   * @param socket closed with this
   */
  Http2Attacker(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    send(frame(SETTINGS, 0, 0, ""));
  }

  Http2Attacker(int port) throws IOException {
    this(new Socket("127.0.0.1", port));
  }

  /** The fields of a request, without compression. */
  static String head(String method, String path, String... fields) {
    var head = new StringBuilder();
    head.append(method.equals("GET") ? '\u0082' : '\u0083').append('\u0086');
    head.append('\u0004').append(text(path)).append('\u0001').append(text("localhost"));
    for (int i = 0; i < fields.length; i += 2) {
      head.append('\0').append(text(fields[i])).append(text(fields[i + 1]));
    }
    return head.toString();
  }

  private static String text(String text) {
    return (char) text.length() + text;
  }

  static String frame(int type, int flags, int stream, String payload) {
    return frameHead(payload.length(), type, flags, stream) + payload;
  }

  /** The first nine bytes of a frame. */
  static String frameHead(int length, int type, int flags, int stream) {
    return new String(
        new char[] {
          (char) (length >> 16),
          (char) (length >> 8 & 255),
          (char) (length & 255),
          (char) type,
          (char) flags,
          0,
          0,
          (char) (stream >> 8),
          (char) (stream & 255)
        });
  }

  /** False when the server has closed the connection. */
  boolean send(String bytes) {
    try {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  /**
   * Sends the same bytes again and again until the server answers or closes; false if it does not.
   */
  boolean drip(String bytes, long pauseMillis, long limitMillis) throws Exception {
    long end = System.nanoTime() + limitMillis * 1_000_000;
    while (System.nanoTime() < end) {
      if (!send(bytes)) return true;
      while (in.available() > 0) {
        Received frame = next();
        unread.add(frame);
        if (ANSWERS.contains(frame.type())) return true;
      }
      Thread.sleep(pauseMillis);
    }
    return false;
  }

  /** Reads on until a stream ends by a frame of the server. */
  List<Received> untilEnd(int stream) throws IOException {
    var received = new ArrayList<Received>();
    while (true) {
      Received frame = unread.isEmpty() ? next() : unread.poll();
      if (frame.type() == GOAWAY) received.add(frame);
      if (frame.stream() != stream) continue;
      received.add(frame);
      boolean isContent = frame.type() == DATA || frame.type() == HEADERS;
      if (frame.type() == RST_STREAM) return received;
      if (isContent && (frame.flags() & END_STREAM) != 0) return received;
    }
  }

  /** All frames until the server closes the connection. */
  List<Received> rest() throws IOException {
    var received = new ArrayList<Received>(unread);
    unread.clear();
    try {
      while (true) received.add(next());
    } catch (EOFException | SocketException closed) {
      return received;
    }
  }

  private Received next() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    String payload = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    if (type == SETTINGS && (flags & ACK) == 0) send(frame(SETTINGS, ACK, 0, ""));
    return new Received(type, flags, stream, payload);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
