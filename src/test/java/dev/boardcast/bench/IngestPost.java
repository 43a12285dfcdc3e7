package dev.boardcast.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Sends NDJSON to a node with little CPU time. Calls block. */
final class IngestPost implements AutoCloseable {
  private final SocketChannel channel;

  /**
   * @param bytes length of the body
   */
  IngestPost(URI node, String path, String token, long bytes) throws IOException {
    channel = SocketChannel.open(new InetSocketAddress(node.getHost(), node.getPort()));
    send(
        ByteBuffer.wrap(
            """
            POST %s HTTP/1.1\r
            Host: %s\r
            Authorization: Bearer %s\r
            Content-Type: application/x-ndjson\r
            Content-Length: %d\r
            Connection: close\r
            \r
            """
                .formatted(path, node.getAuthority(), token, bytes)
                .getBytes(StandardCharsets.US_ASCII)));
  }

  void send(ByteBuffer part) throws IOException {
    while (part.hasRemaining()) channel.write(part);
  }

  void send(Path file) throws IOException {
    try (var in = FileChannel.open(file)) {
      for (long at = 0; at < in.size(); ) at += in.transferTo(at, in.size() - at, channel);
    }
  }

  /** Status line, headers and body. */
  String answer() throws IOException {
    var answer = ByteBuffer.allocate(64 << 10);
    while (channel.read(answer) >= 0) {
      if (!answer.hasRemaining()) throw new IOException("too long an answer");
    }
    return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
