package dev.boardcast.gateway.autobahn;

import dev.boardcast.gateway.RawClient;
import dev.boardcast.testing.WsClient;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * The client of the suite: sends any frames, in any pieces, and takes notes. Honours what was
 * negotiated. Blocks.
 */
final class Peer implements AutoCloseable {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  private static final int PATIENCE = (int) WsClient.TIMEOUT.toMillis();
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  /** What the server sent; {@code code} is -1 where there is none. */
  record Event(int opcode, byte[] payload, int code) {
    static Event message(String text) {
      return new Event(TEXT, text.getBytes(StandardCharsets.UTF_8), -1);
    }

    static Event pong(String text) {
      return new Event(PONG, text.getBytes(StandardCharsets.UTF_8), -1);
    }

    boolean isSame(Event other) {
      return opcode == other.opcode && Arrays.equals(payload, other.payload);
    }

    @Override
    public String toString() {
      return opcode + " of " + payload.length + " bytes, code " + code;
    }
  }

  /** The connection has ended. */
  static final Event END = new Event(-1, new byte[0], -1);

  private final Socket socket;
  private final DataInputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, String> agreed = new TreeMap<>();
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);
  private boolean sentClose;

  /**
   * @param offers of extensions; none for no header
   */
  Peer(int port, List<String> offers) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    String header =
        offers.isEmpty() ? "" : "Sec-WebSocket-Extensions: " + String.join(", ", offers) + "\r\n";
    String request =
        "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            .concat("Sec-WebSocket-Version: 13\r\n" + header)
            .concat("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) head.append((char) in.readUnsignedByte());
    if (!head.toString().startsWith("HTTP/1.1 101")) throw new AssertionError(head);
    head.toString().lines().forEach(this::note);
  }

  private void note(String line) {
    if (!line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-extensions:")) return;
    String[] words = line.substring(line.indexOf(':') + 1).split(";");
    for (String word : words) {
      String[] pair = word.strip().split("=");
      if (agreed.put(pair[0], pair.length > 1 ? pair[1] : "") != null) {
        throw new AssertionError("twice: " + line);
      }
    }
  }

  /** The extension and the parameters of the answer, with their values. */
  Map<String, String> agreed() {
    return agreed;
  }

  boolean isCompressed() {
    return agreed.containsKey("permessage-deflate");
  }

  boolean sentClose() {
    return sentClose;
  }

  /** Adds a frame to what {@link #flush} sends. */
  Peer frame(int opcode, boolean last, int reserved, byte[] payload) {
    out.writeBytes(RawClient.frame((last ? 0x80 : 0) | reserved << 4 | opcode, payload));
    if (opcode == CLOSE) sentClose = true;
    return this;
  }

  Peer frame(int opcode, boolean last, String payload) {
    return frame(opcode, last, 0, payload.getBytes(StandardCharsets.UTF_8));
  }

  Peer close(int code, byte[] reason) {
    byte[] payload = new byte[2 + reason.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(reason, 0, payload, 2, reason.length);
    return frame(CLOSE, true, 0, payload);
  }

  /** A message, compressed where that was negotiated, in frames of a size; 0 for one frame. */
  Peer message(int opcode, byte[] message, int fragment) {
    byte[] payload = isCompressed() ? compressed(message) : message;
    int size = fragment == 0 ? Math.max(1, payload.length) : fragment;
    int reserved = isCompressed() ? 4 : 0;
    int at = 0;
    do {
      int end = Math.min(payload.length, at + size);
      byte[] part = Arrays.copyOfRange(payload, at, end);
      boolean first = at == 0;
      frame(first ? opcode : CONTINUATION, end == payload.length, first ? reserved : 0, part);
      at = end;
    } while (at < payload.length);
    return this;
  }

  void flush() throws IOException {
    flush(Integer.MAX_VALUE);
  }

  /** Sends in pieces of a size. */
  void flush(int chop) throws IOException {
    byte[] bytes = out.toByteArray();
    out.reset();
    raw(bytes, chop);
  }

  /** What {@link #flush} would send. */
  byte[] take() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }

  void raw(byte[] bytes, int chop) throws IOException {
    try {
      for (int at = 0; at < bytes.length; ) {
        int size = Math.min(chop, bytes.length - at);
        socket.getOutputStream().write(bytes, at, size);
        at += size;
      }
    } catch (SocketException closed) {
      // The server has closed, which is what the case is about; next() tells.
    }
  }

  Event next() throws IOException {
    return next(PATIENCE);
  }

  /** The next message, pong or close; null when none has begun within that time. */
  Event next(int millis) throws IOException {
    var message = new ByteArrayOutputStream();
    int opcode = -1;
    boolean compressed = false;
    while (true) {
      int first;
      try {
        socket.setSoTimeout(millis);
        first = in.readUnsignedByte();
      } catch (SocketTimeoutException silent) {
        return null;
      } catch (EOFException | SocketException end) {
        return END;
      }
      socket.setSoTimeout(PATIENCE);
      long length = in.readUnsignedByte();
      if (length == 126) length = in.readUnsignedShort();
      else if (length == 127) length = in.readLong();
      byte[] payload = in.readNBytes((int) length);
      int kind = first & 0x0f;
      if (kind == CLOSE) {
        int code = payload.length < 2 ? -1 : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        return new Event(CLOSE, payload, code);
      }
      if (kind >= CLOSE) return new Event(kind, payload, -1);
      if (kind != CONTINUATION) {
        opcode = kind;
        compressed = (first & 0x40) != 0;
      }
      message.writeBytes(payload);
      if (first < 0x80) continue;
      byte[] whole = message.toByteArray();
      return new Event(opcode, compressed ? expanded(whole) : whole, -1);
    }
  }

  private byte[] compressed(byte[] message) {
    if (agreed.containsKey("client_no_context_takeover")) deflater.reset();
    deflater.setInput(message);
    var to = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    int made = chunk.length;
    while (made == chunk.length) {
      made = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH);
      to.write(chunk, 0, made);
    }
    return Arrays.copyOf(to.toByteArray(), to.size() - TAIL.length);
  }

  private byte[] expanded(byte[] message) {
    if (agreed.containsKey("server_no_context_takeover")) inflater.reset();
    byte[] whole = Arrays.copyOf(message, message.length + TAIL.length);
    System.arraycopy(TAIL, 0, whole, message.length, TAIL.length);
    inflater.setInput(whole);
    var to = new ByteArrayOutputStream();
    byte[] chunk = new byte[8192];
    try {
      for (int made = inflater.inflate(chunk); made > 0; made = inflater.inflate(chunk)) {
        to.write(chunk, 0, made);
      }
    } catch (DataFormatException broken) {
      throw new AssertionError(broken);
    }
    return to.toByteArray();
  }

  @Override
  public void close() throws IOException {
    deflater.end();
    inflater.end();
    socket.close();
  }
}
