package dev.boardcast.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;

/**
 * Requests one path repeatedly on persistent connections, one request at a time on each, from one
 * thread. It parses only the status and the length of a response, so that it is not the bottleneck.
 */
final class ReadClient implements AutoCloseable {
  private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Selector selector = Selector.open();
  private final ByteBuffer request;
  private Histogram micros = histogram();

  private static final class Connection {
    final ByteBuffer in = ByteBuffer.allocate(64 << 10);
    long sentNanos;
  }

  ReadClient(URI server, String path, int connections) throws IOException {
    request =
        ByteBuffer.wrap(
            ("GET %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(path, server.getAuthority()))
                .getBytes(StandardCharsets.US_ASCII));
    var address = new InetSocketAddress(server.getHost(), server.getPort());
    for (int i = 0; i < connections; i++) {
      var channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      var connection = new Connection();
      send(channel, connection);
      channel.register(selector, SelectionKey.OP_READ, connection);
    }
  }

  /** Sends requests for that long; returns the response times in microseconds. */
  Histogram run(long nanos) throws IOException {
    micros = histogram();
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      selector.select(
          key -> {
            try {
              read((SocketChannel) key.channel(), (Connection) key.attachment());
            } catch (IOException broken) {
              throw new IllegalStateException("the node closed a connection", broken);
            }
          },
          10);
    }
    return micros;
  }

  private void read(SocketChannel channel, Connection connection) throws IOException {
    if (channel.read(connection.in) < 0) throw new IOException("closed");
    if (!isComplete(connection.in)) return;
    micros.recordValue((System.nanoTime() - connection.sentNanos) / 1000);
    connection.in.clear();
    send(channel, connection);
  }

  private void send(SocketChannel channel, Connection connection) throws IOException {
    connection.sentNanos = System.nanoTime();
    // Smaller than the buffer of any socket.
    channel.write(request.duplicate());
  }

  private static boolean isComplete(ByteBuffer in) {
    byte[] bytes = in.array();
    int end = find(END, bytes, in.position());
    if (end < 0) return false;
    if (find(OK, bytes, OK.length) != 0) {
      throw new IllegalStateException(new String(bytes, 0, end, StandardCharsets.US_ASCII));
    }
    int length = 0;
    for (int at = find(LENGTH, bytes, end + END.length) + LENGTH.length; bytes[at] != '\r'; at++) {
      length = 10 * length + bytes[at] - '0';
    }
    return in.position() >= end + END.length + length;
  }

  private static int find(byte[] part, byte[] in, int limit) {
    for (int at = 0; at + part.length <= limit; at++) {
      int i = 0;
      while (i < part.length && in[at + i] == part[i]) i++;
      if (i == part.length) return at;
    }
    return -1;
  }

  private static Histogram histogram() {
    return new Histogram(60_000_000L, 3);
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) key.channel().close();
    selector.close();
  }
}
