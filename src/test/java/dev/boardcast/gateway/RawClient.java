package dev.boardcast.gateway;

import dev.boardcast.testing.WsClient;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A WebSocket client that sends any bytes, and describes received frames as text. Blocks. */
public final class RawClient implements AutoCloseable {
  private static final int MASK = 0x37fa213d;

  private final Socket socket;
  private final DataInputStream in;
  private final String response;

  public RawClient(int port, String path, String... headers) throws IOException {
    this(new Socket("127.0.0.1", port), path, headers);
  }

  RawClient(Socket socket, String path, String... headers) throws IOException {
    this(socket, handshake(path, headers));
  }

  private RawClient(Socket socket, byte[] handshake) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
    in = new DataInputStream(socket.getInputStream());
    send(handshake);
    response = head();
  }

  /** Sends frames in one segment with the handshake. */
  static RawClient withEarlyData(int port, String path, byte[] frames) throws IOException {
    var handshake = new ByteArrayOutputStream();
    handshake.writeBytes(handshake(path));
    handshake.writeBytes(frames);
    return new RawClient(new Socket("127.0.0.1", port), handshake.toByteArray());
  }

  static byte[] handshake(String path, String... headers) {
    String additional = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n")
        .concat("Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
        .concat("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + additional + "\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The head of the response to the handshake. */
  public String response() {
    return response;
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** A masked frame, with its length in the fewest bytes. */
  public static byte[] frame(int head, byte[] payload) {
    var out = new ByteArrayOutputStream();
    out.write(head);
    int length = payload.length;
    if (length < 126) {
      out.write(0x80 | length);
    } else if (length < 1 << 16) {
      out.write(0x80 | 126);
      writeBigEndian(out, length, 2);
    } else {
      out.write(0x80 | 127);
      writeBigEndian(out, length, 8);
    }
    writeBigEndian(out, MASK, 4);
    for (int i = 0; i < length; i++) out.write(payload[i] ^ (MASK >>> (24 - 8 * (i & 3))));
    return out.toByteArray();
  }

  static byte[] frame(int head, String payload) {
    return frame(head, payload.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * One frame from the server: {@code text:…}, {@code pong:…}, {@code close:<code>}, {@code end}.
   */
  public String next() throws IOException {
    int head;
    try {
      head = in.readUnsignedByte();
    } catch (EOFException | SocketException end) {
      return "end";
    }
    byte[] payload = payload();
    String text = new String(payload, StandardCharsets.UTF_8);
    return switch (head) {
      case 0x81 -> "text:" + text;
      case 0x88 -> "close:" + (payload.length == 0 ? "" : code(payload));
      case 0x89 -> "ping:" + text;
      case 0x8a -> "pong:" + text;
      default -> "frame " + Integer.toHexString(head);
    };
  }

  /** The next compressed text message; skips uncompressed ones, which are small. */
  public byte[] nextCompressed() throws IOException {
    int head = in.readUnsignedByte();
    byte[] payload = payload();
    return head == 0xc1 ? payload : nextCompressed();
  }

  private byte[] payload() throws IOException {
    long length = in.readUnsignedByte();
    if (length == 126) length = in.readUnsignedShort();
    if (length == 127) length = in.readLong();
    return in.readNBytes((int) length);
  }

  private static int code(byte[] payload) {
    return (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
  }

  private String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) head.append((char) in.readUnsignedByte());
    return head.toString();
  }

  private static void writeBigEndian(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) out.write((int) (value >>> (8 * i)));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
