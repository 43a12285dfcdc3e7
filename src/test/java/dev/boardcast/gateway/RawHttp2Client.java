package dev.boardcast.gateway;

import dev.boardcast.testing.WsClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP/2 client over clear text that sends any header field, well formed or not, one request at
 * a time. Blocking.
 */
final class RawHttp2Client implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int PRIORITY = 0x20;
  private static final int ENABLE_CONNECT_PROTOCOL = 8;

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
  private int stream = -1;
  private boolean allowsExtendedConnect;

  /**
   * The response to a request.
   *
   * @param status -1 when the server reset the stream
   */
  record Response(int status, Http2Headers headers, String body) {}

  RawHttp2Client(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) WsClient.TIMEOUT.toMillis());
    in = new DataInputStream(socket.getInputStream());
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    send(SETTINGS, 0, 0, new byte[0]);
  }

  /**
   * Sends a GET request and reads its whole response.
   *
   * @param fields names and values in turn
   */
  Response get(String path, String... fields) throws IOException {
    stream += 2;
    Http2Headers headers = new DefaultHttp2Headers(false);
    headers.method("GET").scheme("http").authority("localhost").path(path);
    for (int i = 0; i < fields.length; i += 2) headers.add(fields[i], fields[i + 1]);
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, headers, block);
      send(HEADERS, END_STREAM | END_HEADERS, stream, ByteBufUtil.getBytes(block));
      return read();
    } catch (Http2Exception broken) {
      throw new IOException(broken);
    }
  }

  /** Sends an extended CONNECT (RFC 8441), and reads the response or the reset. */
  Response connect(String protocol, String path) throws IOException {
    stream += 2;
    Http2Headers headers = new DefaultHttp2Headers(false);
    headers.method("CONNECT").scheme("http").authority("localhost").path(path);
    headers.set(":protocol", protocol).set("sec-websocket-version", "13");
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(stream, headers, block);
      send(HEADERS, END_HEADERS, stream, ByteBufUtil.getBytes(block));
      return read();
    } catch (Http2Exception broken) {
      throw new IOException(broken);
    }
  }

  /** Whether the server's settings, received before a response, allow that. */
  boolean allowsExtendedConnect() {
    return allowsExtendedConnect;
  }

  private void note(byte[] settings) {
    for (int at = 0; at + 6 <= settings.length; at += 6) {
      int id = (settings[at] & 0xff) << 8 | (settings[at + 1] & 0xff);
      if (id == ENABLE_CONNECT_PROTOCOL && settings[at + 5] == 1) allowsExtendedConnect = true;
    }
  }

  private Response read() throws IOException, Http2Exception {
    Http2Headers headers = null;
    var body = new StringBuilder();
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int of = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == SETTINGS && (flags & ACK) == 0) note(payload);
      if (type == SETTINGS && (flags & ACK) == 0) send(SETTINGS, ACK, 0, new byte[0]);
      if (type == GOAWAY) throw new IOException("the server closes the connection");
      if (of != stream) continue;
      if (type == RST_STREAM) return new Response(-1, null, "");
      if (type == HEADERS) {
        int skipped = (flags & PRIORITY) != 0 ? 5 : 0;
        headers = decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload).skipBytes(skipped));
      }
      if (type == DATA) body.append(new String(payload, StandardCharsets.UTF_8));
      if ((type == HEADERS || type == DATA) && (flags & END_STREAM) != 0) {
        int status = Integer.parseInt(headers.status().toString());
        return new Response(status, headers, body.toString());
      }
    }
  }

  private void send(int type, int flags, int of, byte[] payload) throws IOException {
    ByteBuf frame = Unpooled.buffer(9 + payload.length);
    frame.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(of);
    frame.writeBytes(payload);
    socket.getOutputStream().write(ByteBufUtil.getBytes(frame));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
