package dev.boardcast.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that sends any bytes at any pace, from any address of the loopback network. Blocks. */
final class RawHttp implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final Socket socket = new Socket();

  RawHttp(int port) throws IOException {
    this(port, "127.0.0.1");
  }

  /**
   * @param from an address of 127.0.0.0/8
   */
  RawHttp(int port, String from) throws IOException {
    socket.bind(new InetSocketAddress(from, 0));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
  }

  /** Sends text as it is; false when the server has closed the connection. */
  boolean send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  /** Sends the head of a request with a body. */
  boolean post(String path, long length, String... headers) {
    var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    head.append("Content-Type: application/json\r\nContent-Length: ").append(length).append("\r\n");
    for (String each : headers) head.append(each).append("\r\n");
    return send(head + "\r\n");
  }

  /** Sends one byte of a text after the other until the server closes; true when it has. */
  boolean drip(String text, long pauseMillis, long limitMillis) throws InterruptedException {
    long end = System.nanoTime() + limitMillis * 1_000_000;
    for (int i = 0; System.nanoTime() < end; i++) {
      if (!send(text.substring(i % text.length(), i % text.length() + 1))) return true;
      if (isClosed()) return true;
      Thread.sleep(pauseMillis);
    }
    return false;
  }

  /** Whether the server has sent something, or closed the connection. */
  private boolean isClosed() {
    try {
      return socket.getInputStream().available() > 0;
    } catch (IOException closed) {
      return true;
    }
  }

  /** All that the server sends until it closes the connection; empty when it sends nothing. */
  String rest() throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException reset) {
      // As good as closed.
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  /** The first bytes that the server sends; empty when it closes the connection. */
  String response() throws IOException {
    InputStream in = socket.getInputStream();
    var bytes = new byte[8192];
    try {
      int count = in.read(bytes);
      return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.UTF_8);
    } catch (SocketException reset) {
      return "";
    }
  }

  /** Whether the server sends nothing for some time, and keeps the connection open. */
  boolean isSilentFor(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return response() == null;
    } catch (SocketTimeoutException silent) {
      return true;
    } finally {
      socket.setSoTimeout(TIMEOUT_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
